using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Tracking.Sorting;

/// <summary>What the tracking table can be sorted by.</summary>
public enum RowSort
{
    LastEvent,

    /// <summary>In the order of a letter's life, drafts first.</summary>
    Status,

    /// <summary>In the order of the nine kinds.</summary>
    Type,

    Subject,

    /// <summary>By company, else name, else address. Drafts, which have none yet, stand before them.</summary>
    Recipient,

    /// <summary>By the hour until which a reply is awaited; where none is, last, in both directions.</summary>
    ReplyDue,
}

/// <summary>How the tracking table is sorted. Rows that are alike in it: the latest made first.</summary>
public sealed record RowOrder(RowSort By, bool Descending)
{
    /// <summary>The latest event first.</summary>
    public static RowOrder Usual { get; } = new(RowSort.LastEvent, Descending: true);

    public static IEnumerable<string> AllWords => Words.All<RowSort>().SelectMany(word => new[] { word, "-" + word });

    /// <summary>How an address names it: <c>recipient</c>; <c>-last-event</c> descending.</summary>
    public string Word => (Descending ? "-" : "") + Words.Of(By);

    /// <summary>Null for a word that names none.</summary>
    public static RowOrder? Parse(string? word)
    {
        var descending = word?.StartsWith('-') == true;
        return Words.Parse<RowSort>(descending ? word![1..] : word) is { } by ? new RowOrder(by, descending) : null;
    }
}
