using System.Globalization;

namespace Vaguemestre.Pdf.Tests;

public sealed class PdfDocumentTests
{
    static readonly byte[] Attestation = Sample.Attestation();

    [Fact]
    public void Foreign_readers_find_nothing_to_complain_about()
    {
        Tool.Run("qpdf", Attestation, "--check", "{pdf}").ShouldContain("No syntax or stream encoding errors found");
        Tool.Run("mutool", Attestation, "draw", "-q", "-F", "svg", "-o", "/dev/null", "{pdf}")
            .Replace("warning: ICC support is not available\n", "").ShouldBeEmpty();        // Debian builds mutool without it
    }

    [Fact]
    public void Words_come_back_with_spaces_accents_and_order()
    {
        const string text = "À Œuvre-lès-Noël, l’été : « 1 234,50 € » — ça coûte n° 7 ; où ? Straße, Łódź, Çelik, fi ffl.";
        var pdf = Sample.Write(document => document.Paragraph(text));

        Reading.Text(pdf).ShouldBe(text);
        Tool.Run("pdftotext", pdf, "{pdf}", "-").Trim('\n', '\f').ShouldBe(text);
    }

    [Fact]
    public void A_paragraph_over_many_lines_and_pages_loses_nothing()
    {
        var text = string.Join(' ', Enumerable.Range(1, 3000).Select(i => $"mot{i}"));
        var pdf = Sample.Write(document => document.Paragraph(text));

        Reading.Text(pdf).ShouldBe(text);
        Reading.Of(pdf, document => document.NumberOfPages).ShouldBeGreaterThan(2);
    }

    [Fact]
    public void Nothing_is_drawn_outside_the_margins()
    {
        foreach (var letter in Reading.Letters(Attestation).Where(letter => !string.IsNullOrWhiteSpace(letter.Value)))
        {
            letter.StartBaseLine.X.ShouldBeGreaterThan(55);
            letter.EndBaseLine.X.ShouldBeLessThan(595.28 - 55);
            letter.StartBaseLine.Y.ShouldBeInRange(25, 842 - 56);
        }
    }

    [Fact]
    public void Emphasis_is_drawn_in_the_bold_face()
    {
        var letters = Reading.Letters(Sample.Write(document => document.Paragraph("avant ", Text.Bold("gras"), " après")));

        string.Concat(letters.Where(letter => letter.FontName!.Contains("Bold")).Select(letter => letter.Value)).ShouldBe("gras");
    }

    [Fact]
    public void Every_font_is_an_embedded_subset_with_a_way_back_to_unicode()
    {
        var fonts = Tool.Run("pdffonts", Attestation, "{pdf}").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2).ToList();

        fonts.Count.ShouldBe(3);
        foreach (var font in fonts)
            font.ShouldMatch(@"^[A-Z]{6}\+\S+ +CID TrueType +Identity-H +yes yes yes");
    }

    [Fact]
    public void The_same_document_is_the_same_bytes()
    {
        Sample.Attestation().ShouldBe(Attestation);
        Sample.Attestation(61).ShouldNotBe(Attestation);
    }

    [Theory]
    [InlineData("sv-SE")]
    [InlineData("ar-SA")]
    [InlineData("fr-FR")]
    public void The_culture_of_the_machine_changes_no_byte(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            Sample.Attestation().ShouldBe(Attestation);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(843)]
    [InlineData(double.NaN)]
    public void White_space_is_between_nothing_and_a_page(double points) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Sample.Write(document => document.Space(points)));

    [Fact]
    public void A_document_can_be_written_twice()
    {
        var document = new PdfDocument(Sample.Properties);
        document.Heading(1, "Titre");
        using MemoryStream first = new(), second = new();
        document.Write(first);
        document.Write(second);

        second.ToArray().ShouldBe(first.ToArray());
    }

    [Fact]
    public void An_empty_document_is_one_empty_page()
    {
        var pdf = Sample.Write(_ => { });

        Tool.Run("qpdf", pdf, "--check", "{pdf}").ShouldContain("No syntax");
        Tool.Run("pdfinfo", pdf, "{pdf}").ShouldMatch("Pages: +1\n");
    }

    [Fact]
    public void The_footer_knows_the_page_and_how_many_there_are()
    {
        var pages = Reading.Of(Attestation, document => document.GetPages().Select(page => string.Concat(page.Letters.Select(letter => letter.Value))).ToList());

        for (var i = 0; i < pages.Count; i++)
            pages[i].ShouldEndWith($"page {i + 1} sur {pages.Count}");
    }

    [Fact]
    public void The_title_and_instant_stand_in_the_information()
    {
        var information = Tool.Run("pdfinfo", Attestation, "{pdf}");

        information.ShouldMatch("Title: +Attestation des échanges — 2026-MAPA-0042\n");
        information.ShouldMatch("Author: +Ville d’Œuvre-lès-Noël\n");
        information.ShouldMatch("Tagged: +yes\n");
        Reading.Of(Attestation, document => document.Information.CreationDate).ShouldBe("D:20261123160512Z");
    }

    [Fact]
    public void A_heading_that_skips_a_level_is_refused()
    {
        var document = new PdfDocument(Sample.Properties);
        Should.Throw<ArgumentOutOfRangeException>(() => document.Heading(2, "Trop bas"));
        document.Heading(1, "Titre");
        document.Heading(2, "Partie");
        document.Heading(1, "Autre titre");

        Should.Throw<ArgumentOutOfRangeException>(() => document.Heading(3, "Trop bas")).Message.ShouldContain("level 1 to 2");
    }

    [Fact]
    public void A_title_is_required() =>
        Should.Throw<ArgumentException>(() => new PdfDocument(Sample.Properties with { Title = " " }));

    [Fact]
    public void A_heading_is_not_left_alone_at_the_foot_of_a_page()
    {
        for (var lines = 40; lines < 50; lines++)
        {
            var pdf = Sample.Write(document =>
            {
                document.Heading(1, "Titre");
                for (var i = 0; i < lines; i++)
                    document.Note("ligne");
                document.Heading(2, "Partie");
                document.Paragraph("Suite");
            });

            Reading.Of(pdf, document => document.GetPages().Count(page => string.Concat(page.Letters.Select(letter => letter.Value)).EndsWith("Partie"))).ShouldBe(0);
        }
    }
}
