using Vaguemestre.Pdf.Structure;

namespace Vaguemestre.Pdf.Layout;

/// <summary>
/// Sets a table row by row (ISO 32000-1, 14.8.4.3.4). A row stays whole where it can; a tall one goes on overleaf. The heading row is
/// drawn again on each page as an artifact, so that it is read aloud once (ISO 14289-1, 7.5).
/// </summary>
internal sealed class TableLayout
{
    const double Padding = 4;

    /// <summary>A row of more lines may be split, into parts of no fewer lines than the second number where it leaves a page.</summary>
    const int LinesKeptTogether = 12, FewestLinesLeft = 3;

    const string ColumnHeading = "<< /O /Table /Scope /Column >>", RowHeading = "<< /O /Table /Scope /Row >>";

    readonly Flow flow;
    readonly double[] widths;
    readonly StructureElement element;
    Cell[]? repeated;

    TableLayout(Flow flow, double[] widths)
    {
        this.flow = flow;
        this.widths = widths;
        element = flow.Structure.Document.Add("Table");
    }

    public static void Draw(Flow flow, IReadOnlyList<Column> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var room = Flow.WidthOf(columns.Count);
        var shares = columns.Sum(column => column.Share);
        var table = new TableLayout(flow, [.. columns.Select(column => room * column.Share / shares)]);

        Cell[] heading = [.. columns.Select((column, i) => table.Make(Text.Bold(column.Title), i, TextStyle.CellHeading, "TH", ColumnHeading))];
        List<Cell[]> cells = [.. rows.Select(row => row.Select((text, i) => table.Make(text, i, TextStyle.Cell, "TD")).ToArray())];
        table.Heading(heading, cells.FirstOrDefault());
        var body = table.element.Add("TBody");
        foreach (var row in cells)
        {
            table.Row(body, row);
            table.Underline(0.4, Ink.Hairline);
        }

        flow.Space(10);
    }

    /// <summary>A list of labels and values: a table of two columns whose rows have the headings.</summary>
    public static void DrawFacts(Flow flow, IReadOnlyList<(string Label, string Value)> facts)
    {
        var room = Flow.WidthOf(2);
        var widest = facts.Max(fact => Lines.Width(flow.Fonts.Shape(Text.Bold(fact.Label)), TextStyle.Fact.Size)) + 1;
        var labels = Math.Clamp(widest, room * 0.2, room * 0.4);
        var table = new TableLayout(flow, [labels, room - labels]);
        foreach (var (label, value) in facts)
        {
            table.Row(table.element, [
                table.Make(Text.Bold(label), 0, TextStyle.Fact with { Ink = Ink.Heading }, "TH", RowHeading),
                table.Make(value, 1, TextStyle.Fact, "TD")]);
            table.Underline(0.4, Ink.Hairline);
        }

        flow.Space(10);
    }

    Cell Make(Text text, int column, TextStyle style, string tag, string? attributes = null) =>
        new(tag, attributes, new Lines(flow.Fonts.Shape(text), style.Size, widths[column]), style);

    /// <summary>Draws the heading row where the first row, or its first part, has room below it.</summary>
    void Heading(Cell[] cells, Cell[]? firstRow)
    {
        var height = Height(cells, cells.Max(cell => cell.Lines.Count));
        var first = firstRow?.Max(cell => cell.Lines.Count) ?? 0;
        if (flow.Remaining < height + Height(firstRow ?? cells, first <= LinesKeptTogether ? first : FewestLinesLeft) && !flow.AtTop)
            flow.NewPage();

        Row(element.Add("THead"), cells);
        Underline(0.9, Ink.Heading);
        if (height < Flow.PageHeight / 4)
            repeated = cells;
    }

    void Row(StructureElement group, Cell[] cells)
    {
        var row = group.Add("TR");
        var owners = cells.Select(cell => row.Add(cell.Tag, cell.Attributes)).ToArray();
        var all = Math.Max(1, cells.Max(cell => cell.Lines.Count));
        for (int done = 0, count; done < all; done += count)
        {
            var fitting = (int)((flow.Remaining - (2 * Padding)) / cells[0].Style.Leading);
            count = Math.Min(all - done, fitting);
            if (count < all - done && (all <= LinesKeptTogether || fitting < FewestLinesLeft))
            {
                count = 0;
                NewPage();
                continue;
            }

            DrawPart(cells, owners, done, count);
            if (done + count < all)
                NewPage();
        }
    }

    void NewPage()
    {
        flow.NewPage();
        if (repeated is null)
            return;

        DrawPart(repeated, owners: null, 0, repeated.Max(cell => cell.Lines.Count));
        Underline(0.9, Ink.Heading);
    }

    /// <summary>Draws some lines of every cell; without owners, as a repetition.</summary>
    void DrawPart(Cell[] cells, StructureElement[]? owners, int from, int count)
    {
        var x = Flow.Margin;
        for (var i = 0; i < cells.Length; x += widths[i] + Flow.ColumnGap, i++)
        {
            var (cell, left) = (cells[i], x);
            var until = Math.Min(cell.Lines.Count, from + count);
            if (from >= until)
                continue;

            void Show()
            {
                for (var line = from; line < until; line++)
                    flow.Page.Show(cell.Lines[line], cell.Style.Size, left, flow.Y - Padding - cell.Style.Size - ((line - from) * cell.Style.Leading));
            }

            if (owners is null)
                flow.Page.DrawRepeated(cell.Style.Ink, Show);
            else
                flow.Page.Draw(owners[i], cell.Style.Ink, Show);
        }

        flow.Advance(Height(cells, count));
    }

    void Underline(double thickness, Ink ink) => flow.Page.DrawRule(Flow.Margin, flow.Y, Flow.FullWidth, thickness, ink);

    static double Height(Cell[] cells, int lines) => (lines * cells[0].Style.Leading) + (2 * Padding);

    sealed record Cell(string Tag, string? Attributes, Lines Lines, TextStyle Style);
}
