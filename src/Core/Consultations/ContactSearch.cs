using System.Globalization;
using System.Text;

namespace Vaguemestre.Core.Consultations;

/// <summary>
/// What a person typed to find a contact. Case and accents do not count; every word must begin a word of the company, the name
/// or the address, or stand inside the address, or begin the SIRET, with spaces in it or not. Not a query language.
/// </summary>
public sealed class ContactSearch
{
    private const int MostWords = 10;
    private const int ShortestInside = 3;

    private readonly string text;
    private readonly IReadOnlyList<string> words;

    private ContactSearch(string text, IReadOnlyList<string> words) => (this.text, this.words) = (text, words);

    /// <summary>Null when nothing was typed that could be looked for.</summary>
    public static ContactSearch? Of(string? typed)
    {
        var given = Fold(SoundText.Beginning(typed ?? "", 200)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(MostWords).ToList();
        return given.Count == 0 ? null : new ContactSearch(string.Join(' ', given), Joined(given));
    }

    /// <summary>Whether these texts, as they are, answer.</summary>
    public bool Finds(string? company, string? name, string? address, string? siret) => Rank(Fold(company), Fold(name), Fold(address), Digits(siret)) is not null;

    /// <summary>How well these texts, folded, answer: 0 is best; null, not at all.</summary>
    public int? Rank(string company, string name, string address, string siret)
    {
        var rank = company.StartsWith(text, StringComparison.Ordinal) ? 0 : 1;
        foreach (var word in words)
        {
            if (BeginsWord(company, word))
                continue;
            else if (BeginsWord(name, word))
                rank = Math.Max(rank, 2);
            else if (BeginsWord(address, word) || (siret.Length > 0 && siret.StartsWith(word, StringComparison.Ordinal)))
                rank = Math.Max(rank, 3);
            else if (word.Length >= ShortestInside && address.Contains(word, StringComparison.Ordinal))
                rank = Math.Max(rank, 4);
            else
                return null;
        }

        return rank;
    }

    /// <summary>Lower case, without accents; œ is oe, a typographic apostrophe a plain one.</summary>
    public static string Fold(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        if (Ascii.IsValid(text))
            return text.ToLowerInvariant();
        var folded = new StringBuilder(text.Length + 4);
        foreach (var c in SoundText.IsUnicode(text) ? text.Replace('\uFFFE', '\uFFFD').Normalize(NormalizationForm.FormKD) : text)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark)
                continue;
            _ = char.ToLowerInvariant(c) switch
            {
                'œ' => folded.Append("oe"),
                'æ' => folded.Append("ae"),
                'ß' => folded.Append("ss"),
                '’' => folded.Append('\''),
                var lower => folded.Append(lower),
            };
        }

        return folded.ToString();
    }

    public static string Digits(string? siret) => siret is null ? "" : string.Concat(siret.Where(char.IsAsciiDigit));

    /// <summary>Groups of digits side by side are one number: « 812 345 678 00017 ».</summary>
    private static List<string> Joined(List<string> words)
    {
        var joined = new List<string>(words.Count);
        foreach (var word in words)
        {
            if (joined.Count > 0 && word.All(char.IsAsciiDigit) && joined[^1].All(char.IsAsciiDigit))
                joined[^1] += word;
            else
                joined.Add(word);
        }

        return joined;
    }

    private static bool BeginsWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = at + 1 < text.Length ? text.IndexOf(word, at + 1, StringComparison.Ordinal) : -1)
        {
            if (at == 0 || !char.IsLetterOrDigit(text[at - 1]))
                return true;
        }

        return false;
    }
}
