using Vaguemestre.Core.Consultations;

namespace Vaguemestre.Core.Tracking.Search;

/// <summary>
/// What a person typed to find a letter. Every word must be there, in any form of it; the last one may be only begun; what stands in quotes must
/// be there as it is, word after word, and so must what dots and signs hold together, such as an address. Not a query language: no sign commands.
/// </summary>
internal sealed class SearchQuery
{
    private const int LongestText = 500, MostParts = 16, MostOfPhrase = 24, ShortestBegun = 2;

    private readonly IReadOnlyList<Part> _parts;
    private readonly string _organisation;
    private readonly string? _consultation;

    private SearchQuery(IReadOnlyList<Part> parts, string organisation, string? consultation) => (_parts, _organisation, _consultation) = (parts, organisation, consultation);

    /// <summary>Nothing that was typed could be looked for, and so nothing is found.</summary>
    public bool FindsNothing => _parts.Count == 0;

    /// <param name="typed">Any text.</param>
    /// <param name="organisationId">Whose letters.</param>
    /// <param name="reference">In which consultation; null for all.</param>
    public static SearchQuery Of(string typed, Guid organisationId, string? reference) =>
        new(Parts(ContactSearch.Fold(SoundText.Beginning(typed, LongestText))), SearchScope.OfOrganisation(organisationId), reference is null ? null : SearchScope.OfConsultation(organisationId, reference));

    /// <summary>As the argument of <c>MATCH</c>.</summary>
    /// <param name="kind">Null for either.</param>
    public string ForFts5(SearchKind? kind) => Written(kind, " AND ", " OR ", words => $"\"{string.Join(' ', words)}\"", " *");

    /// <summary>As PostgreSQL reads a <c>tsquery</c>. No term holds a quote or a backslash.</summary>
    /// <param name="kind">Null for either.</param>
    public string ForTsQuery(SearchKind? kind) => Written(kind, " & ", " | ", words => string.Join(" <-> ", words.Select(w => $"'{w}'")), ":*");

    private string Written(SearchKind? kind, string and, string or, Func<IReadOnlyList<string>, string> phrase, string begun)
    {
        var scopes = (kind is { } one ? [one] : Enum.GetValues<SearchKind>()).Select(k => phrase([SearchTerm.In(_consultation ?? _organisation, k)]));
        return string.Join(and, _parts.Select(Write).Prepend($"({string.Join(or, scopes)})"));

        string Write(Part part)
        {
            if (part.Words is not [var word])
                return $"({phrase(part.Words)}{(part.Begun ? begun : "")})";
            List<string> ways = [];
            if (part.Begun && word.Length >= ShortestBegun)
                ways.Add(phrase([_consultation is null ? word : SearchTerm.Under(_consultation, word)]) + begun);
            if (!part.Exact && FrenchWords.StemOf(word) is { } stem)
                ways.Add(phrase([SearchTerm.Stem(stem)]));
            return ways.Count == 0 ? phrase([word]) : $"({string.Join(or, ways)})";
        }
    }

    private static IReadOnlyList<Part> Parts(string folded)
    {
        var parts = new List<Part>();
        var pieces = folded.Split(['"', '«', '»', '“', '”'], MostParts * 2);
        for (var i = 0; i < pieces.Length; i++)
        {
            // A quote that nothing closes is still being typed.
            if (i % 2 == 0)
                parts.AddRange(Unquoted(pieces[i]));
            else if (FrenchWords.OfFolded(pieces[i]) is { Count: > 0 } words)
                parts.Add(new Part([.. words.Take(MostOfPhrase)], Exact: true, Begun: i == pieces.Length - 1));
        }

        // The last word goes on being typed, unless the quotes around it are closed.
        if (parts is [.., { Exact: false } last])
            parts[^1] = last with { Begun = true };
        return [.. parts.Where(p => p is not { Exact: false, Begun: false, Words: [var word] } || !FrenchWords.IsCommon(word)).Take(MostParts)];
    }

    private static IEnumerable<Part> Unquoted(string text)
    {
        foreach (var chunk in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(c => c.Split('\'')))
        {
            var words = FrenchWords.OfFolded(chunk);
            if (words.Count > 1 && !IsCompound(chunk))
            {
                yield return new Part([.. words.Take(MostOfPhrase)], Exact: false, Begun: false);
                continue;
            }

            foreach (var word in words)
                yield return new Part([word], Exact: false, Begun: false);
        }
    }

    /// <summary>Letters and hyphens: each word of it has forms of its own.</summary>
    private static bool IsCompound(string chunk) => chunk.All(c => char.IsLetter(c) || c is '-' or '\u2010' or '\u2011');

    /// <param name="Words">Several: one after the other.</param>
    /// <param name="Exact">In quotes.</param>
    /// <param name="Begun">The last word may be only the beginning of one.</param>
    private sealed record Part(IReadOnlyList<string> Words, bool Exact, bool Begun);
}
