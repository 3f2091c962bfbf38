using System.Text;
using Vaguemestre.Pdf.Fonts;

namespace Vaguemestre.Pdf.Tests.Fonts;

public sealed class FontSubsetTests
{
    static readonly TrueTypeFont Font = Read("AtkinsonHyperlegible-Regular.ttf");

    [Fact]
    public void A_subset_is_a_small_font_with_the_same_glyphs()
    {
        var subset = new FontSubset(Font);
        int letter = Font.GlyphOf(new Rune('R')), space = Font.GlyphOf(new Rune(' '));
        subset.Keep(letter).ShouldBe(1);
        subset.Keep(space).ShouldBe(2);
        subset.Keep(letter).ShouldBe(1);

        var glyphs = new Glyphs(subset.Write());
        glyphs.Count.ShouldBe(3);
        glyphs.Outline(1).ShouldBe(Padded(Font.OutlineOf(letter)));
        glyphs.Outline(2).ShouldBeEmpty();
    }

    [Fact]
    public void The_parts_of_a_composite_glyph_come_along()
    {
        var composite = Enumerable.Range(0xC0, 0x60).Select(value => Font.GlyphOf(new Rune(value)))
            .First(glyph => Font.OutlineOf(glyph) is [0xFF, ..]);
        var subset = new FontSubset(Font);
        subset.Keep(composite);

        var glyphs = new Glyphs(subset.Write());
        glyphs.Count.ShouldBeGreaterThan(2);
        glyphs.Outline(1)[12..14].ShouldBe([0, 2]);      // the first part's new number
    }

    [Theory]
    [InlineData('é', true)]
    [InlineData('€', true)]
    [InlineData('Ж', false)]
    public void A_font_knows_its_characters(char character, bool known) => (Font.GlyphOf(new Rune(character)) != 0).ShouldBe(known);

    static TrueTypeFont Read(string name)
    {
        using var stream = typeof(PdfDocument).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return new TrueTypeFont(copy.ToArray());
    }

    static byte[] Padded(ReadOnlySpan<byte> outline) => [.. outline, .. new byte[(4 - (outline.Length % 4)) % 4]];

    /// <summary>The outlines of a font program, read through its table directory.</summary>
    sealed class Glyphs(byte[] program)
    {
        public int Count => (Find("loca").Length / 4) - 1;

        public byte[] Outline(int glyph)
        {
            var loca = Find("loca");
            return Find("glyf")[U32(loca, 4 * glyph)..U32(loca, 4 * (glyph + 1))].ToArray();
        }

        Span<byte> Find(string tag)
        {
            var record = program.AsSpan(12).IndexOf(Encoding.ASCII.GetBytes(tag)) + 12;
            return program.AsSpan(U32(program, record + 8), U32(program, record + 12));
        }

        static int U32(ReadOnlySpan<byte> bytes, int offset) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes[offset..]);
    }
}
