using Vaguemestre.Pdf.Files;
using Vaguemestre.Pdf.Layout;

namespace Vaguemestre.Pdf.Structure;

/// <summary>The headings as bookmarks (ISO 32000-1, 12.3.3), for a reader who jumps instead of scrolling.</summary>
internal sealed class Outline
{
    readonly Entry root = new("", 0, null!, 0);
    readonly Stack<Entry> open = [];

    public Outline() => open.Push(root);

    public bool IsEmpty => root.Children.Count == 0;

    /// <summary>Adds a heading that stands at <paramref name="top"/> of a page, under the latest one of a lesser level.</summary>
    public void Add(int level, string title, Page page, double top)
    {
        while (open.Peek().Level >= level)
            open.Pop();

        var entry = new Entry(title, level, page, top);
        open.Peek().Children.Add(entry);
        open.Push(entry);
    }

    public int Write(PdfObjects objects)
    {
        var number = objects.Reserve();
        var children = WriteChildren(objects, root, number);
        objects.Write(number, $"<< /Type /Outlines{children} >>");
        return number;
    }

    static string WriteChildren(PdfObjects objects, Entry parent, int parentNumber)
    {
        if (parent.Children.Count == 0)
            return "";

        var numbers = parent.Children.ConvertAll(_ => objects.Reserve());
        for (var i = 0; i < numbers.Count; i++)
        {
            var entry = parent.Children[i];
            var siblings = (i > 0 ? $" /Prev {numbers[i - 1]} 0 R" : "") + (i + 1 < numbers.Count ? $" /Next {numbers[i + 1]} 0 R" : "");
            var children = WriteChildren(objects, entry, numbers[i]);
            objects.Write(numbers[i], $"<< /Title {PdfSyntax.Text(entry.Title)} /Parent {parentNumber} 0 R{siblings}{children} "
                + $"/Dest [{entry.Page.Number} 0 R /XYZ null {PdfSyntax.Number(entry.Top)} null] >>");
        }

        return $" /First {numbers[0]} 0 R /Last {numbers[^1]} 0 R /Count {parent.Total}";
    }

    sealed record Entry(string Title, int Level, Page Page, double Top)
    {
        public List<Entry> Children { get; } = [];

        public int Total => Children.Count + Children.Sum(child => child.Total);
    }
}
