using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Vaguemestre.Pdf.Files;

/// <summary>Values as they stand in a PDF file (ISO 32000-1, 7.3 and 7.9).</summary>
internal static class PdfSyntax
{
    public const int LongestNumber = 24;

    /// <summary>A text string: UTF-16 with its byte order mark, in hexadecimal, so that no character needs escaping.</summary>
    public static string Text(string text) => $"<FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>";

    public static string Date(DateTimeOffset instant) =>
        $"(D:{instant.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}Z)";

    /// <summary>A name such as <c>/application#2Fjson</c>: what is not a letter, a digit, <c>-</c>, <c>.</c> or <c>_</c> is escaped.</summary>
    public static string Name(string name) => "/" + string.Concat(Encoding.UTF8.GetBytes(name).Select(value =>
        char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' ? ((char)value).ToString() : $"#{value:X2}"));

    /// <summary>A length in points, to the hundredth.</summary>
    public static string Number(double points)
    {
        Span<byte> ascii = stackalloc byte[LongestNumber];
        return Encoding.ASCII.GetString(ascii[..Number(points, ascii)]);
    }

    /// <summary>The same into <paramref name="room"/>, which has <see cref="LongestNumber"/> bytes.</summary>
    /// <returns>How many it takes.</returns>
    public static int Number(double points, Span<byte> room)
    {
        var hundredths = (long)Math.Round(points * 100);
        var (whole, part) = Math.DivRem(Math.Abs(hundredths), 100);
        var length = 0;
        if (hundredths < 0)
            room[length++] = (byte)'-';
        Utf8Formatter.TryFormat(whole, room[length..], out var digits);
        length += digits;
        if (part == 0)
            return length;
        room[length++] = (byte)'.';
        room[length++] = (byte)('0' + (part / 10));
        if (part % 10 != 0)
            room[length++] = (byte)('0' + (part % 10));
        return length;
    }

    public static string References(IEnumerable<int> numbers) => $"[{string.Join(' ', numbers.Select(number => $"{number} 0 R"))}]";
}
