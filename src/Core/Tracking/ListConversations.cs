using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking.Sorting;

namespace Vaguemestre.Core.Tracking;

/// <summary>
/// The tracking table: conversations and drafts of a consultation, or of all the organisation's, by last event, newest first, or in another
/// order, a page at a time from a cursor. Only the usual order has an index; any other sorts what the filter leaves (docs/adr/0014).
/// </summary>
public sealed class ListConversations(VaguemestreDb db)
{
    public const int MostItems = 200;

    /// <param name="caller">Who asks.</param>
    /// <param name="filter">What is listed.</param>
    /// <param name="after">Where the page before ended: a cursor of a list in the same order.</param>
    /// <param name="limit">Rows of a page.</param>
    /// <param name="cancel">The caller went away.</param>
    /// <param name="order"><see cref="RowOrder.Usual"/> when left out.</param>
    /// <returns>A page; or <c>invalid</c> on <c>cursor</c>, <c>limit</c>, or a field of the filter.</returns>
    public async Task<Result<Page<ConversationRow>>> RunAsync(Caller caller, ConversationFilter filter, string? after, int limit, CancellationToken cancel, RowOrder? order = null)
    {
        order ??= RowOrder.Usual;
        var sorted = In(order);
        var place = sorted.Parse(after);
        if (!place.Succeeded)
            return place.Problem!;
        if (limit is < 1 or > MostItems)
            return Problem.Invalid("limit", $"La limite va de 1 à {MostItems}.");
        if (filter.Fault() is { } fault)
            return fault;

        await using var held = await db.HoldConnectionAsync(cancel);
        filter = await filter.LocateAsync(db, caller, cancel);

        // Which they are, an index tells; the rows themselves are read for these alone.
        var page = sorted.Sent(filter.Conversations(db, caller, latestFirst: order == RowOrder.Usual), place.Value).Take(limit + 1).Select(c => c.Id);
        var rows = filter.IsSaidByNone ? [] : await Rows(caller, db.Conversations.AsNoTracking().Where(c => page.Contains(c.Id))).ToListAsync(cancel);

        // Drafts older than a full page stand behind it, and so do all where it is sorted by recipient, of which a draft has none.
        var isFull = rows.Count > limit && (order.By == RowSort.Recipient || (order == RowOrder.Usual && filter.HasNoDraftSince(rows.Min(r => r.LastEventAt))));
        if (filter.AdmitsDrafts && !isFull && !filter.AreAllThatSay(rows.Count))
        {
            await using var turn = filter.AsksOfDraftsRecipients ? await db.BeginReadingByIndexAsync(cancel) : null;
            rows.AddRange(await sorted.Drafts(filter.Drafts(db, caller), place.Value).Take(limit + 1).Select(ConversationRow.OfDraft).ToListAsync(cancel));
        }

        return sorted.PageOf(rows, limit);
    }

    /// <summary>Rows of these conversations. What is read beside each is read for these alone.</summary>
    internal IQueryable<ConversationRow> Rows(Caller caller, IQueryable<Conversation> conversations)
    {
        var owner = caller.OwnerId;
        return conversations.Select(c => new ConversationRow
        {
            Id = c.Id,
            LetterId = c.LetterId,
            Reference = c.Letter!.Consultation!.Reference,
            Status = c.Status,
            IsHistorique = c.IsHistorique,
            Type = c.Letter.Type,
            Mode = c.Letter.Mode,
            Subject = c.OwnSubject ?? c.Letter.Subject,
            SubjectKey = c.OwnSubjectKey ?? c.Letter.SubjectKey,
            Email = c.Email,
            Name = c.Name,
            Company = c.Company,
            RecipientKey = c.RecipientKey,
            Author = c.Letter.AuthorName,
            SentAt = c.SentAt,
            LastEventAt = c.LastEventAt,
            ReplyExpected = c.Letter.ReplyExpected && !c.IsHistorique,
            ReplyDue = c.Letter.ReplyDue,
            AwaitedUntil = c.AwaitedUntil,
            Favourite = db.Favourites.Any(f => f.OwnerId == owner && f.ConversationId == c.Id),
            Resent = db.Sendings.Count(s => s.ConversationId == c.Id) > 1,
            CorrectsId = c.CorrectsId,
            Corrected = db.Conversations.Any(next => next.CorrectsId == c.Id),
            LinkEnded = c.LinkEndedAt != null,
            Attachments = c.Letter.Attachments.Count + (c.Recipient == null ? 0 : c.Recipient.Attachments.Count),
        });
    }

