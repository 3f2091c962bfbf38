namespace Vaguemestre.Pdf.Tests.Structure;

public sealed class StructureTreeTests
{
    [Fact]
    public void Headings_paragraphs_and_tables_are_tagged_in_reading_order()
    {
        var structure = Tool.Run("pdfinfo", Sample.Attestation(2), "-struct", "{pdf}");

        var tags = structure.Split('\n').Select(line => line.Trim().Split(' ', ':')[0]).Where(tag => tag.Length > 0 && tag[0] != '/');
        string.Join(' ', tags).ShouldBe(
            "Document H1 P " +
            "Table TR TH TD TR TH TD TR TH TD TR TH TD TR TH TD " +
            "H2 Table THead TR TH TH TH TBody TR TD TD TD TR TD TD TD " +
            "H2 H3 P P");
        structure.Split("/Scope /Row").Length.ShouldBe(6);
        structure.Split("/Scope /Column").Length.ShouldBe(4);
    }

    [Fact]
    public void A_timeline_is_a_table_whose_columns_have_headings()
    {
        var pdf = Sample.Write(document => document.Timeline(
            new Moment("N°", "Instant", "Événement", "Détail"), [new Moment("1", "10:00:00", "Envoyé", "Par le relais"), new Moment("2", "10:00:04\n09:00:04Z", "Délivré", "")]));
        var structure = Tool.Run("pdfinfo", pdf, "-struct", "{pdf}");

        string.Join(' ', structure.Split('\n').Select(line => line.Trim().Split(' ', ':')[0]).Where(tag => tag.Length > 0 && tag[0] != '/'))
            .ShouldBe("Document Table THead TR TH TH TH TH TBody TR TD TD TD TD TR TD TD TD TD");
        structure.Split("/Scope /Column").Length.ShouldBe(5);
        Reading.Text(pdf).ShouldBe("N°InstantÉvénementDétail110:00:00EnvoyéPar le relais210:00:04 09:00:04ZDélivré");
    }

    [Fact]
    public void A_paragraph_over_two_pages_is_one_element()
    {
        var text = string.Join(' ', Enumerable.Range(1, 1500).Select(i => $"mot{i}"));
        var structure = Tool.Run("pdfinfo", Sample.Write(document => document.Paragraph(text)), "-struct-text", "{pdf}");

        structure.Split("P (block)").Length.ShouldBe(2);
        structure.ShouldContain("\"mot1 mot2 mot3");
    }

    [Fact]
    public void Everything_drawn_belongs_to_an_element_or_is_an_artifact()
    {
        Reading.Of(Sample.Attestation(), document => document.GetPages().ToList()).ShouldAllBe(page =>
            page.GetMarkedContents().Sum(content => content.Letters.Count) == page.Letters.Count);
    }

    [Fact]
    public void Headings_are_bookmarks()
    {
        var bookmarks = Reading.Of(Sample.Attestation(), document =>
            document.TryGetBookmarks(out var found) ? found.GetNodes().Select(node => $"{node.Level} {node.Title}").ToList() : []);

        bookmarks.ShouldBe(["0 Attestation des échanges", "1 Événements", "1 Ce que ces événements établissent", "2 L’acceptation par le serveur"]);
    }
}
