using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking.Sorting;

namespace Vaguemestre.Core.Tracking;

/// <summary>One line of the folded tracking table: a letter with what became of it, for as many recipients as the filter leaves.</summary>
public sealed record LetterRow
{
    public required Guid LetterId { get; init; }

    public required LetterType Type { get; init; }

    public required string Subject { get; init; }

    public required DateTimeOffset LastEventAt { get; init; }

    public bool ReplyExpected { get; init; }

    public DateTimeOffset? ReplyDue { get; init; }

    /// <summary>Files that go to every recipient; all there are for a draft.</summary>
    public int Attachments { get; init; }

    /// <summary>Conversations by status, in the order of a letter's life; zeroes left out. Empty for a draft.</summary>
    public IReadOnlyList<(Status Status, int Count)> Counts { get; init; } = [];

    /// <summary>The one row that this line stands for: a draft, or a conversation alone of its letter under the filter. Null for a letter to many.</summary>
    public ConversationRow? Only { get; init; }

    public int Conversations => Counts.Sum(c => c.Count);

    /// <summary>How many recipients have replied.</summary>
    public int Replied => Counts.Where(c => c.Status is Status.ReplyUnread or Status.ReplyRead).Sum(c => c.Count);

    /// <summary>
    /// How many have not, and are not asked any more: the letter went to a corrected address, where its reply is awaited, or their link was ended. Told of a letter
    /// that expects one.
    /// </summary>
    public int NotAsked { get; init; }

    /// <summary>Of how many a reply may still come.</summary>
    public int Awaited => Conversations - Replied - NotAsked;

    public bool IsLate(DateTimeOffset now) => ReplyExpected && ReplyDue < now && Awaited > 0;

    internal string SubjectKey { get; init; } = "";
}

/// <summary>
/// The tracking table folded: one line a letter, by the latest event of those of its conversations that the filter leaves, newest first, or in
/// another order, a page at a time from a cursor. The messagerie historique, which tells no statuses, is left out.
/// </summary>
public sealed class ListLetters(VaguemestreDb db, ListConversations list)
{
    /// <summary>So many of the latest conversations are looked at before all of them are grouped by letter.</summary>
    internal const int Latest = 250;

    /// <summary>The order that letters have where conversations have this one: a letter to many has neither one status nor one recipient.</summary>
    public static RowOrder OrderOf(RowOrder order) => order.By is RowSort.Status or RowSort.Recipient ? RowOrder.Usual : order;

    /// <inheritdoc cref="ListConversations.RunAsync"/>
    public async Task<Result<Page<LetterRow>>> RunAsync(Caller caller, ConversationFilter filter, string? after, int limit, CancellationToken cancel, RowOrder? order = null)
    {
        var by = OrderOf(order ?? RowOrder.Usual);
        var sorted = In(by);
        var place = sorted.Parse(after);
        if (!place.Succeeded)
            return place.Problem!;
        if (limit is < 1 or > ListConversations.MostItems)
            return Problem.Invalid("limit", $"La limite va de 1 à {ListConversations.MostItems}.");
        if (filter.Fault() is { } fault)
            return fault;

        await using var held = await db.HoldConnectionAsync(cancel);
        filter = await filter.LocateAsync(db, caller, cancel);
        var found = filter.IsSaidByNone ? [] : await LatestAsync(caller, filter, by, place.Value, limit, cancel) ?? await SortedAsync(caller, filter, sorted, by, place.Value, limit, cancel);
        var rows = await RowsAsync(found, cancel);
        var isFull = by == RowOrder.Usual && rows.Count > limit && filter.HasNoDraftSince(rows.Min(r => r.LastEventAt));
        if (filter.AdmitsDrafts && !isFull)
            rows.AddRange((await sorted.Drafts(filter.Drafts(db, caller), place.Value).Take(limit + 1).Select(ConversationRow.OfDraft).ToListAsync(cancel)).Select(OfDraft));
        var page = sorted.PageOf(rows, limit);
        return page with { Items = await CountedAsync(caller, filter, page.Items, found, cancel) };
    }

