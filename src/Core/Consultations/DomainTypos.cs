namespace Vaguemestre.Core.Consultations;

/// <summary>
/// Guesses which domain was meant by one that nobody is known to use: the nearest one of those given, one or two slips away
/// (a letter missing, too many, wrong, or two changed over). A guess: it may be wrong, and never forbids anything.
/// </summary>
public static class DomainTypos
{
    /// <summary>Two slips in a name this short make another name.</summary>
    private const int ShortName = 8;

    /// <param name="domain">Lower case, in its own letters rather than A-labels.</param>
    /// <param name="known">Domains that are right, in the order of preference.</param>
    /// <returns>The domain that was probably meant; null when this one is known, or like none.</returns>
    public static string? Guess(string domain, IReadOnlyCollection<string> known)
    {
        if (known.Contains(domain))
            return null;
        var (best, slips) = ((string?)null, 3);
        foreach (var candidate in known)
        {
            if (IsOther(domain, candidate))
                return null;
            var most = Math.Min(slips - 1, Math.Min(domain.Length, candidate.Length) < ShortName ? 1 : 2);
            if (Distance(domain, candidate, most) is { } distance)
                (best, slips) = (candidate, distance);
        }

        return best;
    }

    /// <summary>The same name under another ending that exists.</summary>
    private static bool IsOther(string domain, string candidate)
    {
        var dot = domain.LastIndexOf('.') + 1;
        return dot == candidate.LastIndexOf('.') + 1 && string.CompareOrdinal(domain, 0, candidate, 0, dot) == 0 && CommonDomains.OtherEndings.Contains(domain[dot..]);
    }

    /// <summary>Damerau-Levenshtein distance (optimal string alignment); null beyond <paramref name="most"/>.</summary>
    public static int? Distance(string a, string b, int most)
    {
        if (Math.Abs(a.Length - b.Length) > most)
            return null;
        Span<int> beforeLast = stackalloc int[b.Length + 1], last = stackalloc int[b.Length + 1], current = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var least = current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
                least = Math.Min(least, current[j]);
            }

            if (least > most)
                return null;
            var spare = beforeLast;
            beforeLast = last;
            last = current;
            current = spare;
        }

        return last[b.Length] <= most ? last[b.Length] : null;
    }
}
