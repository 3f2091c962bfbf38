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

    /// <summary>How many have not, and are not asked any more: the letter went to a corrected address, where its reply is awaited. Told of a letter that expects one.</summary>
    public int Corrected { get; init; }

    /// <summary>Of how many a reply may still come.</summary>
    public int Awaited => Conversations - Replied - Corrected;

    public bool IsLate(DateTimeOffset now) => ReplyExpected && ReplyDue < now && Awaited > 0;

    internal string SubjectKey { get; init; } = "";
}

/// <summary>
/// The tracking table folded: one line a letter, by the latest event of those of its conversations that the filter leaves, newest first, or in
/// another order, a page at a time from a cursor. The messagerie historique, which tells no statuses, is left out.
/// </summary>
public sealed class ListLetters(VaguemestreDb db, ListConversations list)
{
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
        var found = filter.WithoutHistorique(filter.Conversations(db, caller));
        var letters = found.GroupBy(c => c.LetterId).Select(g => new SentLetter { Id = g.Key, At = g.Max(c => c.LastEventAt) });
        if (by.By != RowSort.LastEvent)
            letters = letters.Join(db.Letters, s => s.Id, l => l.Id, (s, l) => new SentLetter { Id = s.Id, At = s.At, Letter = l });
        var rows = filter.IsSaidByNone ? [] : await sorted.Sent(letters, place.Value).Take(limit + 1).Join(db.Letters, s => s.Id, l => l.Id, (s, l) => new { s.At, Letter = l }).Select(s => new LetterRow
        {
            LetterId = s.Letter.Id,
            Type = s.Letter.Type,
            Subject = s.Letter.Subject,
            SubjectKey = s.Letter.SubjectKey,
            LastEventAt = s.At,
            ReplyExpected = s.Letter.ReplyExpected,
            ReplyDue = s.Letter.ReplyDue,
            Attachments = s.Letter.Attachments.Count,
        }).ToListAsync(cancel);
        DateTimeOffset? full = by == RowOrder.Usual && rows.Count > limit ? rows.Min(r => r.LastEventAt) : null;
        if (filter.AdmitsDrafts && !filter.HasNoDraftSince(full))
            rows.AddRange((await sorted.Drafts(filter.Drafts(db, caller), place.Value).Take(limit + 1).Select(ConversationRow.OfDraft).ToListAsync(cancel)).Select(OfDraft));
        var page = sorted.PageOf(rows, limit);
        return page with { Items = await CountedAsync(caller, filter, page.Items, cancel) };
    }

    /// <summary>Fills in what these letters have become, and the row of those with one conversation.</summary>
    private async Task<IReadOnlyList<LetterRow>> CountedAsync(Caller caller, ConversationFilter filter, IReadOnlyList<LetterRow> rows, CancellationToken cancel)
    {
        var letters = rows.Where(r => r.Only is null).Select(r => r.LetterId).ToList();
        if (letters.Count == 0)
            return rows;
        IQueryable<Conversation> FoundOf(List<Guid> some) => filter.WithoutHistorique(filter.Conversations(db, caller, of: some));
        var counts = (await FoundOf(letters).GroupBy(c => new { c.LetterId, c.Status }).Select(g => new { g.Key.LetterId, g.Key.Status, Count = g.Count() }).ToListAsync(cancel))
            .ToLookup(c => c.LetterId, c => (c.Status, c.Count));
        var asking = rows.Where(r => r is { Only: null, ReplyExpected: true }).Select(r => r.LetterId).ToList();
        var continued = asking.Count == 0 ? [] : await db.Conversations.Where(next => next.CorrectsId != null && asking.Contains(next.LetterId)).Select(next => next.CorrectsId!.Value).ToListAsync(cancel);
        var corrected = continued.Count == 0 ? [] : await FoundOf(asking).Where(c => c.Status != Status.ReplyUnread && c.Status != Status.ReplyRead && continued.Contains(c.Id))
            .GroupBy(c => c.LetterId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        var alone = letters.FindAll(id => counts[id].Sum(c => c.Count) == 1);
        var only = alone.Count == 0 ? [] : await list.Rows(caller, FoundOf(alone)).ToDictionaryAsync(r => r.LetterId, cancel);
        return [.. rows.Select(row => row.Only is not null ? row : row with
        {
            Counts = [.. counts[row.LetterId].OrderBy(c => c.Status)],
            Corrected = corrected.GetValueOrDefault(row.LetterId),
            Only = only.GetValueOrDefault(row.LetterId),
        })];
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

    /// <summary>A letter and the latest event of those of its conversations that the filter leaves.</summary>
    private sealed class SentLetter
    {
        public Guid Id { get; init; }

        /// <summary>Null where the order asks nothing of it: then only a page of letters has to be read.</summary>
        public Letter? Letter { get; init; }

        public DateTimeOffset At { get; init; }
    }
}
