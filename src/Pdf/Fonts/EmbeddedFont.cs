using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Pdf.Files;

namespace Vaguemestre.Pdf.Fonts;

/// <summary>
/// One face of one document: hands out a code for each text it draws and writes itself as a composite font with an embedded subset
/// (ISO 32000-1, 9.7; ISO 19005-3, 6.2.11).
/// A code stands for a text (a letter, a letter with its accents, a whole emoji), not for a glyph: several texts may share a glyph,
/// and <c>ToUnicode</c> gives every one of them back as it was.
/// </summary>
internal sealed class EmbeddedFont(TrueTypeFont font, string resource)
{
    const int MostCodes = 0xFFFF;

    readonly FontSubset subset = new(font);
    readonly Dictionary<string, ushort> codes = [];
    readonly List<(string Text, int Glyph, int Advance)> drawn = [];

    public TrueTypeFont Font => font;

    /// <summary>The name under which pages refer to this font.</summary>
    public string Resource => resource;

    public bool IsUsed => drawn.Count > 0;

    /// <summary>The code that draws <paramref name="text"/> with <paramref name="glyph"/>. Beyond 65 535 texts, any code of that glyph.</summary>
    public ushort CodeOf(string text, int glyph)
    {
        if (codes.TryGetValue(text, out var code))
            return code;

        if (drawn.Count == MostCodes)
            return (ushort)(1 + Math.Max(0, drawn.FindIndex(other => other.Glyph == subset.Keep(glyph))));

        drawn.Add((text, subset.Keep(glyph), font.AdvanceOf(glyph)));
        return codes[text] = (ushort)drawn.Count;
    }

    /// <summary>Writes the font's objects and returns the number of its dictionary.</summary>
    public int Write(PdfObjects objects)
    {
        var program = subset.Write();
        var name = $"{Tag(program)}+{font.Name}";
        int composite = objects.Reserve(), descendant = objects.Reserve(), descriptor = objects.Reserve();
        int file = objects.Reserve(), toUnicode = objects.Reserve(), toGlyph = objects.Reserve();

        objects.Write(composite, $"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [{descendant} 0 R] /ToUnicode {toUnicode} 0 R >>");
        objects.Write(descendant, $"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            + $"/FontDescriptor {descriptor} 0 R /CIDToGIDMap {toGlyph} 0 R /DW 1000 /W [1 [{string.Join(' ', drawn.Select(code => code.Advance))}]] >>");
        objects.Write(descriptor, string.Create(CultureInfo.InvariantCulture,      // a minus sign is not the same everywhere
            $"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{font.Box[0]} {font.Box[1]} {font.Box[2]} {font.Box[3]}] /ItalicAngle 0 /Ascent {font.Ascent} /Descent {font.Descent} /CapHeight {font.CapHeight} /StemV {font.Weight / 5} /FontFile2 {file} 0 R >>"));
        objects.WriteStream(file, $"/Length1 {program.Length}", program);
        objects.WriteStream(toUnicode, "", Encoding.ASCII.GetBytes(ToUnicode()));
        objects.WriteStream(toGlyph, "", [0, 0, .. drawn.SelectMany(code => new[] { (byte)(code.Glyph >> 8), (byte)code.Glyph })]);
        return composite;
    }

    /// <summary>The six letters that mark a subset (9.6.4), drawn from its bytes so that the same document has the same name.</summary>
    static string Tag(byte[] program) => string.Concat(SHA256.HashData(program).Take(6).Select(value => (char)('A' + (value % 26))));

    string ToUnicode()
    {
        var map = new StringBuilder("""
            /CIDInit /ProcSet findresource begin
            12 dict begin
            begincmap
            /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
            /CMapName /Adobe-Identity-UCS def
            /CMapType 2 def
            1 begincodespacerange <0000> <FFFF> endcodespacerange

            """);
        var code = 0;
        foreach (var block in drawn.Chunk(100))
        {
            map.Append(CultureInfo.InvariantCulture, $"{block.Length} beginbfchar\n");
            foreach (var (text, _, _) in block)
                map.Append(CultureInfo.InvariantCulture, $"<{++code:X4}> <{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>\n");
            map.Append("endbfchar\n");
        }

        return map.Append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").ToString();
    }
}