    private static Sorted<Conversation, ConversationRow> In(RowOrder order)
    {
        var none = order.Descending ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue;
        return order.By switch
        {
            RowSort.LastEvent => By(KeyTexts.Instant, c => c.LastEventAt, l => l.ChangedAt, r => r.LastEventAt),
            RowSort.Status => By(KeyTexts.Number, Keyset.RankOf((Conversation c) => c.Status, c => c.IsHistorique), _ => 0, r => r.IsHistorique ? -1 : (int)r.Status),
            RowSort.Type => By(KeyTexts.Number, Keyset.RankOf((Conversation c) => c.Letter!.Type), Keyset.RankOf((Letter l) => l.Type), r => (int)r.Type),
            RowSort.Subject => By(KeyTexts.Text, c => c.OwnSubjectKey ?? c.Letter!.SubjectKey, l => l.SubjectKey, r => r.SubjectKey),
            RowSort.Recipient when order.Descending => By(KeyTexts.Text, c => c.RecipientKey, _ => "", r => r.RecipientKey),
            RowSort.Recipient => By(KeyTexts.Text, c => c.RecipientKey, _ => KeyTexts.BehindAll, r => r.Id is null ? KeyTexts.BehindAll : r.RecipientKey),
            RowSort.ReplyDue => By(KeyTexts.Instant, c => c.AwaitedUntil ?? none, l => l.ReplyDue ?? none, r => r.AwaitedUntil ?? none),
            _ => throw new ArgumentOutOfRangeException(nameof(order), order, "The table is not sorted by this yet."),
        };

        Sorted<Conversation, ConversationRow> By<TKey>(KeyText<TKey> text, Expression<Func<Conversation, TKey>> sent, Expression<Func<Letter, TKey>> draft, Func<ConversationRow, TKey> row) =>
            new SortedBy<Conversation, ConversationRow, TKey>(order, text, (sent, c => c.Id), draft, (row, r => r.SortId));
    }
}

/// <summary>
/// Asks once for a filter what every list and counter would ask by itself: its consultation, and what that holds. For who shows several of one filter.
/// </summary>
public sealed class LocateFilter(VaguemestreDb db)
{
    /// <returns>The same filter. One whose consultation does not exist, or is another organisation's, leaves nothing.</returns>
    public Task<ConversationFilter> RunAsync(Caller caller, ConversationFilter filter, CancellationToken cancel) => filter.LocateAsync(db, caller, cancel, toCount: true);
}

/// <summary>How many conversations that the filter leaves stand in each status, whatever status it asks for, drafts included; zeroes left out.</summary>
public sealed class CountStatuses(VaguemestreDb db)
{
    /// <summary>The same where a list has just told all that the filter leaves, and the filter asks for no status.</summary>
    public static Dictionary<Status, int> Of(IEnumerable<ConversationRow> all) => all.Where(r => !r.IsHistorique).CountBy(r => r.Status).ToDictionary();

    /// <inheritdoc cref="Of(IEnumerable{ConversationRow})"/>
    public static Dictionary<Status, int> Of(IEnumerable<LetterRow> all) =>
        all.SelectMany(l => l.Only is { Id: null } draft ? [(draft.Status, Count: 1)] : l.Counts).GroupBy(c => c.Status).ToDictionary(g => g.Key, g => g.Sum(c => c.Count));

    public async Task<Result<Dictionary<Status, int>>> RunAsync(Caller caller, ConversationFilter filter, CancellationToken cancel)
    {
        if (filter.Fault() is { } fault)
            return fault;
        await using var held = await db.HoldConnectionAsync(cancel);
        var any = await (filter with { Status = null }).LocateAsync(db, caller, cancel, toCount: true);
        await using var turn = any.IsCountedByIndex ? await db.BeginReadingByIndexAsync(cancel) : null;
        var counts = any.IsSaidByNone ? new Dictionary<Status, int>() : await any.Countable(db, caller).GroupBy(c => c.Status).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        if (any.AdmitsDrafts && (any.CountedDrafts ?? await any.Drafts(db, caller).CountAsync(cancel)) is > 0 and var drafts)
            counts[Status.Draft] = drafts;
        return counts;
    }

    /// <summary>How many the filter leaves, whatever status it asks for, that tell none: messages of the messagerie historique, which the table lists all the same.</summary>
    public async Task<int> OfNoneAsync(Caller caller, ConversationFilter filter, CancellationToken cancel)
    {
        var any = await (filter with { Status = null }).LocateAsync(db, caller, cancel, toCount: true);
        return any.Located is { IsMixed: true } && !any.IsSaidByNone ? await any.Conversations(db, caller).CountAsync(c => c.IsHistorique, cancel) : 0;
    }
}
