using System.Globalization;
using System.Text;

namespace Vaguemestre.Core.Letters.Bodies;

/// <summary>
/// Writes the paragraphs of a letter as the editor does: every tag is written here, none is copied, and all words are escaped. Colour
/// outside, then strong, em, u, s; neighbours share what they have in common.
/// </summary>
internal sealed class BodyWriter
{
    private static readonly (BodyMarks Mark, string Tag)[] Tags = [(BodyMarks.Strong, "strong"), (BodyMarks.Em, "em"), (BodyMarks.Underline, "u"), (BodyMarks.Strike, "s")];

    private const int LongPiece = 4_000;

    private readonly StringBuilder _html = new();
    private readonly List<BodyList> _lists = [];

    /// <summary>Whole paragraphs and whole lists, in pieces of some kilobytes (a list has one, however long).</summary>
    public static IEnumerable<string> Pieces(IReadOnlyList<BodyBlock> blocks)
    {
        var writer = new BodyWriter();
        foreach (var block in blocks)
        {
            writer.Enter(block);
            if (block.Lists.Count == 0 && writer._html.Length > LongPiece)
                yield return writer.Take();
            writer.Paragraph(block.Runs);
        }

        writer.LeaveLists(0);
        yield return writer.Take();
    }

    /// <summary>What a browser writes for the same text.</summary>
    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\u00a0", "&nbsp;", StringComparison.Ordinal);

    private string Take()
    {
        var piece = _html.ToString();
        _html.Clear();
        return piece;
    }

    private void Enter(BodyBlock block)
    {
        var common = 0;
        while (common < Math.Min(_lists.Count, block.Lists.Count) && _lists[common] == block.Lists[common])
            common++;
        LeaveLists(common);
        if (common == block.Lists.Count && block.StartsItem)
            _html.Append("</li><li>");
        for (var i = common; i < block.Lists.Count; i++)
        {
            var list = block.Lists[i];
            _lists.Add(list);
            _html.Append(list switch
            {
                { Ordered: false } => "<ul>",
                { Start: 1 } => "<ol>",
                _ => string.Create(CultureInfo.InvariantCulture, $"<ol start=\"{list.Start}\">"),
            });
            _html.Append(i + 1 < block.Lists.Count ? "<li><p></p>" : "<li>");
        }
    }

    private void LeaveLists(int depth)
    {
        for (; _lists.Count > depth; _lists.RemoveAt(_lists.Count - 1))
            _html.Append(_lists[^1].Ordered ? "</li></ol>" : "</li></ul>");
    }

    private void Paragraph(List<BodyRun> runs)
    {
        _html.Append("<p>");
        var open = new List<string>();
        foreach (var run in runs)
        {
            var wanted = Wanted(run.Style);
            var common = open.Zip(wanted).TakeWhile(pair => pair.First == pair.Second).Count();
            Close(open, common);
            foreach (var tag in wanted.Skip(common))
            {
                _html.Append('<').Append(tag).Append('>');
                open.Add(tag);
            }

            _html.Append(run.Text is null ? "<br>" : Escape(run.Text));
        }

        Close(open, 0);
        _html.Append("</p>");
    }

    private static List<string> Wanted(BodyStyle style)
    {
        var wanted = Tags.Where(t => style.Marks.HasFlag(t.Mark)).Select(t => t.Tag).ToList();
        if (style.Colour is { } colour)
            wanted.Insert(0, $"span class=\"{colour}\"");
        return wanted;
    }

    private void Close(List<string> open, int depth)
    {
        for (; open.Count > depth; open.RemoveAt(open.Count - 1))
            _html.Append("</").Append(open[^1].Split(' ')[0]).Append('>');
    }
}
