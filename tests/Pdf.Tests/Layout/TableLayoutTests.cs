namespace Vaguemestre.Pdf.Tests.Layout;

public sealed class TableLayoutTests
{
    static readonly Column[] Columns = [new("Instant"), new("Détail", 3)];

    [Fact]
    public void The_heading_row_stands_on_every_page_and_is_read_once()
    {
        var pdf = Sample.Attestation(80);

        var pages = Reading.Of(pdf, document => document.GetPages().Select(page => string.Concat(page.Letters.Select(letter => letter.Value))).ToList());
        pages.Count.ShouldBeGreaterThan(3);
        pages.Take(pages.Count - 1).ShouldAllBe(page => page.Contains("InstantÉvénementDétail"));
        Tool.Run("pdfinfo", pdf, "-struct-text", "{pdf}").Split("\"Instant\"").Length.ShouldBe(2);
    }

    [Fact]
    public void Every_row_is_there_once_and_in_order()
    {
        var pdf = Sample.Write(document => document.Table(Columns, Enumerable.Range(0, 200).Select(i => new[] { $"[{i}]", $"<{i}>" })));

        Reading.Text(pdf).Replace("InstantDétail", "").ShouldBe(string.Concat(Enumerable.Range(0, 200).Select(i => $"[{i}]<{i}>")));
    }

    [Fact]
    public void Five_thousand_rows_are_written()
    {
        var pdf = Sample.Attestation(5000);

        Tool.Run("qpdf", pdf, "--check", "{pdf}").ShouldContain("No syntax");
        Reading.Text(pdf).ShouldContain("Fait n° 4999");
    }

    [Fact]
    public void A_row_taller_than_a_page_goes_on_overleaf()
    {
        var text = string.Join(' ', Enumerable.Range(1, 2000).Select(i => $"mot{i}"));
        var pdf = Sample.Write(document =>
        {
            document.Paragraph("Avant");
            document.Table(Columns, [["x", text], ["y", "fin"]]);
        });

        Reading.Of(pdf, document => document.NumberOfPages).ShouldBeGreaterThan(3);
        Reading.Text(pdf).Replace("InstantDétail", "").ShouldBe($"Avantx{text}yfin");
    }

    [Fact]
    public void A_heading_row_taller_than_a_page_is_drawn_once()
    {
        var title = string.Join(' ', Enumerable.Range(1, 1500).Select(i => $"mot{i}"));
        var pdf = Sample.Write(document => document.Table([new(title), new("b")], Enumerable.Range(0, 100).Select(i => new[] { "x", "y" })));

        Reading.Text(pdf).Replace("b", "").ShouldBe($"{title}{string.Concat(Enumerable.Repeat("xy", 100))}");
    }

    [Theory, InlineData(20), InlineData(24), InlineData(28), InlineData(32), InlineData(36), InlineData(40)]
    public void Neither_a_heading_nor_a_heading_row_stays_behind_without_its_first_row(int linesBefore)
    {
        var pdf = Sample.Write(document =>
        {
            document.Paragraph(string.Join('\n', Enumerable.Range(0, linesBefore).Select(i => $"{i}")));
            document.Heading(1, "Attestation");
            document.Heading(2, "Événements");
            document.Table(Columns, [["a", "1\n2\n3\n4\n5"], ["b", "6"]]);
        });

        var pages = Reading.Of(pdf, document => document.GetPages().Select(page => string.Concat(page.Letters.Select(letter => letter.Value))).ToList());
        pages.Single(page => page.Contains("Événements")).ShouldContain("InstantDétaila1 2 3 4 5");
        pages.Count(page => page.Contains("InstantDétail")).ShouldBe(pages.Count(page => page.Contains("InstantDétaila") || page.Contains("InstantDétailb")));
    }

    [Fact]
    public void A_long_digest_stays_in_its_column()
    {
        var letters = Reading.Letters(Sample.Write(document => document.Table([new("a"), new("b")], [[new string('f', 200), "z"]])));

        letters.Where(letter => letter.Value == "f").Max(letter => letter.EndBaseLine.X).ShouldBeLessThan(letters.Single(letter => letter.Value == "z").StartBaseLine.X);
    }

    [Fact]
    public void A_table_may_have_forty_columns()
    {
        var columns = Enumerable.Range(0, 40).Select(i => new Column($"Colonne {i}")).ToArray();
        var pdf = Sample.Write(document => document.Table(columns, [Enumerable.Range(0, 40).Select(i => $"valeur {i}").ToArray()]));

        Reading.Text(pdf).ShouldContain("valeur 39");
    }

    [Fact]
    public void A_table_without_rows_or_with_empty_cells_is_whole()
    {
        var pdf = Sample.Write(document =>
        {
            document.Table(Columns, []);
            document.Table(Columns, [["", ""], ["", "x"]]);
            document.Facts(("", ""));
            document.Facts();
        });

        Tool.Run("qpdf", pdf, "--check", "{pdf}").ShouldContain("No syntax");
    }

    [Fact]
    public void A_row_with_a_cell_too_few_is_refused() =>
        Should.Throw<ArgumentException>(() => Sample.Write(document => document.Table(Columns, [["a", "b"], ["c"]]))).Message.ShouldContain("Row 2 has 1 cells for 2 columns");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_column_without_width_is_refused(double share) =>
        Should.Throw<ArgumentException>(() => Sample.Write(document => document.Table([new("a", share)], [])));
}
