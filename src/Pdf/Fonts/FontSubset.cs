using System.Buffers.Binary;
using System.Text;

namespace Vaguemestre.Pdf.Fonts;

/// <summary>
/// The part of a TrueType font that a document uses, renumbered from glyph 1 and written as a font program
/// (ISO 32000-1, 9.9: <c>glyf head hhea hmtx loca maxp</c> and the hinting tables; the character map lives in the PDF).
/// </summary>
internal sealed class FontSubset
{
    const int MoreComponents = 0x20, WordArguments = 0x01, OneScale = 0x08, TwoScales = 0x40, Matrix = 0x80;

    readonly TrueTypeFont font;
    readonly List<int> kept;
    readonly Dictionary<int, int> renumbered;

    public FontSubset(TrueTypeFont font) => (this.font, kept, renumbered) = (font, [0], new() { [0] = 0 });

    /// <summary>One of its own, to go on from.</summary>
    public FontSubset(FontSubset begun) => (font, kept, renumbered) = (begun.font, [.. begun.kept], new(begun.renumbered));

    /// <summary>Keeps a glyph and says its number in the subset.</summary>
    public int Keep(int glyph)
    {
        if (!renumbered.TryGetValue(glyph, out var number))
        {
            number = renumbered[glyph] = kept.Count;
            kept.Add(glyph);
        }

        return number;
    }

    public byte[] Write()
    {
        var outlines = new MemoryStream();
        var offsets = new List<uint>();
        for (var i = 0; i < kept.Count; i++)                 // grows while parts of composite glyphs are kept
        {
            offsets.Add((uint)outlines.Length);
            outlines.Write(Renumber(font.OutlineOf(kept[i]).ToArray()));
            Pad(outlines);
        }

        offsets.Add((uint)outlines.Length);
        var tables = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["glyf"] = outlines.ToArray(),
            ["head"] = Head(),
            ["hhea"] = With16(font.Table("hhea").ToArray(), 34, kept.Count),
            ["hmtx"] = Metrics(),
            ["loca"] = [.. offsets.SelectMany(Bytes)],
            ["maxp"] = With16(font.Table("maxp").ToArray(), 4, kept.Count),
        };
        foreach (var tag in new[] { "cvt ", "fpgm", "prep" }.Where(font.Has))
            tables[tag] = font.Table(tag).ToArray();

        return Assemble(tables);
    }

    byte[] Renumber(byte[] outline)
    {
        if (outline.Length == 0 || BinaryPrimitives.ReadInt16BigEndian(outline) >= 0)
            return outline;

        int at = 10, flags;
        do
        {
            flags = BinaryPrimitives.ReadUInt16BigEndian(outline.AsSpan(at));
            var component = outline.AsSpan(at + 2);
            BinaryPrimitives.WriteUInt16BigEndian(component, (ushort)Keep(BinaryPrimitives.ReadUInt16BigEndian(component)));
            at += 4 + ((flags & WordArguments) != 0 ? 4 : 2)
                + ((flags & OneScale) != 0 ? 2 : (flags & TwoScales) != 0 ? 4 : (flags & Matrix) != 0 ? 8 : 0);
        }
        while ((flags & MoreComponents) != 0);

        return outline;
    }

    byte[] Head()
    {
        var head = With16(font.Table("head").ToArray(), 50, 1);     // offsets of four bytes
        head.AsSpan(8, 4).Clear();                                   // the checksum adjustment counts as zero
        return head;
    }

    byte[] Metrics()
    {
        var metrics = new byte[4 * kept.Count];
        for (var i = 0; i < kept.Count; i++)
        {
            var (advance, bearing) = font.MetricOf(kept[i]);
            BinaryPrimitives.WriteUInt16BigEndian(metrics.AsSpan(4 * i), advance);
            BinaryPrimitives.WriteInt16BigEndian(metrics.AsSpan((4 * i) + 2), bearing);
        }

        return metrics;
    }

    static byte[] Assemble(SortedDictionary<string, byte[]> tables)
    {
        var power = (int)Math.Log2(tables.Count);
        var directory = new MemoryStream();
        directory.Write([0, 1, 0, 0]);
        foreach (var value in new[] { tables.Count, 16 << power, power, (tables.Count * 16) - (16 << power) })
            directory.Write([(byte)(value >> 8), (byte)value]);

        var body = new MemoryStream();
        var start = 12 + (16 * tables.Count);
        foreach (var (tag, table) in tables)
        {
            directory.Write(Encoding.ASCII.GetBytes(tag));
            directory.Write([.. Bytes(Sum(table)), .. Bytes((uint)(start + body.Length)), .. Bytes((uint)table.Length)]);
            body.Write(table);
            Pad(body);
        }

        byte[] file = [.. directory.ToArray(), .. body.ToArray()];
        var head = start + tables.TakeWhile(pair => pair.Key != "head").Sum(pair => (pair.Value.Length + 3) & ~3);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(head + 8), 0xB1B0AFBA - Sum(file));
        return file;
    }

    static uint Sum(ReadOnlySpan<byte> table)
    {
        uint sum = 0;
        for (var i = 0; i < table.Length; i++)
            sum += (uint)table[i] << (24 - (8 * (i % 4)));

        return sum;
    }

    static byte[] With16(byte[] table, int offset, int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(table.AsSpan(offset), (ushort)value);
        return table;
    }

    static byte[] Bytes(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    static void Pad(MemoryStream stream)
    {
        while (stream.Length % 4 != 0)
            stream.WriteByte(0);
    }
}
