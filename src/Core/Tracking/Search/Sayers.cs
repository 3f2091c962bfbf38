namespace Vaguemestre.Core.Tracking.Search;

/// <summary>Who in a consultation says what is looked for, as the index tells it: what a list of them is best read by.</summary>
/// <param name="HowMany">Conversations and drafts together.</param>
/// <param name="Subjects">All of them where they are <see cref="HowMany.Few"/>; else null.</param>
internal sealed record Sayers(HowMany HowMany, IReadOnlyList<Guid>? Subjects)
{
    public static Sayers Few(IReadOnlyList<Guid> subjects) => new(HowMany.Few, subjects);

    public static Sayers Uncounted(HowMany howMany) => new(howMany, null);
}

/// <summary>How many say something, in a consultation of up to 10 000.</summary>
internal enum HowMany
{
    /// <summary>None, or so few that they are known, and read by their keys.</summary>
    Few,

    /// <summary>Hundreds, which are read and sorted.</summary>
    Some,

    /// <summary>So many that it takes less to go through the consultation in its order, until a page is full, than to read and sort them.</summary>
    Many,

    /// <summary>So many of the latest that a page in their order is sooner full than the index has told all.</summary>
    MostOfTheLatest,
}
