using System.Buffers;
using System.Text;

namespace Vaguemestre.Core.Letters.Bodies;

/// <summary>
/// A paragraph while it is read. White space that holds a line end is the layout of the HTML and becomes one space, or none at an edge;
/// other spaces are the writer's and stay, since the pages show them.
/// </summary>
/// <param name="marked">By <c>p</c>, not by words that stood outside of any.</param>
/// <param name="lists">Those it stands in.</param>
/// <param name="startsItem">It is the first of its item.</param>
internal sealed class BodyParagraph(bool marked, IReadOnlyList<BodyList> lists, bool startsItem)
{
    public static readonly SearchValues<char> White = SearchValues.Create(" \t\n\f\r");

    private static readonly char[] WhiteCharacters = [' ', '\t', '\n', '\f', '\r'];

    private readonly List<BodyRun> _runs = [];
    private readonly StringBuilder _text = new();
    private BodyStyle _style;
    private bool _spaceAwaited;
    private BodyStyle _spaceStyle;

    public bool Marked => marked;

    public void Append(string text, BodyStyle style)
    {
        for (var at = 0; at < text.Length;)
        {
            var rest = text.AsSpan(at);
            var white = rest.IndexOfAnyExcept(White) is var word and >= 0 ? word : rest.Length;
            if (white > 0)
                AppendWhite(rest[..white], style);
            var length = rest[white..].IndexOfAny(White) is var next and >= 0 ? next : rest.Length - white;
            if (length > 0)
                AppendWords(rest.Slice(white, length), style);
            at += white + length;
        }
    }

    public void Break(BodyStyle style)
    {
        _spaceAwaited = false;
        Flush();
        _runs.Add(new BodyRun(null, style));
    }

    /// <summary>Null where there is nothing to keep: no words, and no tag that asked for an empty line.</summary>
    /// <param name="closed">The HTML ended it by itself, not by what cannot stand in it.</param>
    public BodyBlock? End(bool closed)
    {
        Flush();
        var broken = _runs.Count > 0;
        if (!marked)
            TrimEnd();
        while (_runs.Count > 0 && _runs[^1].Text is null)
            _runs.RemoveAt(_runs.Count - 1);
        return _runs.Count > 0 || closed || broken || startsItem ? new BodyBlock(lists, startsItem, _runs) : null;
    }

    private bool AtEdge => _text.Length == 0 && (_runs.Count == 0 || _runs[^1].Text is null);

    private bool EndsWhite => _text.Length > 0 ? White.Contains(_text[^1]) : _runs is [.., { Text: [.., var last] }] && White.Contains(last);

    private void AppendWhite(ReadOnlySpan<char> white, BodyStyle style)
    {
        if (_spaceAwaited || (!marked && AtEdge))
            return;
        if (white.ContainsAny('\n', '\r'))
            (_spaceAwaited, _spaceStyle) = (!AtEdge && !EndsWhite, style);
        else
            Write(white, style);
    }

    private void AppendWords(ReadOnlySpan<char> words, BodyStyle style)
    {
        if (_spaceAwaited)
            Write(" ", _spaceStyle);
        _spaceAwaited = false;
        Write(words, style);
    }

    private void Write(ReadOnlySpan<char> text, BodyStyle style)
    {
        if (_text.Length > 0 && _style != style)
            Flush();
        _style = style;
        _text.Append(text);
    }

    private void Flush()
    {
        if (_text.Length > 0)
            _runs.Add(new BodyRun(_text.ToString(), _style));
        _text.Clear();
    }

    private void TrimEnd()
    {
        while (_runs is [.., { Text: { } text } last])
        {
            _runs.RemoveAt(_runs.Count - 1);
            if (text.TrimEnd(WhiteCharacters) is { Length: > 0 } left)
            {
                _runs.Add(last with { Text = left });
                return;
            }
        }
    }
}
