using System.Buffers.Binary;
using System.Text;

namespace Vaguemestre.Pdf.Fonts;

/// <summary>
/// Reads a TrueType font (OpenType 1.9, <c>glyf</c> outlines): which glyph draws a character, how wide it is, what its outline is.
/// Not a shaper: no kerning, no ligatures, no right-to-left. Widths and heights are in thousandths of the font size.
/// </summary>
internal sealed class TrueTypeFont
{
    readonly byte[] data;
    readonly Dictionary<string, (int Offset, int Length)> tables = [];
    readonly Dictionary<int, ushort> glyphs = [];
    readonly int unitsPerEm;
    readonly int metricCount;
    readonly bool longOffsets;

    public TrueTypeFont(byte[] data)
    {
        this.data = data;
        for (int i = 0, record = 12; i < U16(4); i++, record += 16)
            tables[Encoding.ASCII.GetString(data, record, 4)] = ((int)U32(record + 8), (int)U32(record + 12));

        var head = tables["head"].Offset;
        var hhea = tables["hhea"].Offset;
        var os2 = tables["OS/2"].Offset;
        unitsPerEm = U16(head + 18);
        longOffsets = U16(head + 50) == 1;
        metricCount = U16(hhea + 34);
        GlyphCount = U16(tables["maxp"].Offset + 4);
        Ascent = Scale(S16(hhea + 4));
        Descent = Scale(S16(hhea + 6));
        CapHeight = U16(os2) >= 2 ? Scale(S16(os2 + 88)) : Ascent;
        Weight = U16(os2 + 4);
        Box = [.. Enumerable.Range(0, 4).Select(i => Scale(S16(head + 36 + (2 * i))))];
        Name = ReadPostScriptName();
        ReadCharacterMap();
    }

    public string Name { get; }
    public int GlyphCount { get; }
    public int Ascent { get; }
    public int Descent { get; }
    public int CapHeight { get; }
    public int Weight { get; }
    public IReadOnlyList<int> Box { get; }

    /// <summary>The glyph that draws a character; 0 (<c>.notdef</c>) where the font has none.</summary>
    public int GlyphOf(Rune character) => glyphs.GetValueOrDefault(character.Value);

    public int AdvanceOf(int glyph) => Scale(U16(tables["hmtx"].Offset + (4 * Math.Min(glyph, metricCount - 1))));

    public (ushort Advance, short Bearing) MetricOf(int glyph)
    {
        var hmtx = tables["hmtx"].Offset;
        return glyph < metricCount
            ? ((ushort)U16(hmtx + (4 * glyph)), (short)S16(hmtx + (4 * glyph) + 2))
            : ((ushort)U16(hmtx + (4 * (metricCount - 1))), (short)S16(hmtx + (4 * metricCount) + (2 * (glyph - metricCount))));
    }

    public bool Has(string tag) => tables.ContainsKey(tag);

    public ReadOnlySpan<byte> Table(string tag) => data.AsSpan(tables[tag].Offset, tables[tag].Length);

    /// <summary>The glyph's description in the <c>glyf</c> table; empty for a blank such as the space.</summary>
    public ReadOnlySpan<byte> OutlineOf(int glyph)
    {
        var start = OutlineOffset(glyph);
        return data.AsSpan(tables["glyf"].Offset + start, OutlineOffset(glyph + 1) - start);
    }

    int OutlineOffset(int glyph)
    {
        var loca = tables["loca"].Offset;
        return longOffsets ? (int)U32(loca + (4 * glyph)) : U16(loca + (2 * glyph)) * 2;
    }

    void ReadCharacterMap()
    {
        var cmap = tables["cmap"].Offset;
        var bySubtable = Enumerable.Range(0, U16(cmap + 2)).Select(i => cmap + 4 + (8 * i))
            .ToDictionary(record => (U16(record), U16(record + 2)), record => cmap + (int)U32(record + 4));
        if (bySubtable.TryGetValue((3, 10), out var full) && U16(full) == 12)
            ReadSegmentedCoverage(full);
        else if (bySubtable.TryGetValue((3, 1), out var basic) && U16(basic) == 4)
            ReadSegmentMapping(basic);
        else
            throw new InvalidDataException($"Font {Name}: no Unicode character map of format 4 or 12.");
    }

    void ReadSegmentedCoverage(int subtable)
    {
        var groups = (int)U32(subtable + 12);
        for (int i = 0, group = subtable + 16; i < groups; i++, group += 12)
        {
            var first = (int)U32(group);
            for (var code = first; code <= (int)U32(group + 4); code++)
                glyphs[code] = (ushort)(U32(group + 8) + (uint)(code - first));
        }
    }

    void ReadSegmentMapping(int subtable)
    {
        var twice = U16(subtable + 6);
        for (int i = 0, end = subtable + 14; i < twice / 2; i++, end += 2)
        {
            int start = end + twice + 2, delta = start + twice, range = delta + twice;
            for (var code = U16(start); code <= U16(end) && code != 0xFFFF; code++)
            {
                var glyph = U16(range) == 0 ? code : U16(range + U16(range) + (2 * (code - U16(start))));
                if (glyph != 0)
                    glyphs[code] = (ushort)(glyph + U16(delta));
            }
        }
    }

    string ReadPostScriptName()
    {
        var name = tables["name"].Offset;
        for (int i = 0, record = name + 6; i < U16(name + 2); i++, record += 12)
            if (U16(record) == 3 && U16(record + 6) == 6)
                return Encoding.BigEndianUnicode.GetString(data, name + U16(name + 4) + U16(record + 10), U16(record + 8));

        throw new InvalidDataException("A font without PostScript name cannot be embedded.");
    }

    int Scale(int units) => (int)Math.Round(units * 1000.0 / unitsPerEm, MidpointRounding.AwayFromZero);

    int U16(int offset) => BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(offset));

    int S16(int offset) => BinaryPrimitives.ReadInt16BigEndian(data.AsSpan(offset));

    uint U32(int offset) => BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(offset));
}
