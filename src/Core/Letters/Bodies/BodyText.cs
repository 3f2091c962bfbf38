using System.Globalization;
using System.Text;

namespace Vaguemestre.Core.Letters.Bodies;

/// <summary>The paragraphs of a letter as plain text: a blank line between them, items with a dash or their number, nested ones indented.</summary>
internal sealed class BodyText
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<BodyList, (int Next, int Width)> _lists = [];

    public static string Of(IReadOnlyList<BodyBlock> blocks)
    {
        var writer = new BodyText();
        for (var i = 0; i < blocks.Count; i++)
        {
            if (i > 0)
                writer._text.Append(blocks[i].Lists is [var list, ..] && blocks[i - 1].Lists is [var before, ..] && list == before ? "\n" : "\n\n");
            writer.Append(blocks[i]);
        }

        return writer._text.ToString();
    }

    private void Append(BodyBlock block)
    {
        var marker = block.StartsItem ? MarkerOf(block.Lists[^1]) : "";
        var indent = new string(' ', block.Lists.Sum(l => _lists.GetValueOrDefault(l, (Next: 0, Width: 2)).Width));
        _text.Append(indent.AsSpan(marker.Length)).Append(marker);
        foreach (var run in block.Runs)
            _text.Append(run.Text ?? "\n" + indent);
    }

    private string MarkerOf(BodyList list)
    {
        var number = _lists.TryGetValue(list, out var counted) ? counted.Next : list.Start;
        var marker = list.Ordered ? number.ToString(CultureInfo.InvariantCulture) + ". " : "- ";
        _lists[list] = (number + 1, marker.Length);
        return marker;
    }
}
