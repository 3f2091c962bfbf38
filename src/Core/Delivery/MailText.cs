using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using System.Xml;
using System.Xml.Linq;
using Fluid;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Delivery;

/// <summary>A mail's subject, and its words as HTML and as text, which say the same.</summary>
/// <param name="Subject">Of a notice; empty for a letter, which has its own.</param>
internal sealed record MailWords(string Subject, string Html, string Text);

/// <summary>
/// Writes the words of a mail out of its one template, of the folder <c>Mails</c>: a few elements (<c>p</c>, <c>facts</c>, <c>files</c>,
/// <c>link</c>, <c>body</c>, <c>foot</c>) that each become HTML and text, so that neither part says more than the other. What the HTML
/// uses is what mail clients render; a test compares it with what is known of them.
/// </summary>
internal static partial class MailText
{
    private const string Paragraph = "margin:0 0 16px 0;", Anchor = "color:#1f4ea3;word-break:break-all;", Digest = "font-size:13px;line-height:20px;color:#555555;word-break:break-all;";

    private static readonly ConcurrentDictionary<string, IFluidTemplate> Templates = new(StringComparer.Ordinal);

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <param name="template">Its name.</param>
    /// <param name="language">ISO 639-1.</param>
    /// <param name="sender">In whose name it comes: stands above the words.</param>
    /// <param name="values">What the template names.</param>
    /// <param name="files">What <c>files</c> lists.</param>
    /// <param name="body">What <c>body</c> is: a letter's own words, HTML ready for a mail, and text.</param>
    public static MailWords Write(string template, string language, string sender, IReadOnlyDictionary<string, object?> values, IReadOnlyList<FileDigest>? files = null, (string Html, string Text) body = default)
    {
        var mail = XElement.Parse(Render($"{language}.{template}", values), LoadOptions.PreserveWhitespace);
        var writer = new Writer(language, files ?? [], body);
        foreach (var block in mail.Elements())
            writer.Add(block);
        var subject = mail.Element("subject") is { } own ? Words(own) : "";
        var frame = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["language"] = language,
            ["subject"] = subject.Length > 0 ? subject : values["subject"],
            ["sender"] = sender,
            ["content"] = writer.Html,
            ["foot"] = writer.FootHtml,
        };
        return new MailWords(subject, Render("frame.html", frame), writer.Text);
    }

    /// <summary>Fit for a line of a mail and for XML, whatever was typed: what has no place in either becomes a space.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var pair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            if (pair)
                clean.Append(text[i]).Append(text[++i]);
            else
                clean.Append(char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' || !XmlConvert.IsXmlChar(text[i]) ? ' ' : text[i]);
        }

        return clean.ToString();
    }

    private static string Render(string name, IReadOnlyDictionary<string, object?> values)
    {
        var context = new TemplateContext();
        foreach (var (key, value) in values)
            context.SetValue(key, value is string text && key is not ("content" or "foot") ? Clean(text) : value);
        return Templates.GetOrAdd(name, Load).Render(context, Encoder);
    }

    private static IFluidTemplate Load(string name)
    {
        using var stream = typeof(MailText).Assembly.GetManifestResourceStream($"Vaguemestre.Core.Delivery.Mails.{name}.liquid")!;
        return new FluidParser().Parse(new StreamReader(stream).ReadToEnd());
    }

    /// <summary>As written: only the template's own line ends are none.</summary>
    private static string Words(XElement element) => Folded(element.Value).Trim();

    private static string Folded(string text) => LineEnd().Replace(text, " ");

    [GeneratedRegex(@"[ \t]*\r?\n\s*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineEnd();

    private sealed class Writer(string language, IReadOnlyList<FileDigest> files, (string Html, string Text) body)
    {
        private readonly StringBuilder _html = new(), _foot = new();
        private readonly List<string> _text = [], _footText = [];

        private bool English => language == "en";

        public string Html => _html.ToString();

        public string FootHtml => _foot.ToString();

        public string Text => string.Join("\n\n", _text) + (_footText.Count == 0 ? "" : "\n\n-- \n" + string.Join('\n', _footText)) + "\n";

        public void Add(XElement block)
        {
            switch (block.Name.LocalName)
            {
                case "p":
                    _html.Append(CultureInfo.InvariantCulture, $"<p style=\"{Paragraph}\">{Inline(block)}</p>\n");
                    _text.Add(Words(block));
                    break;
                case "facts":
                    var facts = block.Elements("fact").Select(f => (Name: f.Attribute("name")!.Value + (English ? ":" : "\u00a0:"), Fact: f)).ToList();
                    _html.Append(CultureInfo.InvariantCulture, $"<p style=\"{Paragraph}\">{string.Join("<br>\n", facts.Select(f => $"<strong>{Encoder.Encode(f.Name)}</strong> {Inline(f.Fact)}"))}</p>\n");
                    _text.Add(string.Join('\n', facts.Select(f => $"{f.Name} {Words(f.Fact)}")));
                    break;
                case "files" when files.Count > 0:
                    var named = files.Select(f => (Name: Clean(f.Name), Size: Size(f.Size), f.Sha256)).ToList();
                    _html.Append(CultureInfo.InvariantCulture, $"<p style=\"{Paragraph}\">{string.Join("<br>\n", named.Select(f => $"{Encoder.Encode(f.Name)} ({Encoder.Encode(f.Size)})<br>{Digested("SHA-256 " + f.Sha256)}"))}</p>\n");
                    _text.Add(string.Join('\n', named.Select(f => $"- {f.Name} ({f.Size})\n  SHA-256 {f.Sha256}")));
                    break;
                case "link":
                    var link = Words(block);
                    _html.Append(CultureInfo.InvariantCulture, $"<p style=\"{Paragraph}\"><a href=\"{Encoder.Encode(link)}\" style=\"{Anchor}\">{Encoder.Encode(link)}</a></p>\n");
                    _text.Add(link);
                    break;
                case "body":
                    _html.Append(body.Html);
                    _text.Add(body.Text);
                    break;
                case "foot":
                    _foot.Append(Inline(block));
                    _footText.Add(Words(block));
                    break;
            }
        }

        private static string Inline(XElement element) => string.Concat(element.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "b" } strong => $"<strong>{Encoder.Encode(Folded(strong.Value))}</strong>",
            XElement { Name.LocalName: "digest" } digest => Digested(digest.Value),
            XText text => Encoder.Encode(Folded(text.Value)),
            _ => "",
        })).Trim();

        private static string Digested(string text) => $"<span style=\"{Digest}\">{Encoder.Encode(text)}</span>";

        /// <summary>Exact, since the digest beside it is.</summary>
        private string Size(long bytes) => English
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} byte{(bytes == 1 ? "" : "s")}")
            : $"{bytes.ToString("N0", CultureInfo.GetCultureInfo("fr-FR"))}\u00a0octet{(bytes > 1 ? "s" : "")}";
    }
}
