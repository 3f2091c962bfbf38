using Ganss.Xss;

namespace Vaguemestre.Core.Letters.Bodies;

/// <summary>
/// A body of a letter or a reply: paragraphs and lists, with strong, em, u, s and the names of a palette (<c>class="c-…"</c>). The
/// same in the editor, preview, mail and pages; no style, no link, no picture. One text has one HTML: what <see cref="Sanitise"/>
/// answers is what the editor writes and what a browser gives back.
/// </summary>
public static class BodyHtml
{
    private static readonly string[] Elements = ["p", "br", "strong", "em", "u", "s", "ul", "ol", "li", "span"];

    /// <summary>
    /// Keeps what is allowed, drops the rest; text survives, scripts and their text do not. The body is read and written anew, then
    /// passes the allow-list as if it came from outside; in pieces, because that takes four times as long for twice the paragraphs.
    /// </summary>
    public static string Sanitise(string html)
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(Elements, StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = new HashSet<string>(["class", "start"], StringComparer.OrdinalIgnoreCase),
        });
        sanitizer.AllowedClasses.UnionWith(LetterColours.Names);
        return string.Concat(BodyWriter.Pieces(BodyReader.Read(html)).Select(piece => sanitizer.Sanitize(piece)));
    }

    /// <summary>
    /// As typed in a text area: a blank line separates paragraphs, a line end breaks the line. <see cref="ToText"/> gives the same
    /// text back, but for line ends at its end.
    /// </summary>
    public static string FromText(string text)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').TrimEnd('\n');
        return string.IsNullOrWhiteSpace(lines)
            ? ""
            : string.Concat(lines.Split("\n\n").Select(p => $"<p>{BodyWriter.Escape(p).Replace("\n", "<br>", StringComparison.Ordinal)}</p>"));
    }

    /// <summary>The text of a body: paragraphs apart by a blank line, items with a dash or their number, nested ones indented.</summary>
    public static string ToText(string html) => BodyText.Of(BodyReader.Read(html));

    public static bool IsEmpty(string html) => string.IsNullOrWhiteSpace(ToText(html));
}
