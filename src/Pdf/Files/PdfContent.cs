using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Vaguemestre.Pdf.Files;

/// <summary>The content of a page as it grows, in the bytes of PDF syntax (ISO 32000-1, 7.8.2).</summary>
internal sealed class PdfContent
{
    byte[] bytes = ArrayPool<byte>.Shared.Rent(32 * 1024);
    int length;

    /// <summary>What was added. Nothing is added afterwards.</summary>
    public PackedStream Pack()
    {
        var packed = PackedStream.Of(bytes.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
        return packed;
    }

    public PdfContent Add(ReadOnlySpan<byte> syntax)
    {
        syntax.CopyTo(Room(syntax.Length));
        length += syntax.Length;
        return this;
    }

    /// <param name="ascii">A name, such as a font's or an element's.</param>
    public PdfContent Add(string ascii)
    {
        length += Encoding.ASCII.GetBytes(ascii, Room(ascii.Length));
        return this;
    }

    public PdfContent Add(int number)
    {
        Utf8Formatter.TryFormat(number, Room(11), out var written);
        length += written;
        return this;
    }

    /// <summary>A length in points, to the hundredth, with a space before it.</summary>
    public PdfContent Add(double points)
    {
        Add(" "u8);
        length += PdfSyntax.Number(points, Room(PdfSyntax.LongestNumber));
        return this;
    }

    /// <summary>A code of two bytes, in hexadecimal.</summary>
    public PdfContent AddCode(ushort code)
    {
        var room = Room(4);
        for (var i = 3; i >= 0; i--, code >>= 4)
            room[i] = "0123456789ABCDEF"u8[code & 15];
        length += 4;
        return this;
    }

    Span<byte> Room(int atLeast)
    {
        if (bytes.Length - length < atLeast)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length * 2, length + atLeast));
            bytes.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(bytes);
            bytes = larger;
        }

        return bytes.AsSpan(length);
    }
}
