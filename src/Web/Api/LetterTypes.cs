using Vaguemestre.Core.Letters;

namespace Vaguemestre.Web.Api;

/// <summary>A type of letter with its template.</summary>
/// <param name="Subject">Liquid, as <paramref name="BodyHtml"/>: a draft gets it filled.</param>
public sealed record LetterTypeShape(LetterType Type, string Title, DeliveryMode Mode, bool ReplyExpected, string Subject, string BodyHtml);

/// <summary><c>/letter-types</c>: the nine.</summary>
internal static class LetterTypes
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/letter-types", () => new ListShape<LetterTypeShape>([.. LetterTemplate.All.Select(t => new LetterTypeShape(t.Type, t.Title, t.Mode, t.ReplyExpected, t.Subject, t.Body))]))
            .WithName("listLetterTypes").WithTags("Letters").WithSummary("List the nine types of letter, each with its template").Refuses();
}
