using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;
using Vaguemestre.Core;

namespace Vaguemestre.Web.Api;

/// <summary>
/// An error as the API tells it: problem details of RFC 9457 (<c>application/problem+json</c>; <c>type</c> is left out, which
/// means <c>about:blank</c>). <see cref="Code"/> is stable; texts are French and may change.
/// </summary>
public sealed record ApiProblem
{
    public const string ContentType = "application/problem+json";

    /// <summary>What the HTTP status says, in English.</summary>
    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>For programs: stable.</summary>
    public required string Code { get; init; }

    /// <summary>For people: what is wrong and what to do, in French.</summary>
    public required string Detail { get; init; }

    /// <summary>The fields that cannot be taken, each with its remedy; empty where no field is to blame.</summary>
    public required IReadOnlyList<FieldError> Errors { get; init; }

    /// <summary>Only with status 500: the number to give to the operator, who finds it in the log.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Incident { get; init; }

    /// <summary>The one place where the kind of a refusal becomes an HTTP status.</summary>
    internal static ApiProblem Of(Problem problem) => Of(StatusOf(problem.Kind), problem.Code, problem.Message, problem.Errors);

    internal static ApiProblem Of(int status, string code, string detail, IReadOnlyList<FieldError>? errors = null) =>
        new() { Title = ReasonPhrases.GetReasonPhrase(status), Status = status, Code = code, Detail = detail, Errors = errors ?? [] };

    internal IResult AsResult() => Results.Json(this, contentType: ContentType, statusCode: Status);

    private static int StatusOf(ProblemKind kind) => kind switch
    {
        ProblemKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        ProblemKind.Forbidden => StatusCodes.Status403Forbidden,
        ProblemKind.NotFound => StatusCodes.Status404NotFound,
        ProblemKind.Conflict => StatusCodes.Status409Conflict,
        ProblemKind.Stale => StatusCodes.Status412PreconditionFailed,
        ProblemKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind of problem has no HTTP status yet."),
    };
}

internal static class Answers
{
    /// <summary>The value of an operation as an answer, or its problem.</summary>
    public static IResult Answer<T>(this Result<T> result, Func<T, IResult> answer) => result.Problem is { } problem ? Refuse(problem) : answer(result.Value);

    public static IResult Refuse(Problem problem) => ApiProblem.Of(problem).AsResult();
}
