using System.Globalization;
using System.Text;

namespace Vaguemestre.Pdf.Signing;

/// <summary>Where in a file the signature stands (ISO 32000-1, 12.8.1): from the <c>&lt;</c> of its hexadecimal to after the <c>&gt;</c>, the only bytes it does not cover.</summary>
internal sealed record SignaturePlace(int RangeStart, int Start, int End)
{
    const int RangeWidth = 36;

    public int Capacity => (End - Start - 2) / 2;

    /// <summary>What stands in the signature dictionary until the places are known; every file has room for three numbers of ten digits.</summary>
    public static string[] Entries(int capacity) => ["/ByteRange [", new string(' ', RangeWidth), "] /Contents <", new string('0', capacity * 2), ">"];

    /// <summary>Finds the place within the object of the signature dictionary, which begins at <paramref name="at"/>.</summary>
    public static SignaturePlace? Find(ReadOnlySpan<byte> file, int at)
    {
        int range = file[at..].IndexOf("/ByteRange ["u8), contents = file[at..].IndexOf("] /Contents <"u8);
        if (range < 0 || contents != range + "/ByteRange [".Length + RangeWidth)
            return null;
        var start = at + contents + "] /Contents ".Length;
        var length = file[start..].IndexOf((byte)'>');
        return length < 0 || length % 2 == 0 ? null : new SignaturePlace(at + range + "/ByteRange [".Length, start, start + length + 1);
    }

    public byte[] Covered(ReadOnlySpan<byte> file) => [.. file[..Start], .. file[End..]];

    public void WriteRange(Span<byte> file) => Encoding.ASCII.GetBytes(Range(file.Length)).CopyTo(file[RangeStart..]);

    public bool HasRange(ReadOnlySpan<byte> file) => file.Slice(RangeStart, RangeWidth).SequenceEqual(Encoding.ASCII.GetBytes(Range(file.Length)));

    public void WriteContents(Span<byte> file, ReadOnlySpan<byte> cms)
    {
        Span<byte> digits = file[(Start + 1)..(End - 1)];
        digits.Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToHexString(cms)).CopyTo(digits);
    }

    /// <summary>The signature, in the one encoding that is accepted: upper-case hexadecimal, then zeros; null for another.</summary>
    public byte[]? Contents(ReadOnlySpan<byte> file)
    {
        var digits = file[(Start + 1)..(End - 1)];
        if (file[Start] != (byte)'<' || file[End - 1] != (byte)'>' || digits.ContainsAnyExcept("0123456789ABCDEF"u8))
            return null;
        var bytes = Convert.FromHexString(Encoding.ASCII.GetString(digits));
        return DerLength(bytes) is { } length && length <= bytes.Length && !bytes.AsSpan(length).ContainsAnyExcept((byte)0) ? bytes[..length] : null;
    }

    string Range(int length) => string.Create(CultureInfo.InvariantCulture, $"0 {Start} {End} {length - End}").PadRight(RangeWidth);

    /// <summary>Of a SEQUENCE with its length in DER (ITU-T X.690, 10.1).</summary>
    static int? DerLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || bytes[0] != 0x30)
            return null;
        return bytes[1] switch
        {
            < 0x80 => 2 + bytes[1],
            0x81 when bytes[2] >= 0x80 => 3 + bytes[2],
            0x82 when bytes[2] > 0 => 4 + (bytes[2] << 8) + bytes[3],
            _ => null,
        };
    }
}
