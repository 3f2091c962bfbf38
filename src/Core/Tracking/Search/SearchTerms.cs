using System.Globalization;
using System.Text;

namespace Vaguemestre.Core.Tracking.Search;

/// <summary>
/// The terms of one conversation or draft, the same for both databases and within what each of them holds: PostgreSQL counts places up to 16 383,
/// 255 for one word, and a megabyte in all. Beyond that words lose their place and can still be found, but not in a phrase; beyond the megabyte they are left out.
/// What many have in common is read and written down once: their terms go on from it.
/// </summary>
internal sealed class SearchTerms
{
    private const int MostPlaces = 16_000, MostOfOne = 255, MostBytes = 900_000;

    /// <summary>Nothing stands here: the place between two texts, or of a word that lost its own.</summary>
    private const string Gap = "_";

    private readonly Dictionary<string, List<int>> _words = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _others = new(StringComparer.Ordinal);
    private readonly List<string> _places = [];
    private readonly string _consultation;
    private readonly SearchTerms? _begun;
    private readonly int _before;
    private int _bytes;
    private string? _forFts5, _forTsVector;

    public SearchTerms(SearchKind kind, Guid organisationId, string reference)
    {
        _consultation = SearchScope.OfConsultation(organisationId, reference);
        _others.Add(SearchTerm.In(SearchScope.OfOrganisation(organisationId), kind));
        _others.Add(SearchTerm.In(_consultation, kind));
    }

    /// <param name="begun">What these terms go on from; nothing more is added to it.</param>
    public SearchTerms(SearchTerms begun) => (_begun, _before, _consultation, _bytes) = (begun, begun.PlaceCount, begun._consultation, begun._bytes);

    private int PlaceCount => _before + _places.Count;

    /// <summary>A text of its own: no phrase goes on from it into the next.</summary>
    /// <param name="words">As <see cref="FrenchWords"/> gives them.</param>
    public void Add(IReadOnlyList<string> words)
    {
        foreach (var word in words)
            Add(word);
        if (_places.Count > 0 && _places[^1] != Gap)
            Place(Gap);
    }

    /// <summary>For a table of FTS5 whose tokenizer parts words at spaces and keeps all else.</summary>
    public string ForFts5() => _forFts5 ??= WriteForFts5();

    /// <summary>As PostgreSQL reads a <c>tsvector</c>, a term that stands twice being one. No term holds a quote or a backslash.</summary>
    public string ForTsVector() => _forTsVector ??= WriteForTsVector();

    private string WriteForFts5()
    {
        var text = new StringBuilder(_bytes);
        if (_begun is not null)
            text.Append(_begun.ForFts5()).Append(' ').Append(Gap).Append(' ');
        text.AppendJoin(' ', _places);
        foreach (var (word, places) in _words)
        {
            if (places.Count == 0)
                text.Append(' ').Append(Gap).Append(' ').Append(word);
        }

        foreach (var other in _others)
            text.Append(' ').Append(other);
        return text.ToString();
    }

    private string WriteForTsVector()
    {
        var text = new StringBuilder(_bytes);
        text.Append(_begun?.ForTsVector());
        foreach (var (word, places) in _words)
        {
            text.Append('\'').Append(word).Append('\'');
            for (var i = 0; i < places.Count; i++)
                text.Append(i == 0 ? ':' : ',').Append(CultureInfo.InvariantCulture, $"{places[i]}");
            text.Append(' ');
        }

        foreach (var other in _others)
            text.Append('\'').Append(other).Append("' ");
        return text.ToString();
    }

    private void Add(string word)
    {
        if (!_words.TryGetValue(word, out var places))
        {
            if (_begun?._words.ContainsKey(word) is not true && !Know(word))
                return;
            _words.Add(word, places = []);
        }

        if (places.Count + (_begun?._words.GetValueOrDefault(word)?.Count ?? 0) == MostOfOne)
        {
            Place(Gap);
        }
        else if (Place(word))
        {
            places.Add(PlaceCount);
            _bytes += 2;
        }
    }

    private bool Place(string term)
    {
        if (PlaceCount == MostPlaces)
            return false;
        _places.Add(term);
        return true;
    }

    /// <returns>False where there is no room for one more word.</returns>
    private bool Know(string word)
    {
        var stem = FrenchWords.StemOf(word) is { } shared ? SearchTerm.Stem(shared) : null;
        var under = SearchTerm.Under(_consultation, word);
        var bytes = (2 * Encoding.UTF8.GetByteCount(word)) + Encoding.UTF8.GetByteCount(stem ?? "") + 16;
        if (_bytes + bytes > MostBytes)
            return false;
        _bytes += bytes;
        _others.Add(under);
        if (stem is not null)
            _others.Add(stem);
        return true;
    }
}
