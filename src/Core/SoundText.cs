namespace Vaguemestre.Core;

/// <summary>What a text must be to be kept, and sent on, exactly as it is.</summary>
public static class SoundText
{
    /// <summary>
    /// Both databases keep it, and it can be folded: no NUL, which PostgreSQL has not, no half of a surrogate pair, which UTF-8 has not, and not
    /// U+FFFE, which is no character and is not normalised.
    /// </summary>
    public static bool CanBeKept(string text) => !text.Contains('\0') && !text.Contains('\uFFFE') && IsUnicode(text);

    /// <summary>What is said of a text that cannot be kept.</summary>
    public const string Refusal = "Ce texte contient un caractère nul, un demi-caractère ou le non-caractère U+FFFE, qui ne se conservent pas. Retirez-le.";

    /// <summary>Every surrogate stands in its pair.</summary>
    public static bool IsUnicode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
                return false;
        }

        return true;
    }

    /// <summary>It can be kept, and stays on its line in a header: no control character, no line or paragraph separator.</summary>
    public static bool IsOneLine(string text) => CanBeKept(text) && !text.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029');

    /// <summary>The beginning of a text, at most <paramref name="longest"/> UTF-16 units, without half a character at its end.</summary>
    public static string Beginning(string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
