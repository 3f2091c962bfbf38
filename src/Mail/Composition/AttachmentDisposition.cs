using System.Globalization;
using System.Text;
using MimeKit;

namespace Vaguemestre.Mail.Composition;

/// <summary>
/// Content-Disposition of a joined file (RFC 2183), its name in RFC 2231 pieces. MimeKit would cut a name in the middle of a character
/// beyond the first plane (an emoji, a rare ideogram), and lose it.
/// </summary>
internal static class AttachmentDisposition
{
    private const int MaxPiece = 60;

    public static Header Of(string fileName)
    {
        var value = new StringBuilder(" attachment");
        var pieces = Pieces(fileName);
        for (var i = 0; i < pieces.Count; i++)
        {
            var index = pieces.Count == 1 ? "*" : string.Create(CultureInfo.InvariantCulture, $"*{i}*");
            value.Append(CultureInfo.InvariantCulture, $";\r\n\tfilename{index}={(i == 0 ? "UTF-8''" : "")}{pieces[i]}");
        }

        var header = new Header(HeaderId.ContentDisposition, ContentDisposition.Attachment);
        header.SetRawValue(Encoding.ASCII.GetBytes(value.Append("\r\n").ToString()));
        return header;
    }

    private static List<string> Pieces(string text)
    {
        var pieces = new List<string>();
        var piece = new StringBuilder();
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (piece.Length + 12 > MaxPiece)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
            }

            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '.' or '-' or '_'))
            {
                piece.Append((char)rune.Value);
                continue;
            }

            foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)])
                piece.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        pieces.Add(piece.ToString());
        return pieces;
    }
}
