namespace Vaguemestre.Pdf.Tests;

public sealed class HostileTextTests
{
    public static TheoryData<string> KeptAsTheyAre =>
    [
        "Ωμέγα & Συνεργάτες", "ООО «Рога и копыта»", "Công ty Cổ phần Đặng", "→ ✓ ✗ ≤ № ½",
        "株式会社 日本", "한국전력", "شركة المثال", "חברה לדוגמה", "ไทย", "😀 Start-up 🚀", "👩‍👩‍👧‍👦", "🇫🇷", "❤️", "✓\uFE0F",
        "e\u0301te\u0301 de\u0301compose\u0301", "a\u200Bb", "\u202Etxt.exe", "x\u200Dy",
        ") Tj ET Q (", "<FEFF0041>", "\\(\\)", "endstream endobj", "/MCID 0 >> BDC EMC", "%PDF-1.7", "{{ liquid }}",
        "<script>alert(1)</script>", "]]>", "'; DROP TABLE letters; --", "   trois   espaces   ", "𝕬𝖓𝖌𝖘𝖙", "ﬁ ﬂ Ǆ İ ẞ", "Å Ω",
    ];

    [Theory]
    [MemberData(nameof(KeptAsTheyAre))]
    public void Any_text_comes_back_exact_wherever_it_stands(string text)
    {
        var pdf = Sample.Write(document =>
        {
            document.Heading(1, text);
            document.Paragraph(text);
            document.Note(Text.Bold(text));
            document.Facts((text, text));
            document.Table([new(text)], [[text]]);
        });

        Reading.Text(pdf).ShouldBe(string.Concat(Enumerable.Repeat(text, 7)));
        Tool.Run("qpdf", pdf, "--check", "{pdf}").ShouldContain("No syntax");
    }

    [Theory]
    [InlineData("a\tb", "a b")]
    [InlineData("a\r\nb\rc\nd\u2028e\vf", "a b c d e f")]
    [InlineData("nul\0esc\u001B[31m", "nul\uFFFDesc\uFFFD[31m")]
    [InlineData("\uFEFFmarque\uFFFE", "\uFFFDmarque\uFFFD")]
    [InlineData("privé \uE000", "privé \uFFFD")]
    public void What_no_reader_can_use_is_made_harmless_and_stays_visible(string text, string expected) =>
        Reading.Text(Sample.Write(document => document.Paragraph(text))).ShouldBe(expected);

    [Fact]
    public void Half_a_surrogate_pair_is_an_unknown_character() =>
        Reading.Text(Sample.Write(document => document.Paragraph("\uDC00demi\uD83D"))).ShouldBe("\uFFFDdemi\uFFFD");

    [Fact]
    public void A_line_end_ends_the_line()
    {
        var letters = Reading.Letters(Sample.Write(document => document.Paragraph("un\ndeux\n\nquatre")));

        letters.Single(letter => letter.Value == "q").StartBaseLine.Y.ShouldBe(letters[0].StartBaseLine.Y - 45, 0.1);
    }

    [Fact]
    public void A_character_without_glyph_is_drawn_as_something()
    {
        var letters = Reading.Letters(Sample.Write(document => document.Paragraph("日")));

        letters.Single().BoundingBox.Width.ShouldBeGreaterThan(3);
        letters.Single().FontName!.ShouldContain("Inter");
    }

    [Fact]
    public void Hostile_properties_and_footer_leave_the_file_whole()
    {
        const string text = "<a> & \"b\" ]]> (c) \\ \n\0 \uD800 😀";
        var document = new PdfDocument(Sample.Properties with { Title = text, Author = text, Subject = text }) { Footer = (_, _) => string.Concat(Enumerable.Repeat(text, 100)) };
        using var stream = new MemoryStream();
        document.Write(stream);

        Tool.Run("qpdf", stream.ToArray(), "--check", "{pdf}").ShouldContain("No syntax");
        Tool.Run("pdfinfo", stream.ToArray(), "{pdf}").ShouldContain("<a> & \"b\" ]]> (c) \\  \uFFFD \uFFFD 😀");
        Files.XmpTests.Metadata(stream.ToArray()).Value.ShouldContain("<a> & \"b\" ]]> (c) \\  \uFFFD \uFFFD 😀");
    }

    [Fact]
    public void A_character_under_a_heap_of_accents_is_taken_apart()
    {
        var text = "Z" + string.Concat(Enumerable.Repeat("\u0351\u0301", 5000));

        Reading.Text(Sample.Write(document => document.Paragraph(text))).ShouldBe(text);
    }

    [Fact]
    public void A_hundred_thousand_different_characters_still_make_a_document()
    {
        var text = string.Concat(Enumerable.Range(0x20000, 100_000).Where(value => value < 0xE0000).Select(char.ConvertFromUtf32));

        Tool.Run("qpdf", Sample.Write(document => document.Paragraph(text)), "--check", "{pdf}").ShouldContain("No syntax");
    }
}
