using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Pdf.Files;

namespace Vaguemestre.Pdf.Fonts;

/// <summary>
/// The texts that a face can draw in a document, each under a code. A code stands for a text (a letter, a letter with its accents, a whole
/// emoji), not for a glyph: several texts may share a glyph, and <c>ToUnicode</c> gives every one of them back as it was.
/// </summary>
internal sealed class Repertoire
{
    const int MostCodes = 0xFFFF;

    /// <summary>What French is written with. Every document that says no more has the same fonts, which are made and packed once.</summary>
    const string French =
        " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?'\"()[]<>{}/\\@#%&*+-=_|~$^`\u00A0\u202Fàâäæçéèêëîïôöœùûüÿ’‘“”«»–—…·•€°§²×ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜ";

    readonly TrueTypeFont font;
    readonly FontSubset subset;
    readonly Dictionary<string, ushort> codes;
    readonly List<(string Text, int Glyph, int Advance)> drawn;
    readonly Lazy<PackedFont> packed;

    public Repertoire(TrueTypeFont font)
        : this(font, PackedStream.Of)
    {
    }

    Repertoire(TrueTypeFont font, Packer packer)
    {
        this.font = font;
        (subset, codes, drawn) = (new FontSubset(font), [], []);
        packed = new(() => Pack(packer));
    }

    Repertoire(Repertoire begun)
    {
        font = begun.font;
        (subset, codes, drawn) = (new FontSubset(begun.subset), new(begun.codes), [.. begun.drawn]);
        packed = new(() => Pack(PackedStream.Of));
    }

    delegate PackedStream Packer(ReadOnlySpan<byte> content);

    /// <summary>What French is written with, as far as the font has it. Packed, and so for many documents.</summary>
    public static Repertoire OfFrench(TrueTypeFont font)
    {
        var french = new Repertoire(font, PackedStream.Small);
        foreach (var character in French.EnumerateRunes())
        {
            if (font.GlyphOf(character) is not 0 and var glyph)
                french.Add(character.ToString(), glyph);
        }

        _ = french.Packed; // which keeps the parts of its glyphs: a copy has them in the same places, whenever it is made
        return french;
    }

    /// <summary>One of its own, to go on from.</summary>
    public Repertoire Copy() => new(this);

    /// <summary>Null for a text that it does not draw yet.</summary>
    public (ushort Code, int Advance)? Find(string text) => codes.TryGetValue(text, out var code) ? (code, drawn[code - 1].Advance) : null;

    /// <summary>The code that draws <paramref name="text"/>, which it did not know, with <paramref name="glyph"/>. Beyond 65 535 texts, any code of that glyph.</summary>
    public ushort Add(string text, int glyph)
    {
        if (drawn.Count == MostCodes)
            return (ushort)(1 + Math.Max(0, drawn.FindIndex(other => other.Glyph == subset.Keep(glyph))));

        drawn.Add((text, subset.Keep(glyph), font.AdvanceOf(glyph)));
        return codes[text] = (ushort)drawn.Count;
    }

    /// <summary>As a document embeds it. Nothing is added afterwards.</summary>
    public PackedFont Packed => packed.Value;

    PackedFont Pack(Packer pack)
    {
        var program = subset.Write();
        return new PackedFont(
            $"{Tag(program)}+{font.Name}",
            string.Join(' ', drawn.Select(code => code.Advance)),
            program.Length,
            pack(program),
            pack(Encoding.ASCII.GetBytes(ToUnicode())),
            pack([0, 0, .. drawn.SelectMany(code => new[] { (byte)(code.Glyph >> 8), (byte)code.Glyph })]));
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

/// <summary>The parts of an embedded font, ready to be written.</summary>
/// <param name="Name">With the mark of a subset.</param>
/// <param name="Advances">Widths by code, from 1 on.</param>
/// <param name="ProgramLength">Bytes of the program, unpacked.</param>
/// <param name="Program">TrueType.</param>
/// <param name="ToUnicode">From codes to texts.</param>
/// <param name="ToGlyph">From codes to glyphs.</param>
internal sealed record PackedFont(string Name, string Advances, int ProgramLength, PackedStream Program, PackedStream ToUnicode, PackedStream ToGlyph);
