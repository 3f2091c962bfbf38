using System.Collections.Frozen;
using System.Globalization;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace Vaguemestre.Core.Letters.Bodies;

/// <summary>
/// Reads HTML of whatever origin into the paragraphs of a letter. It goes from tag to tag and builds no tree, so that time and memory
/// grow with the length alone, however deep or broken the nesting is.
/// </summary>
internal sealed class BodyReader
{
    /// <summary>Lists nested deeper than this are flattened into the last one.</summary>
    private const int DeepestList = 8;

    private static readonly FrozenDictionary<string, HtmlParseMode> RawText = new Dictionary<string, HtmlParseMode>(StringComparer.Ordinal)
    {
        ["script"] = HtmlParseMode.Script,
        ["style"] = HtmlParseMode.Rawtext,
        ["iframe"] = HtmlParseMode.Rawtext,
        ["noscript"] = HtmlParseMode.Rawtext,
        ["noembed"] = HtmlParseMode.Rawtext,
        ["noframes"] = HtmlParseMode.Rawtext,
        ["title"] = HtmlParseMode.RCData,
        ["textarea"] = HtmlParseMode.RCData,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Goes with its content, which is not words of the letter.</summary>
    private static readonly FrozenSet<string> Dropped =
        RawText.Keys.Concat(["template", "object", "select", "svg", "math", "audio", "video", "canvas"]).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Ends the paragraph before it and the one in it.</summary>
    private static readonly FrozenSet<string> Blocks = FrozenSet.Create(
        StringComparer.Ordinal,
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
        "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "legend", "main", "menu", "nav", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr");

    private static readonly FrozenDictionary<string, BodyMarks> Marks = new Dictionary<string, BodyMarks>(StringComparer.Ordinal)
    {
        ["strong"] = BodyMarks.Strong,
        ["b"] = BodyMarks.Strong,
        ["em"] = BodyMarks.Em,
        ["i"] = BodyMarks.Em,
        ["u"] = BodyMarks.Underline,
        ["ins"] = BodyMarks.Underline,
        ["s"] = BodyMarks.Strike,
        ["strike"] = BodyMarks.Strike,
        ["del"] = BodyMarks.Strike,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly List<BodyBlock> _blocks = [];
    private readonly List<(BodyList List, Item Item)> _lists = [];
    private readonly Dictionary<BodyMarks, int> _marks = Enum.GetValues<BodyMarks>().ToDictionary(m => m, _ => 0);
    private readonly List<string?> _colours = [];
    private int _orderedLists;
    private BodyParagraph? _paragraph;
    private int _coloursOutside;

    /// <summary>Where in a list the next words stand.</summary>
    private enum Item
    {
        /// <summary>Between items: words begin one by themselves.</summary>
        None,

        /// <summary>In an item that has no words yet.</summary>
        Begun,

        /// <summary>In an item that has some.</summary>
        Filled,
    }

    public static IReadOnlyList<BodyBlock> Read(string html)
    {
        var reader = new BodyReader();
        reader.ReadTokens(Tokenise(html));
        return reader._blocks;
    }

    private static List<HtmlToken> Tokenise(string html)
    {
        using var source = new TextSource(html);
        using var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.Resolver);
        var tokens = new List<HtmlToken>();
        while (tokenizer.Get() is { Type: not HtmlTokenType.EndOfFile } token)
        {
            if (token.Type == HtmlTokenType.StartTag)
                tokenizer.State = RawText.GetValueOrDefault(token.Name, HtmlParseMode.PCData);
            else if (token.Type == HtmlTokenType.EndTag)
                tokenizer.State = HtmlParseMode.PCData;
            if (token.Type is HtmlTokenType.StartTag or HtmlTokenType.EndTag or HtmlTokenType.Character)
                tokens.Add(token);
        }

        return tokens;
    }

    private void ReadTokens(List<HtmlToken> tokens)
    {
        var lastEnd = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Type == HtmlTokenType.EndTag)
                lastEnd[tokens[i].Name] = i;
        }

        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Type == HtmlTokenType.Character)
                Words(token.Data);
            else if (token.Type == HtmlTokenType.EndTag)
                End(token.Name);
            else if (Dropped.Contains(token.Name))
                i = AfterContent(tokens, i, lastEnd.GetValueOrDefault(token.Name, -1));
            else
                Start(token.AsTag());
        }

        EndParagraph();
        FillItem();
    }

    /// <summary>The index of the end tag. What is never closed takes nothing along, but for text that is no HTML.</summary>
    private static int AfterContent(List<HtmlToken> tokens, int start, int lastEnd)
    {
        var name = tokens[start].Name;
        if (lastEnd < start)
            return RawText.ContainsKey(name) && start + 1 < tokens.Count && tokens[start + 1].Type == HtmlTokenType.Character ? start + 1 : start;
        if (name is "svg" or "math" && tokens[start].AsTag().IsSelfClosing)
            return start;
        var end = start + 1;
        while (tokens[end].Type != HtmlTokenType.EndTag || tokens[end].Name != name)
            end++;
        return end;
    }

    private void Words(string text)
    {
        if (_paragraph is null && !text.AsSpan().ContainsAnyExcept(BodyParagraph.White))
            return;
        Paragraph().Append(text, Style());
    }

    private void Start(HtmlTagToken tag)
    {
        switch (tag.Name)
        {
            case "p":
                EndParagraph(closed: _paragraph is { Marked: true });
                _paragraph = Begin(marked: true);
                if (ColourOf(tag) is { } own)
                    _colours.Add(own);
                break;
            case "br":
                Paragraph().Break(Style());
                break;
            case "ul" or "ol":
                BeginList(tag);
                break;
            case "li":
                EndItem();
                if (_lists.Count > 0)
                    _lists[^1] = (_lists[^1].List, Item.Begun);
                break;
            case "td" or "th":
                _paragraph?.Append("\t", Style());
                break;
            case "span":
                _colours.Add(ColourOf(tag) ?? Colour);
                break;
            case var name when Marks.TryGetValue(name, out var mark):
                _marks[mark]++;
                break;
            case var name when Blocks.Contains(name):
                EndParagraph();
                break;
        }
    }

    private void End(string name)
    {
        if (name == "p")
            EndParagraph(closed: _paragraph is { Marked: true });
        else if (name == "li")
            EndItem();
        else if (name is "ul" or "ol")
            EndList(ordered: name == "ol");
        else if (name == "span" && _colours.Count > 0)
            _colours.RemoveAt(_colours.Count - 1);
        else if (Marks.TryGetValue(name, out var mark))
            _marks[mark] = Math.Max(0, _marks[mark] - 1);
        else if (Blocks.Contains(name))
            EndParagraph();
    }

    private BodyParagraph Paragraph() => _paragraph ??= Begin(marked: false);

    private BodyParagraph Begin(bool marked)
    {
        var startsItem = _lists.Count > 0 && _lists[^1].Item != Item.Filled;
        if (startsItem)
            _lists[^1] = (_lists[^1].List, Item.Filled);
        _coloursOutside = _colours.Count;
        return new BodyParagraph(marked, [.. _lists.Take(DeepestList).Select(l => l.List)], startsItem);
    }

    private void EndParagraph(bool closed = false)
    {
        if (_paragraph is not { } paragraph)
            return;
        if (paragraph.End(closed) is { } block)
            _blocks.Add(block);
        if (paragraph.Marked && _colours.Count > _coloursOutside)
            _colours.RemoveRange(_coloursOutside, _colours.Count - _coloursOutside);
        _paragraph = null;
    }

    /// <summary>An item without words has its number all the same.</summary>
    private void EndItem()
    {
        EndParagraph();
        FillItem();
        if (_lists.Count > 0)
            _lists[^1] = (_lists[^1].List, Item.None);
    }

    private void FillItem()
    {
        if (_lists.Count > 0 && _lists[^1].Item == Item.Begun)
            _blocks.Add(Begin(marked: true).End(closed: true)!);
    }

    private void BeginList(HtmlTagToken tag)
    {
        EndParagraph();
        FillItem();
        var ordered = tag.Name == "ol";
        _orderedLists += ordered ? 1 : 0;
        var start = ordered && int.TryParse(tag.GetAttribute("start"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 10_000 ? number : 1;
        _lists.Add((new BodyList(ordered, start), Item.None));
    }

    /// <summary>Ends the innermost list of that kind, and those in it.</summary>
    private void EndList(bool ordered)
    {
        EndParagraph();
        if ((ordered ? _orderedLists : _lists.Count - _orderedLists) == 0)
            return;
        var found = false;
        while (!found)
        {
            FillItem();
            found = _lists[^1].List.Ordered == ordered;
            _orderedLists -= _lists[^1].List.Ordered ? 1 : 0;
            _lists.RemoveAt(_lists.Count - 1);
        }
    }

    private static string? ColourOf(HtmlTagToken tag) => Array.Find(tag.GetAttribute("class").Split(' '), c => LetterColours.ValueOf(c) is not null);

    private string? Colour => _colours.Count == 0 ? null : _colours[^1];

    private BodyStyle Style() => new(_marks.Where(m => m.Value > 0).Aggregate(BodyMarks.None, (all, m) => all | m.Key), Colour);
}