    /// <summary>
    /// The letters of a first page in the usual order, from the latest conversations, which an index has in their order: a letter of which none is among these stands behind all of them.
    /// Null where they are of too few letters, and for another page.
    /// </summary>
    private async Task<List<LatestEvent>?> LatestAsync(Caller caller, ConversationFilter filter, RowOrder by, RowPlace? after, int limit, CancellationToken cancel)
    {
        if (by != RowOrder.Usual || after is not null)
            return null;
        var latest = await filter.WithoutHistorique(filter.Conversations(db, caller, latestFirst: true)).OrderByDescending(c => c.LastEventAt).ThenByDescending(c => c.Id)
            .Take(Latest).Select(c => new LatestEvent(c.LetterId, c.LastEventAt, c.Id)).ToListAsync(cancel);
        var letters = latest.DistinctBy(e => e.Letter).OrderByDescending(e => e.At).ThenByDescending(e => e.Letter).Take(limit + 1).ToList();

        // Others may have an event at the very instant of the last of all these, and stand before its letter.
        return latest.Count < Latest || (letters.Count > limit && letters[^1].At > latest[^1].At) ? letters : null;
    }

    private async Task<List<LatestEvent>> SortedAsync(Caller caller, ConversationFilter filter, Sorted<SentLetter, LetterRow> sorted, RowOrder by, RowPlace? after, int limit, CancellationToken cancel)
    {
        var letters = filter.WithoutHistorique(filter.Conversations(db, caller)).GroupBy(c => c.LetterId).Select(g => new SentLetter { Id = g.Key, At = g.Max(c => c.LastEventAt) });
        if (by.By != RowSort.LastEvent)
            letters = letters.Join(db.Letters, s => s.Id, l => l.Id, (s, l) => new SentLetter { Id = s.Id, At = s.At, Letter = l });
        return await sorted.Sent(letters, after).Take(limit + 1).Select(s => new LatestEvent(s.Id, s.At, null)).ToListAsync(cancel);
    }

    private async Task<List<LetterRow>> RowsAsync(List<LatestEvent> found, CancellationToken cancel)
    {
        var at = found.ToDictionary(e => e.Letter, e => e.At);
        var rows = at.Count == 0 ? [] : await Rows(db, [.. at.Keys]).ToListAsync(cancel);
        return rows.ConvertAll(row => row with { LastEventAt = at[row.LetterId] });
    }

    private static readonly Func<VaguemestreDb, Guid[], IAsyncEnumerable<LetterRow>> Rows = CompiledQuery.OfRows((VaguemestreDb db, Guid[] ids) =>
        db.Letters.AsNoTracking().Where(l => ids.Contains(l.Id)).Select(l => new LetterRow
        {
            LetterId = l.Id,
            Type = l.Type,
            Subject = l.Subject,
            SubjectKey = l.SubjectKey,
            LastEventAt = default,
            ReplyExpected = l.ReplyExpected,
            ReplyDue = l.ReplyDue,
            Attachments = l.Attachments.Count,
        }));

