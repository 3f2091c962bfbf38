using Vaguemestre.Core.Consultations;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// What lists are sorted by in place of a text: folded as search folds it, from its first letter or digit on. Both databases compare it by
/// code point.
/// </summary>
public static class SortKey
{
    /// <summary>UTF-16 units; texts that differ only beyond them are alike.</summary>
    public const int Longest = 80;

    public static string Of(string? text)
    {
        var folded = ContactSearch.Fold(SoundText.Beginning(text ?? "", Longest * 4));
        var start = 0;
        while (start < folded.Length && !char.IsLetterOrDigit(folded, start))
            start++;
        return SoundText.Beginning(start < folded.Length ? folded[start..] : folded, Longest);
    }
}
