using System.Globalization;
using Vaguemestre.Pdf.Files;

namespace Vaguemestre.Pdf.Fonts;

/// <summary>
/// One face of one document: hands out a code for each text it draws and writes itself as a composite font with an embedded subset
/// (ISO 32000-1, 9.7; ISO 19005-3, 6.2.11).
/// </summary>
/// <param name="font">The face.</param>
/// <param name="resource">The name under which pages refer to it.</param>
/// <param name="common">What it draws in every document, though this one say less; null for nothing.</param>
internal sealed class EmbeddedFont(TrueTypeFont font, string resource, Repertoire? common = null)
{
    Repertoire repertoire = common ?? new Repertoire(font);

    public TrueTypeFont Font => font;

    public string Resource => resource;

    public bool IsUsed { get; private set; }

    /// <summary>How it draws a text that it knows already; null for another.</summary>
    public Glyph? Find(string text)
    {
        if (repertoire.Find(text) is not var (code, advance))
            return null;
        IsUsed = true;
        return new Glyph(this, code, advance, GlyphRole.Ink);
    }

    /// <summary>Draws <paramref name="text"/> with <paramref name="glyph"/> from now on.</summary>
    public Glyph Add(string text, int glyph)
    {
        if (repertoire == common)
            repertoire = repertoire.Copy();
        IsUsed = true;
        return new Glyph(this, repertoire.Add(text, glyph), font.AdvanceOf(glyph), GlyphRole.Ink);
    }

    /// <summary>Writes the font's objects and returns the number of its dictionary.</summary>
    public int Write(PdfObjects objects)
    {
        var packed = repertoire.Packed;
        int composite = objects.Reserve(), descendant = objects.Reserve(), descriptor = objects.Reserve();
        int file = objects.Reserve(), toUnicode = objects.Reserve(), toGlyph = objects.Reserve();

        objects.Write(composite, $"<< /Type /Font /Subtype /Type0 /BaseFont /{packed.Name} /Encoding /Identity-H /DescendantFonts [{descendant} 0 R] /ToUnicode {toUnicode} 0 R >>");
        objects.Write(descendant, $"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{packed.Name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            + $"/FontDescriptor {descriptor} 0 R /CIDToGIDMap {toGlyph} 0 R /DW 1000 /W [1 [{packed.Advances}]] >>");
        objects.Write(descriptor, string.Create(CultureInfo.InvariantCulture,      // a minus sign is not the same everywhere
            $"<< /Type /FontDescriptor /FontName /{packed.Name} /Flags 4 /FontBBox [{font.Box[0]} {font.Box[1]} {font.Box[2]} {font.Box[3]}] /ItalicAngle 0 /Ascent {font.Ascent} /Descent {font.Descent} /CapHeight {font.CapHeight} /StemV {font.Weight / 5} /FontFile2 {file} 0 R >>"));
        objects.WriteStream(file, $"/Length1 {packed.ProgramLength}", packed.Program);
        objects.WriteStream(toUnicode, "", packed.ToUnicode);
        objects.WriteStream(toGlyph, "", packed.ToGlyph);
        return composite;
    }
}
