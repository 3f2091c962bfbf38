using System.Text;
using Vaguemestre.Core.Consultations;

namespace Vaguemestre.Core.Tracking.Search;

/// <summary>
/// The words of a text, as search keeps and looks for them: lower case, without accents, œ as oe. Everything that is neither letter nor
/// digit stands between words, apostrophes and the dots of an address too.
/// </summary>
internal static class FrenchWords
{
    /// <summary>In UTF-16 units; a longer word is its beginning.</summary>
    public const int Longest = 64;

    /// <summary>Words that nearly every text has, elided ones among them: looked for in quotes only.</summary>
    private static readonly HashSet<string> Common = new(StringComparer.Ordinal)
    {
        "a", "au", "aux", "avec", "c", "ce", "ces", "cet", "cette", "d", "dans", "de", "des", "du", "elle", "en", "est", "et", "eu", "il", "ils", "j", "je", "l", "la", "le",
        "les", "leur", "leurs", "lui", "m", "ma", "mais", "mes", "mon", "n", "ne", "nos", "notre", "nous", "on", "ou", "par", "pas", "pour", "qu", "que", "qui", "s", "sa",
        "se", "ses", "son", "sur", "t", "ta", "te", "tes", "ton", "tu", "un", "une", "vos", "votre", "vous", "y",
    };

    public static bool IsCommon(string word) => Common.Contains(word);

    /// <summary>In the order of the text.</summary>
    public static List<string> Of(string? text) => OfFolded(ContactSearch.Fold(text));

    /// <param name="folded">As <see cref="ContactSearch.Fold"/> gives it.</param>
    public static List<string> OfFolded(string folded)
    {
        var words = new List<string>();
        var start = -1;
        for (var at = 0; at < folded.Length;)
        {
            _ = Rune.DecodeFromUtf16(folded.AsSpan(at), out var rune, out var length);
            if (Rune.IsLetterOrDigit(rune))
            {
                if (start < 0)
                    start = at;
            }
            else if (start >= 0)
            {
                words.Add(Word(folded, start, at));
                start = -1;
            }

            at += length;
        }

        if (start >= 0)
            words.Add(Word(folded, start, folded.Length));
        return words;
    }

    /// <summary>What a word shares with its plural, its feminine and its kin; null where only the word itself is looked for.</summary>
    public static string? StemOf(string word) =>
        word.Length < 3 || IsCommon(word) || word.AsSpan().IndexOfAnyInRange('0', '9') >= 0 ? null : FrenchStem.Of(word);

    private static string Word(string folded, int start, int end) =>
        end - start <= Longest ? folded[start..end] : SoundText.Beginning(folded[start..end], Longest);
}
