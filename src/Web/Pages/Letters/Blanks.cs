using System.Text.RegularExpressions;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>What a template leaves to its writer between square brackets and still stands in the letter. A hint: brackets may be meant.</summary>
public static partial class Blanks
{
    public static IReadOnlyList<string> In(Letter letter) =>
        [.. Bracketed().Matches(letter.Subject + "\n" + BodyHtml.ToText(letter.Body)).Select(m => m.Value).Distinct(StringComparer.Ordinal).Take(50)];

    [GeneratedRegex(@"\[[^\[\]\n]{2,300}\]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bracketed();
}
