using System.Buffers.Binary;
using System.Text;

namespace Vaguemestre.Pdf.Files;

/// <summary>
/// An sRGB display profile (ICC.1:2001-04, version 2.1, matrix and curve), made from the figures of IEC 61966-2-1.
/// It is the output intent that PDF/A asks for where colours depend on a device (ISO 19005-3, 6.2.3).
/// </summary>
internal static class IccProfile
{
    const int CurvePoints = 1024;
    static readonly Lazy<PackedStream> Made = new(() => PackedStream.Small(Make()));

    public static PackedStream Srgb => Made.Value;

    static byte[] Make()
    {
        var curve = Curve();
        (string Tag, byte[] Value)[] tags =
        [
            ("desc", [.. "desc"u8, 0, 0, 0, 0, .. Int(5), .. "sRGB\0"u8, .. new byte[78]]),
            ("cprt", [.. "text"u8, 0, 0, 0, 0, .. "CC0\0"u8]),
            ("wtpt", Point(0.9642, 1, 0.8249)),                 // D50; the colorants below are adapted to it
            ("rXYZ", Point(0.4361, 0.2225, 0.0139)),
            ("gXYZ", Point(0.3851, 0.7169, 0.0971)),
            ("bXYZ", Point(0.1431, 0.0606, 0.7141)),
            ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
        ];

        using var table = new MemoryStream();
        using var values = new MemoryStream();
        var start = 128 + 4 + (12 * tags.Length);
        table.Write(Int(tags.Length));
        var shared = new Dictionary<byte[], int>();
        foreach (var (tag, value) in tags)
        {
            if (!shared.TryGetValue(value, out var offset))
            {
                shared[value] = offset = start + (int)values.Length;
                values.Write(value);
                while (values.Length % 4 != 0)
                    values.WriteByte(0);
            }

            table.Write([.. Encoding.ASCII.GetBytes(tag), .. Int(offset), .. Int(value.Length)]);
        }

        return [.. Header(start + (int)values.Length), .. table.ToArray(), .. values.ToArray()];
    }

    static byte[] Header(int size)
    {
        var header = new byte[128];
        Int(size).CopyTo(header, 0);
        Int(0x02100000).CopyTo(header, 8);
        "mntrRGB XYZ "u8.CopyTo(header.AsSpan(12));
        new byte[] { 0x07, 0xEA, 0, 1, 0, 1 }.CopyTo(header, 24);        // 1 January 2026
        "acsp"u8.CopyTo(header.AsSpan(36));
        Point(0.9642, 1, 0.8249).AsSpan(8).CopyTo(header.AsSpan(68));    // the illuminant of the connection space
        return header;
    }

    static byte[] Curve()
    {
        var curve = new byte[12 + (2 * CurvePoints)];
        "curv"u8.CopyTo(curve);
        Int(CurvePoints).CopyTo(curve, 8);
        for (var i = 0; i < CurvePoints; i++)
        {
            var signal = i / (CurvePoints - 1.0);
            var light = signal <= 0.04045 ? signal / 12.92 : Math.Pow((signal + 0.055) / 1.055, 2.4);
            BinaryPrimitives.WriteUInt16BigEndian(curve.AsSpan(12 + (2 * i)), (ushort)Math.Round(light * 65535));
        }

        return curve;
    }

    static byte[] Point(double x, double y, double z) =>
        [.. "XYZ "u8, 0, 0, 0, 0, .. Int(Fixed(x)), .. Int(Fixed(y)), .. Int(Fixed(z))];

    static int Fixed(double value) => (int)Math.Round(value * 65536);

    static byte[] Int(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
