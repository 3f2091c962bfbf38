using Vaguemestre.Pdf.Files;
using Vaguemestre.Pdf.Fonts;
using Vaguemestre.Pdf.Structure;

namespace Vaguemestre.Pdf.Layout;

/// <summary>The pages as they fill from top to bottom: where the next line goes, and a new page when there is no more room.</summary>
internal sealed class Flow
{
    public const double Margin = 56, FullWidth = Page.Width - (2 * Margin), ColumnGap = 12;
    const double Top = Page.Height - Margin, Bottom = 64, FooterTop = 40;
    const int FooterLines = 2;

    readonly List<Page> pages = [new(0)];

    public FontSet Fonts { get; } = new();
    public StructureTree Structure { get; } = new();
    public Outline Outline { get; } = new();
    public IReadOnlyList<Page> Pages => pages;
    public Page Page => pages[^1];

    /// <summary>The top of what comes next.</summary>
    public double Y { get; private set; } = Top;

    public double Remaining => Y - Bottom;

    public static double PageHeight => Top - Bottom;

    public bool AtTop => Y >= Top;

    /// <summary>The width that columns share once the gaps between them are taken.</summary>
    public static double WidthOf(int columns) => FullWidth - (ColumnGap * (columns - 1));

    public void NewPage()
    {
        pages.Add(new Page(pages.Count));
        Y = Top;
    }

    public void Advance(double points) => Y -= points;

    /// <summary>White space, which falls away at the top of a page.</summary>
    public void Space(double points)
    {
        if (!AtTop)
            Y -= points;
    }

    public void Rule()
    {
        if (Remaining < 12)
            NewPage();
        Page.DrawRule(Margin, Y - 4, FullWidth, 0.6, Ink.Hairline);
        Y -= 12;
    }

    public void Heading(int level, string text)
    {
        var (page, top) = Block(Structure.Document.Add($"H{level}"), [Text.Bold(text)], TextStyle.Heading(level));
        Outline.Add(level, CleanText.OneLine(text), page, top);
    }

    public void Paragraph(IReadOnlyList<Text> runs, TextStyle style) => Block(Structure.Document.Add("P"), runs, style);

    /// <summary>A code of squares, black for whatever reads it.</summary>
    public void Code(IReadOnlyList<IReadOnlyList<bool>> squares, double size, string alternative)
    {
        var height = squares.Count * size;
        if (Remaining < height && !AtTop)
            NewPage();
        var top = Y;
        Page.Draw(Structure.Document.Add("Figure", $"<< /O /Layout /Placement /Block /BBox [{PdfSyntax.Number(Margin)} {PdfSyntax.Number(top - height)} {PdfSyntax.Number(Margin + height)} {PdfSyntax.Number(top)}] >>", alternative), Ink.Black, () =>
            Page.FillSquares(Runs(squares), size, Margin, top));
        Y -= height;
    }

    static IEnumerable<(int Column, int Row, int Length)> Runs(IReadOnlyList<IReadOnlyList<bool>> squares)
    {
        for (var row = 0; row < squares.Count; row++)
        {
            for (int column = 0, end; column < squares[row].Count; column = end + 1)
            {
                for (end = column; end < squares[row].Count && squares[row][end]; end++)
                {
                }

                if (end > column)
                    yield return (column, row, end - column);
            }
        }
    }

    /// <summary>Draws the footer of every page, now that their number is known; what goes beyond two lines is left out.</summary>
    public void Footers(Func<int, int, string> footer)
    {
        foreach (var page in pages)
        {
            var lines = new Lines(Fonts.Shape(CleanText.OneLine(footer(page.Index + 1, pages.Count))), TextStyle.Footer.Size, FullWidth);
            page.DrawFooter(TextStyle.Footer.Ink, () =>
            {
                for (var i = 0; i < Math.Min(lines.Count, FooterLines); i++)
                    page.Show(lines[i], lines.Size, Margin, FooterTop - (i * TextStyle.Footer.Leading));
            });
        }
    }

    /// <summary>Sets a block of lines, over as many pages as it takes, and says where it began.</summary>
    (Page Page, double Top) Block(StructureElement element, IReadOnlyList<Text> runs, TextStyle style)
    {
        var lines = new Lines(Fonts.Shape(runs), style.Size, FullWidth);
        Space(style.Before);
        var keep = (Math.Min(lines.Count, 2) * style.Leading) + style.KeepWithNext;
        if (Remaining < keep && !AtTop)
            NewPage();

        var began = (Page, Y);
        for (int done = 0, count; done < lines.Count; done += count)
        {
            count = Math.Clamp((int)(Remaining / style.Leading), 0, lines.Count - done);
            if (lines.Count - done - count == 1 && count > 2)
                count--;                                            // no line alone at the top of a page
            if (count == 0)
            {
                NewPage();
                continue;
            }

            var first = done;
            Page.Draw(element, style.Ink, () =>
            {
                for (var i = 0; i < count; i++, Y -= style.Leading)
                    Page.Show(lines[first + i], style.Size, Margin, Y - style.Size);
            });
        }

        Y -= style.After;
        return began;
    }
}
