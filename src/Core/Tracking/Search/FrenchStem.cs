namespace Vaguemestre.Core.Tracking.Search;

/// <summary>
/// The light stemmer for French of Jacques Savoy (« A stemming procedure and stopword list for general French corpora », JASIS 50(10), 1999, as
/// published by the University of Neuchâtel), on words without accents: plurals, feminines and the commonest suffixes. A stem is no word.
/// </summary>
internal static class FrenchStem
{
    /// <summary>Tried in this order; the first that fits a word longer than said, plural ending aside, is replaced.</summary>
    private static readonly (string Ending, int LongerThan, string Becomes)[] Endings =
    [
        ("issement", 9, "ir"), ("issant", 8, "ir"), ("ivement", 6, "if"), ("ement", 6, "e"), ("ficatrice", 11, "ficer"), ("ficateur", 10, "ficer"), ("catrice", 9, "quer"),
        ("cateur", 8, "quer"), ("atrice", 8, "er"), ("ateur", 7, "er"), ("trice", 6, "ter"), ("ieme", 5, ""), ("teuse", 7, "ter"), ("teur", 6, "ter"), ("euse", 5, "eu"), ("ere", 8, "er"),
        ("ive", 7, "if"), ("folle", 4, "fou"), ("molle", 4, "mou"), ("nnelle", 9, "n"), ("nnel", 9, "n"), ("ete", 4, "et"), ("ique", 8, ""), ("esse", 8, "e"), ("inage", 7, "in"),
        ("ualisation", 12, "uel"), ("isation", 9, ""), ("isateur", 9, ""), ("ation", 8, ""), ("ition", 8, ""),
    ];

    /// <summary>The nouns in -ail whose plural is in -aux.</summary>
    private static readonly Dictionary<string, string> Plurals = new(StringComparer.Ordinal)
    {
        ["baux"] = "bail",
        ["coraux"] = "corail",
        ["emaux"] = "email",
        ["soupiraux"] = "soupirail",
        ["travaux"] = "travail",
        ["vantaux"] = "vantail",
        ["vitraux"] = "vitrail",
    };

    /// <param name="word">Lower case, without accents.</param>
    public static string Of(string word)
    {
        var singular = Plurals.GetValueOrDefault(word) ?? Singular(word);
        foreach (var (ending, longerThan, becomes) in Endings)
        {
            if (singular.Length > longerThan && singular.EndsWith(ending, StringComparison.Ordinal))
                return Trimmed(string.Concat(singular.AsSpan(0, singular.Length - ending.Length), becomes));
        }

        return Trimmed(singular);
    }

    private static string Singular(string word)
    {
        if (word.Length > 5 && word.EndsWith("aux", StringComparison.Ordinal) && word[^4] != 'e')
            return word[..^2] + "l";
        if (word.Length > 3 && word[^1] == 'x')
            word = word[..^1];
        return word.Length > 3 && word[^1] == 's' ? word[..^1] : word;
    }

    /// <summary>Without doubled letters and the endings of verbs and feminines, while more than four letters remain.</summary>
    private static string Trimmed(string stem)
    {
        if (stem.Length > 4)
            stem = Undoubled(stem);
        if (stem.Length > 4 && stem.EndsWith("ie", StringComparison.Ordinal))
            stem = stem[..^2];
        if (stem.Length <= 4)
            return stem;
        var end = stem.Length;
        if (stem[end - 1] == 'r')
            end--;
        if (stem[end - 1] == 'e')
            end--;
        if (stem[end - 1] == 'e')
            end--;
        return stem[end - 1] == stem[end - 2] ? stem[..(end - 1)] : stem[..end];
    }

    private static string Undoubled(string stem) => string.Create(Singles(stem), stem, static (kept, from) =>
    {
        var at = 0;
        for (var i = 0; i < from.Length; i++)
        {
            if (i == 0 || from[i] != from[i - 1] || !char.IsLetter(from[i]))
                kept[at++] = from[i];
        }
    });

    private static int Singles(string stem)
    {
        var singles = stem.Length;
        for (var i = 1; i < stem.Length; i++)
            singles -= stem[i] == stem[i - 1] && char.IsLetter(stem[i]) ? 1 : 0;
        return singles;
    }
}
