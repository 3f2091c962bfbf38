using System.Text.RegularExpressions;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>What a template leaves to its writer between square brackets and still stands in the letter. A hint: brackets may be meant.</summary>
public static partial class Blanks
{
    public static IReadOnlyList<string> In(Letter letter) => In(letter.Subject, letter.Body);

    public static IReadOnlyList<string> In(DraftForRecipient draft) => In(draft.Subject, draft.Body);

    private static IReadOnlyList<string> In(string subject, string body) =>
        [.. Bracketed().Matches(subject + "\n" + BodyHtml.ToText(body)).Select(m => m.Value).Distinct(StringComparer.Ordinal).Take(50)];

    [GeneratedRegex(@"\[[^\[\]\n]{2,300}\]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bracketed();
}
