using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Api;

/// <summary>A type of letter with the template that the organisation's letters start from.</summary>
/// <param name="Subject">Liquid, as <paramref name="BodyHtml"/>: a draft gets it filled.</param>
public sealed record LetterTypeShape(LetterType Type, string Title, DeliveryMode Mode, bool ReplyExpected, string Subject, string BodyHtml)
{
    internal static LetterTypeShape Of(LetterTemplate t) => new(t.Type, t.Title, t.Mode, t.ReplyExpected, t.Subject, t.Body);
}

/// <summary><c>/letter-types</c>: the nine.</summary>
internal static class LetterTypes
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/letter-types", async (HttpContext http, ReadTemplates read, CancellationToken cancel) =>
                new ListShape<LetterTypeShape>([.. (await read.RunAsync(http.Caller(), cancel)).Select(s => LetterTypeShape.Of(s.Template))]))
            .WithName("listLetterTypes").WithTags("Letters").WithSummary("List the nine types of letter, each with the organisation's template").Refuses();
}
