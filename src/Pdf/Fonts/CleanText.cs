using System.Buffers;
using System.Text;

namespace Vaguemestre.Pdf.Fonts;

/// <summary>
/// Makes any string fit to be drawn: every kind of line end becomes <c>\n</c>, a tab a space; what has no meaning for a reader
/// (control characters, halves of a surrogate pair, noncharacters, the private use area, a byte order mark) becomes U+FFFD, so that it is
/// seen to have been there. Everything else stays as it is, unnormalised. (ISO 19005-3, 6.2.11.7, asks for a Unicode value
/// of every glyph, other than U+0000, U+FEFF, U+FFFE and, without further ado, the private use area.)
/// </summary>
internal static class CleanText
{
    static readonly Rune Unknown = Rune.ReplacementChar;

    /// <summary>Line ends, printable ASCII and Latin letters, where nearly all text lives and nothing is to be done.</summary>
    static readonly SearchValues<char> Harmless = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5F).Concat(Enumerable.Range(0xA0, 0x1E0)).Select(c => (char)c), '\n', '’', '–', '—', '…', '€', '\u202F']);

    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Harmless))
            return text;

        var clean = new StringBuilder(text.Length);
        var before = default(Rune);
        foreach (var rune in text.EnumerateRunes())         // gives U+FFFD for half a surrogate pair
        {
            if (rune.Value != '\n' || before.Value != '\r')
                clean.Append(Of(rune));
            before = rune;
        }

        return clean.ToString();
    }

    /// <summary>The same for a single line: a title, a file name, a footer.</summary>
    public static string OneLine(string text) => Of(text).Replace('\n', ' ');

    static Rune Of(Rune rune) => rune.Value switch
    {
        '\t' => new Rune(' '),
        '\n' or '\r' or '\v' or '\f' or 0x85 or 0x2028 or 0x2029 => new Rune('\n'),
        < 0x20 or (>= 0x7F and < 0xA0) => Unknown,
        0xFEFF or (>= 0xFDD0 and <= 0xFDEF) or (>= 0xE000 and <= 0xF8FF) or >= 0xF0000 => Unknown,
        var value when (value & 0xFFFE) == 0xFFFE => Unknown,
        _ => rune,
    };
}
