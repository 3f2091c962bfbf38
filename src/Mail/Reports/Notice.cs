using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using MimeKit;
using MimeKit.Text;

namespace Vaguemestre.Mail.Reports;

/// <summary>The words of a mail as a person reads them, without the mail that it brings back or quotes.</summary>
internal sealed partial class Notice
{
    private const int MaxCharacters = 64 * 1024, MaxLines = 1_000;

    private static readonly Phrases Originals = Phrases.Load("original");

    private Notice(IReadOnlyList<string> lines, string rest)
    {
        Lines = lines;
        Folded = Phrases.Fold(string.Join('\n', lines));
        Rest = rest;
    }

    public IReadOnlyList<string> Lines { get; }

    /// <summary>All lines, as phrases are looked for (<see cref="Phrases.Fold"/>).</summary>
    public string Folded { get; }

    /// <summary>What follows the notice in its own text: most often the mail that is brought back.</summary>
    public string Rest { get; }

    /// <param name="parts">The leaves of the mail.</param>
    /// <param name="raw">The mail as it came: where its structure is broken and shows no text, all that follows the header is its text.</param>
    public static Notice Of(IReadOnlyList<MimeEntity> parts, ReadOnlySpan<byte> raw)
    {
        var texts = parts.OfType<TextPart>().Where(part => !part.IsAttachment && !part.ContentType.IsMimeType("text", "rfc822-headers")).ToList();
        var plain = texts.Where(part => !part.IsHtml).Select(Text).ToList();
        var text = string.Join('\n', plain.TrueForAll(string.IsNullOrWhiteSpace) ? texts.Where(part => part.IsHtml).Select(part => Visible(Text(part))) : plain);
        if (string.IsNullOrWhiteSpace(text))
            text = Body(raw);
        if (text.Length > MaxCharacters)
            text = text[..MaxCharacters];
        var lines = text.Split('\n', MaxLines).Select(line => line.TrimEnd('\r')).ToList();
        var end = End(lines);
        return new Notice(lines[..end], string.Join('\n', lines[end..]));
    }

    private static string Text(TextPart part)
    {
        if (part.Content is null)
            return "";
        var text = part.Text;
        // Japanese mail often leaves its charset unsaid; its escape sequences say it.
        if (text.Contains("\u001b$", StringComparison.Ordinal) && CodePagesEncodingProvider.Instance.GetEncoding("iso-2022-jp") is { } japanese)
            text = part.GetText(japanese);
        else if (SaysLatin(part.ContentType.Charset) && IsUtf8(part.Content))
            text = part.GetText(Encoding.UTF8);
        return text.Length > MaxCharacters ? text[..MaxCharacters] : text;
    }

    private static bool SaysLatin(string? charset) =>
        charset is not null && (charset.StartsWith("iso-8859-", StringComparison.OrdinalIgnoreCase) || charset.StartsWith("windows-125", StringComparison.OrdinalIgnoreCase));

    /// <summary>A template's charset and its text's often differ; no Latin text of any length is UTF-8 by chance.</summary>
    private static bool IsUtf8(IMimeContent content)
    {
        using var bytes = new MemoryStream();
        content.DecodeTo(bytes);
        var text = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        return !Ascii.IsValid(text) && Utf8.IsValid(text);
    }

    private static string Body(ReadOnlySpan<byte> raw)
    {
        var end = raw.IndexOf("\n\n"u8) is >= 0 and var lf ? lf : raw.IndexOf("\r\n\r\n"u8);
        return end < 0 ? "" : Encoding.Latin1.GetString(raw.Slice(end, Math.Min(raw.Length - end, MaxCharacters)));
    }

    /// <summary>Where the mail that is brought back begins: a line that announces it, or the fields that its servers wrote first.</summary>
    private static int End(List<string> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var announced = Originals.Any(Phrases.Fold(line[..Math.Min(line.Length, 200)])) && Ends().IsMatch(line);
            if (announced || FirstFields().IsMatch(line))
                return i;
        }

        return lines.Count;
    }

    private static string Visible(string html)
    {
        var text = new StringBuilder();
        var tokens = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        var hidden = 0;
        while (text.Length < MaxCharacters && tokens.ReadNextToken(out var token))
        {
            switch (token)
            {
                case HtmlTagToken { Id: HtmlTagId.Style or HtmlTagId.Script or HtmlTagId.Title } tag:
                    hidden = Math.Max(0, hidden + (tag.IsEndTag ? -1 : 1));
                    break;
                case HtmlTagToken { Id: HtmlTagId.P or HtmlTagId.Br or HtmlTagId.Div or HtmlTagId.TR or HtmlTagId.LI or HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 or HtmlTagId.Pre or HtmlTagId.HR or HtmlTagId.Table }:
                    text.Append('\n');
                    break;
                case HtmlTagToken { Id: HtmlTagId.TD or HtmlTagId.TH }:
                    text.Append(' ');
                    break;
                case HtmlDataToken { Kind: HtmlTokenKind.Data } data when hidden == 0:
                    text.Append(data.Data);
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>An announcement is ruled off, or ends as one: « Original message follows. », « Original message headers: ».</summary>
    [GeneratedRegex(@"--|__|\*\*|==|:\s*$|(follow|below|suit|suivent)[a-z]*\s*\.?\s*$|adjunto\.?\s*$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Ends();

    [GeneratedRegex("^(?:Received: (?:from|by|\\(|id)|Return-Path: ?<|X-Received: |DKIM-Signature: |Delivered-To: |X-Original-To: |X-Originating-IP: )", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex FirstFields();
}
