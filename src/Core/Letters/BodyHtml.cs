using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Ganss.Xss;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// A body of a letter or a reply: the few elements that a letter needs, the same in preview, mail, page and PDF. Colours
/// are names of a palette (<c>class="c-…"</c>); no style, no link, no picture.
/// </summary>
public static class BodyHtml
{
    private static readonly string[] Elements = ["p", "br", "strong", "b", "em", "i", "u", "s", "ul", "ol", "li", "span"];

    private static readonly string[] Blocks = ["P", "LI", "UL", "OL", "DIV"];

    private static readonly string[] Palette = ["c-red", "c-blue", "c-green", "c-orange", "c-purple", "c-grey"];

    /// <summary>Keeps what is allowed, drops the rest; text survives, scripts and their text do not.</summary>
    public static string Sanitise(string html)
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(Elements, StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = new HashSet<string>(["class"], StringComparer.OrdinalIgnoreCase),
        })
        {
            KeepChildNodes = true,
        };
        sanitizer.AllowedClasses.UnionWith(Palette);
        return sanitizer.Sanitize(DropWithContent(html)).Trim();
    }

    /// <summary>Plain paragraphs as typed in a text area: a blank line separates paragraphs, a line end breaks the line.</summary>
    public static string FromText(string text)
    {
        var paragraphs = text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Concat(paragraphs.Select(p => $"<p>{WebUtility.HtmlEncode(p).Replace("\n", "<br>", StringComparison.Ordinal)}</p>"));
    }

    /// <summary>The text of a sanitised body: paragraphs apart by a blank line, list items with a dash.</summary>
    public static string ToText(string html)
    {
        var text = new StringBuilder();
        Append(new HtmlParser().ParseDocument($"<body>{html}</body>").Body!, text);
        var lines = text.ToString().Split('\n').Select(l => l.Trim());
        return string.Join('\n', lines).Trim('\n').Replace("\n\n\n", "\n\n", StringComparison.Ordinal);
    }

    public static bool IsEmpty(string html) => ToText(html).Trim().Length == 0;

    private static string DropWithContent(string html)
    {
        var body = new HtmlParser().ParseDocument($"<body>{html}</body>").Body!;
        foreach (var element in body.QuerySelectorAll("script, style, title, noscript, template, iframe, object, textarea, select, svg, math").ToList())
            element.Remove();
        return body.InnerHtml;
    }

    private static void Append(INode node, StringBuilder text)
    {
        foreach (var child in node.ChildNodes)
        {
            if (child is IText run)
                text.Append(run.Data.Replace('\n', ' '));
            else if (child.NodeName == "BR")
                text.Append('\n');
            else if (child is IElement)
                AppendElement(child, text);
        }
    }

    private static void AppendElement(INode element, StringBuilder text)
    {
        if (element.NodeName == "LI")
            text.Append("- ");
        Append(element, text);
        if (Blocks.Contains(element.NodeName))
            text.Append(element.NodeName == "P" && element.Parent?.NodeName != "LI" ? "\n\n" : "\n");
    }
}
