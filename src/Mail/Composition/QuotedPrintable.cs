using System.Buffers;
using System.Text;

namespace Vaguemestre.Mail.Composition;

/// <summary>
/// Text as quoted-printable (RFC 2045 §6.7), in pieces that each begin a line of their own: whatever line end the text has becomes CRLF,
/// lines have at most 76 characters, and none begins with a dot, so that SMTP has nothing to double.
/// </summary>
internal static class QuotedPrintable
{
    /// <summary>Without the <c>=</c> that continues the line.</summary>
    private const int MaxLine = 75;

    /// <summary>What joins the line to the next.</summary>
    public static ReadOnlySpan<byte> SoftBreak => "=\r\n"u8;

    /// <summary>Writes a piece of text from the beginning of a line.</summary>
    /// <returns>True where its last line has no end: what follows is to be joined by <see cref="SoftBreak"/>.</returns>
    public static bool Write(ReadOnlySpan<char> text, ref EncodedBytes output)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var open = Write(utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8)), ref output);
        ArrayPool<byte>.Shared.Return(utf8);
        return open;
    }

    private static bool Write(ReadOnlySpan<byte> text, ref EncodedBytes output)
    {
        // At worst three bytes for one, and a soft break for every 25 of them.
        var room = output.Room(checked((text.Length * 4) + 8));
        int column = 0, written = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var octet = text[i];
            if (octet is (byte)'\r' or (byte)'\n')
            {
                if (octet == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                    i++;
                "\r\n"u8.CopyTo(room[written..]);
                written += 2;
                column = 0;
                continue;
            }

            var literal = octet is > (byte)' ' and < 0x7F and not (byte)'=' || (octet is (byte)' ' or (byte)'\t' && i + 1 < text.Length && text[i + 1] is not ((byte)'\r' or (byte)'\n'));
            if (column + (literal ? 1 : 3) > MaxLine)
            {
                SoftBreak.CopyTo(room[written..]);
                written += 3;
                column = 0;
            }

            if (literal && !(octet == '.' && column == 0))
            {
                room[written++] = octet;
                column++;
                continue;
            }

            room[written++] = (byte)'=';
            room[written++] = Hex(octet >> 4);
            room[written++] = Hex(octet & 0xF);
            column += 3;
        }

        output.Advance(written);
        return column > 0;
    }

    private static byte Hex(int digit) => "0123456789ABCDEF"u8[digit];
}
