using System.Text.RegularExpressions;
using Vaguemestre.Core.Letters.Bodies;

namespace Vaguemestre.Core.Letters.Templates;

/// <summary>The body of a template as somebody reads and mends it: sanitised as a letter's, a paragraph to the line, its tags as they were meant.</summary>
internal static partial class TemplateBody
{
    public static string Tidy(string body) => TemplateTags.Around(body, Tidied);

    /// <summary>A condition around paragraphs or items is no paragraph or item of its own: it would leave an empty one behind.</summary>
    private static string Tidied(string marked)
    {
        var html = BodyHtml.Sanitise(marked).Replace("&nbsp;", "\u00a0", StringComparison.Ordinal);
        html = ConditionAlone().Replace(html, "${tags}\n");
        html = PlainItem().Replace(html, "<li>${words}</li>");
        return LineEnd().Replace(html, "$0\n").TrimEnd('\n');
    }

    [GeneratedRegex(@"(?:<li>)?<p>\s*(?<tags>\ue002[0-9]+\ue001(?:\s*\ue002[0-9]+\ue001)*)\s*</p>(?:</li>)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConditionAlone();

    [GeneratedRegex("<li><p>(?<words>(?:(?!</?(?:p|ul|ol|li)[ >]).)*)</p></li>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainItem();

    [GeneratedRegex("(?:</(?:p|li|ul|ol)>|<(?:ul|ol)(?: [^>]*)?>)(?!</li>|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineEnd();
}