    /// <summary>Fills in what these letters have become, and the row of those with one conversation.</summary>
    private async Task<IReadOnlyList<LetterRow>> CountedAsync(Caller caller, ConversationFilter filter, IReadOnlyList<LetterRow> rows, List<LatestEvent> found, CancellationToken cancel)
    {
        var letters = rows.Where(r => r.Only is null).Select(r => r.LetterId).ToList();
        if (letters.Count == 0)
            return rows;
        IQueryable<Conversation> FoundOf(List<Guid> some) => filter.WithoutHistorique(filter.Conversations(db, caller, of: some));
        var counts = (await FoundOf(letters).GroupBy(c => new { c.LetterId, c.Status }).Select(g => new { g.Key.LetterId, g.Key.Status, Count = g.Count() }).ToListAsync(cancel))
            .ToLookup(c => c.LetterId, c => (c.Status, c.Count));
        var asking = rows.Where(r => r is { Only: null, ReplyExpected: true }).Select(r => r.LetterId).ToList();
        var released = asking.Count == 0 ? [] : await db.Conversations.Where(next => next.CorrectsId != null && asking.Contains(next.LetterId)).Select(next => next.CorrectsId!.Value)
            .Concat(db.Conversations.Where(c => c.LinkEndedAt != null && asking.Contains(c.LetterId)).Select(c => c.Id)).ToListAsync(cancel);
        var notAsked = released.Count == 0 ? [] : await FoundOf(asking).Where(c => c.Status != Status.ReplyUnread && c.Status != Status.ReplyRead && released.Contains(c.Id))
            .GroupBy(c => c.LetterId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        var alone = letters.FindAll(id => counts[id].Sum(c => c.Count) == 1).ToHashSet();
        var only = alone.Count == 0 ? [] : await list.Rows(caller, AloneOf(alone)).ToDictionaryAsync(r => r.LetterId, cancel);
        return [.. rows.Select(row => row.Only is not null ? row : row with
        {
            Counts = [.. counts[row.LetterId].OrderBy(c => c.Status)],
            NotAsked = notAsked.GetValueOrDefault(row.LetterId),
            Only = only.GetValueOrDefault(row.LetterId),
        })];

        // A database that expects hundreds of conversations of each letter would read all there are: they are read by their keys, or no more taken than there are.
        IQueryable<Conversation> AloneOf(HashSet<Guid> some)
        {
            var ids = found.Where(e => some.Contains(e.Letter)).Select(e => e.Conversation).OfType<Guid>().ToList();
            return ids.Count == some.Count ? db.Conversations.AsNoTracking().Where(c => ids.Contains(c.Id)) : FoundOf([.. some]).OrderBy(c => c.LastEventAt).Take(some.Count);
        }
    }

    private static LetterRow OfDraft(ConversationRow draft) => new()
    {
        LetterId = draft.LetterId,
        Type = draft.Type,
        Subject = draft.Subject,
        SubjectKey = draft.SubjectKey,
        LastEventAt = draft.LastEventAt,
        ReplyExpected = draft.ReplyExpected,
        ReplyDue = draft.ReplyDue,
        Attachments = draft.Attachments,
        Only = draft,
    };

    private static Sorted<SentLetter, LetterRow> In(RowOrder order)
    {
        var none = order.Descending ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue;
        return order.By switch
        {
            RowSort.LastEvent => By(KeyTexts.Instant, s => s.At, l => l.ChangedAt, r => r.LastEventAt),
            RowSort.Type => By(KeyTexts.Number, Keyset.RankOf((SentLetter s) => s.Letter!.Type), Keyset.RankOf((Letter l) => l.Type), r => (int)r.Type),
            RowSort.Subject => By(KeyTexts.Text, s => s.Letter!.SubjectKey, l => l.SubjectKey, r => r.SubjectKey),
            RowSort.ReplyDue => By(KeyTexts.Instant, s => s.Letter!.ReplyDue ?? none, l => l.ReplyDue ?? none, r => r.ReplyDue ?? none),
            _ => throw new ArgumentOutOfRangeException(nameof(order), order, "Letters are not sorted by this yet."),
        };

        Sorted<SentLetter, LetterRow> By<TKey>(KeyText<TKey> text, Expression<Func<SentLetter, TKey>> sent, Expression<Func<Letter, TKey>> draft, Func<LetterRow, TKey> row) =>
            new SortedBy<SentLetter, LetterRow, TKey>(order, text, (sent, s => s.Id), draft, (row, r => r.LetterId));
    }

    /// <param name="Conversation">Whose event it is; null where that was not asked.</param>
    private readonly record struct LatestEvent(Guid Letter, DateTimeOffset At, Guid? Conversation);

    /// <summary>A letter and the latest event of those of its conversations that the filter leaves.</summary>
    private sealed class SentLetter
    {
        public Guid Id { get; init; }

        /// <summary>Null where the order asks nothing of it: then only a page of letters has to be read.</summary>
        public Letter? Letter { get; init; }

        public DateTimeOffset At { get; init; }
    }
}
