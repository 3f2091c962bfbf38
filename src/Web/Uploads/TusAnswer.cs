using System.Text;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Web.Pages.Reception;

namespace Vaguemestre.Web.Uploads;

/// <summary>A refusal in tus: a status that its clients understand, and a sentence for the person.</summary>
internal static class TusAnswer
{
    public static IResult Of(Problem problem) => Text(StatusOf(problem), problem.Errors is [var error, ..] ? error.Told() : problem.Told());

    public static IResult Text(int status, string sentence) => Results.Text(sentence, "text/plain", Encoding.UTF8, status);

    /// <summary>In tus 409 means another offset, after which a client goes on: what is over for good answers otherwise.</summary>
    private static int StatusOf(Problem problem) => (problem.Kind, problem.Code) switch
    {
        (_, UploadProblems.Locked) => StatusCodes.Status423Locked,
        (_, UploadProblems.OtherOffset) => StatusCodes.Status409Conflict,
        (ProblemKind.Conflict, _) => StatusCodes.Status410Gone,
        (ProblemKind.NotFound, _) => StatusCodes.Status404NotFound,
        (ProblemKind.TooLarge, _) => StatusCodes.Status413PayloadTooLarge,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
