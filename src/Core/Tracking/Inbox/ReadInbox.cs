using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tracking.Inbox;

/// <summary>A kind of thing that waits for an agent.</summary>
public enum InboxPart
{
    /// <summary>Replies that nobody opened.</summary>
    Replies,

    /// <summary>Letters that did not arrive, and did not go to a corrected address.</summary>
    Undelivered,

    /// <summary>A reply is awaited, and its deadline is over.</summary>
    Late,

    /// <summary>A reply is awaited within the next seven days.</summary>
    Due,

    Drafts,
}

/// <summary>Whose work is shown. A draft is its author's.</summary>
public enum InboxWhose
{
    Everybodys,

    /// <summary>Given to the caller.</summary>
    Mine,

    /// <summary>Given to nobody.</summary>
    Nobodys,
}

/// <param name="Done">Instead of what waits, what agents said is done, the latest first.</param>
public sealed record InboxFilter(InboxWhose Whose = InboxWhose.Everybodys, bool Done = false);

/// <summary>A row of the inbox: a conversation or a draft, and who has it.</summary>
/// <param name="AssigneeId">The agent it was given to; null for nobody.</param>
/// <param name="Assignee">By name.</param>
/// <param name="DoneAt">Null while something is left to do.</param>
/// <param name="SortAt">The instant that its part is sorted by: last event, deadline, doing.</param>
public sealed record InboxRow(ConversationRow Row, Guid? AssigneeId, string? Assignee, DateTimeOffset? DoneAt, DateTimeOffset SortAt);

/// <param name="Count">Up to <see cref="ReadInbox.MostCounted"/>; then there may be more.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record InboxSection(InboxPart Part, IReadOnlyList<InboxRow> Rows, int Count, string? Next);

/// <summary>
/// What waits for the agents of an organisation, over all its consultations. Counts stop at a hundred, and each part is read by an index
/// that holds little more than what waits: what was done does not make it slower.
/// </summary>
public sealed class ReadInbox(VaguemestreDb db, TimeProvider clock)
{
    public const int MostItems = 200, MostCounted = 100;

    private static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    /// <summary>Written as the partial indexes have it, constants included: else SQLite does not see that they fit.</summary>
    private static readonly Expression<Func<Conversation, bool>> IsUnread = c => c.DoneAt == null && c.Status == Status.ReplyUnread && !c.IsHistorique;

    /// <inheritdoc cref="IsUnread"/>
    private static readonly Expression<Func<Conversation, bool>> HasFailed = c => c.DoneAt == null && c.Status == Status.Undelivered && !c.IsHistorique;

    /// <summary>A page of one part, or of all that is done where the filter asks for that.</summary>
    public async Task<Result<InboxSection>> RunAsync(Caller caller, InboxPart part, InboxFilter filter, string? after, int limit, CancellationToken cancel)
    {
        var cursor = Cursor.Parse(after);
        if (!cursor.Succeeded)
            return cursor.Problem!;
        if (limit is < 1 or > MostItems)
            return Problem.Invalid("limit", $"La limite va de 1 à {MostItems}.");
        if (part == InboxPart.Drafts)
            return await DraftsAsync(caller, filter, cursor.Value, limit, cancel);
        var found = await FindAsync(caller, part, filter, cursor.Value, limit, cancel);
        return SectionOf(found, await ReadAsync([found], cancel), limit);
    }

    /// <summary>The first rows of every part, in their order.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="whose">Whose work.</param>
    /// <param name="limit">Rows of a part: <see cref="MostItems"/> at most.</param>
    /// <param name="cancel">The caller went away.</param>
    public async Task<IReadOnlyList<InboxSection>> AllAsync(Caller caller, InboxWhose whose, int limit, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostItems);
        var filter = new InboxFilter(whose);
        var parts = new List<Found>();
        foreach (var part in Enum.GetValues<InboxPart>().Where(p => p != InboxPart.Drafts))
            parts.Add(await FindAsync(caller, part, filter, null, limit, cancel));
        var rows = await ReadAsync(parts, cancel);
        return [.. parts.Select(found => SectionOf(found, rows, limit)), await DraftsAsync(caller, filter, null, limit, cancel)];
    }

    /// <summary>What waits to be read or mended in the whole organisation: unread replies and failures, up to <see cref="MostCounted"/>.</summary>
    public Task<int> CountWaitingAsync(Caller caller, CancellationToken cancel) => CountWaiting(db, caller.OrganisationId, cancel);

    private static readonly Func<VaguemestreDb, Guid, CancellationToken, Task<int>> CountWaiting = CompiledQuery.Of((VaguemestreDb db, Guid organisation, CancellationToken cancel) =>
        db.Conversations.Where(c => c.OrganisationId == organisation).Where(IsUnread).OrderByDescending(c => c.LastEventAt).Take(MostCounted).Select(c => c.Id)
            .Concat(db.Conversations.Where(c => c.OrganisationId == organisation).Where(HasFailed).Where(c => !db.Conversations.Any(next => next.CorrectsId == c.Id)).OrderByDescending(c => c.LastEventAt).Take(MostCounted).Select(c => c.Id))
            .Count());

    /// <summary>The same, told by sections of all parts that were just read for everybody.</summary>
    public static int WaitingIn(IEnumerable<InboxSection> sections) => sections.Where(s => s.Part is InboxPart.Replies or InboxPart.Undelivered).Sum(s => s.Count);

    /// <summary>Which they are, an index tells; the rows themselves are read for these alone, those of all parts at once.</summary>
    private async Task<Found> FindAsync(Caller caller, InboxPart part, InboxFilter filter, Cursor? after, int limit, CancellationToken cancel)
    {
        var found = OfWhom(filter.Done ? Done(caller) : Waiting(caller, part), caller, filter.Whose);
        InboxPart? sorting = filter.Done ? null : part;
        var counted = Sorted(found, sorting, null).Take(MostCounted);
        var rows = await Sorted(found, sorting, after).Take(limit + 1).Select(c => new { c.Id, Count = counted.Count() }).ToListAsync(cancel);
        return new Found(part, sorting, rows.ConvertAll(r => r.Id), rows is [{ Count: var count }, ..] ? count : await CountEndAsync(counted, after, cancel));
    }

    private async Task<Dictionary<Guid, InboxRow>> ReadAsync(IReadOnlyList<Found> parts, CancellationToken cancel)
    {
        var ids = parts.SelectMany(p => p.Ids).Distinct().ToArray();
        return ids.Length == 0 ? [] : await Rows(db, ids).ToDictionaryAsync(r => r.Row.Id!.Value, cancellationToken: cancel);
    }

    private static InboxSection SectionOf(Found found, Dictionary<Guid, InboxRow> rows, int limit) =>
        SectionOf(found.Part, [.. found.Ids.Where(rows.ContainsKey).Select(id => rows[id] with { SortAt = SortAtOf(rows[id], found.Sorting) })], found.Count, limit);

    private static DateTimeOffset SortAtOf(InboxRow row, InboxPart? sorting) => (sorting switch
    {
        InboxPart.Late or InboxPart.Due => row.Row.AwaitedUntil,
        null => row.DoneAt,
        _ => row.Row.LastEventAt,
    }) ?? row.Row.LastEventAt;

    /// <param name="Sorting">Null: what is done.</param>
    private sealed record Found(InboxPart Part, InboxPart? Sorting, IReadOnlyList<Guid> Ids, int Count);

    private async Task<InboxSection> DraftsAsync(Caller caller, InboxFilter filter, Cursor? after, int limit, CancellationToken cancel)
    {
        if (filter.Done || filter.Whose == InboxWhose.Nobodys)
            return new InboxSection(InboxPart.Drafts, [], 0, null);
        var found = db.Letters.AsNoTracking().Where(l => l.OrganisationId == caller.OrganisationId && l.State == LetterState.Draft && l.DeletedAt == null && !l.IsHistorique);
        if (filter.Whose == InboxWhose.Mine)
        {
            var me = caller.OwnerId;
            found = found.Where(l => l.AuthorId == me);
        }

        var left = after is { At: var at, Id: var id } ? found.Where(l => l.ChangedAt < at || (l.ChangedAt == at && l.Id < id)) : found;
        var counted = found.OrderByDescending(l => l.ChangedAt).Take(MostCounted);
        var rows = await left.OrderByDescending(l => l.ChangedAt).ThenByDescending(l => l.Id).Select(ConversationRow.OfDraft).Take(limit + 1).Select(row => new { Row = row, Count = counted.Count() }).ToListAsync(cancel);
        return SectionOf(InboxPart.Drafts, rows.ConvertAll(r => new InboxRow(r.Row, null, null, null, r.Row.LastEventAt)), rows is [{ Count: var count }, ..] ? count : await CountEndAsync(counted, after, cancel), limit);
    }

    /// <summary>Where a page has no row to tell the count with it: there is none at all, or none behind a cursor.</summary>
    private static async Task<int> CountEndAsync<T>(IQueryable<T> counted, Cursor? after, CancellationToken cancel) => after is null ? 0 : await counted.CountAsync(cancel);

    private static InboxSection SectionOf(InboxPart part, List<InboxRow> rows, int count, int limit) =>
        new(part, [.. rows.Take(limit)], count, rows.Count > limit ? new Cursor(rows[limit - 1].SortAt, rows[limit - 1].Row.SortId).ToString() : null);

    internal IQueryable<Conversation> Waiting(Caller caller, InboxPart part)
    {
        var organisation = caller.OrganisationId;
        var now = clock.Now();
        var soon = now + Soon;
        var all = db.Conversations.AsNoTracking().Where(c => c.OrganisationId == organisation);
        return part switch
        {
            InboxPart.Replies => all.Where(IsUnread),
            InboxPart.Undelivered => all.Where(HasFailed).Where(c => !db.Conversations.Any(next => next.CorrectsId == c.Id)),
            InboxPart.Late => all.Where(c => c.DoneAt == null && c.AwaitedUntil < now),
            InboxPart.Due => all.Where(c => c.DoneAt == null && c.AwaitedUntil >= now && c.AwaitedUntil < soon),
            _ => throw new ArgumentOutOfRangeException(nameof(part), part, "This part holds no conversations."),
        };
    }

    private IQueryable<Conversation> Done(Caller caller)
    {
        var organisation = caller.OrganisationId;
        return db.Conversations.AsNoTracking().Where(c => c.OrganisationId == organisation && c.DoneAt != null);
    }

    private static IQueryable<Conversation> OfWhom(IQueryable<Conversation> found, Caller caller, InboxWhose whose)
    {
        var me = caller.OwnerId;
        return whose switch
        {
            InboxWhose.Mine => found.Where(c => c.AssigneeId == me),
            InboxWhose.Nobodys => found.Where(c => c.AssigneeId == null),
            _ => found,
        };
    }

    /// <param name="found">What is sorted.</param>
    /// <param name="part">Null: what is done.</param>
    /// <param name="after">The last row of the page before.</param>
    internal static IOrderedQueryable<Conversation> Sorted(IQueryable<Conversation> found, InboxPart? part, Cursor? after)
    {
        var (at, id) = (after?.At ?? default, after?.Id ?? default);
        return part switch
        {
            InboxPart.Due => (after is null ? found : found.Where(c => c.AwaitedUntil > at || (c.AwaitedUntil == at && c.Id > id))).OrderBy(c => c.AwaitedUntil).ThenBy(c => c.Id),
            InboxPart.Late => (after is null ? found : found.Where(c => c.AwaitedUntil < at || (c.AwaitedUntil == at && c.Id < id))).OrderByDescending(c => c.AwaitedUntil).ThenByDescending(c => c.Id),
            null => (after is null ? found : found.Where(c => c.DoneAt < at || (c.DoneAt == at && c.Id < id))).OrderByDescending(c => c.DoneAt).ThenByDescending(c => c.Id),
            _ => (after is null ? found : found.Where(c => c.LastEventAt < at || (c.LastEventAt == at && c.Id < id))).OrderByDescending(c => c.LastEventAt).ThenByDescending(c => c.Id),
        };
    }

    private static readonly Func<VaguemestreDb, Guid[], IAsyncEnumerable<InboxRow>> Rows = CompiledQuery.OfRows((VaguemestreDb db, Guid[] ids) =>
        db.Conversations.AsNoTracking().Where(c => ids.Contains(c.Id)).Select(c => new InboxRow(
            new ConversationRow
            {
                Id = c.Id,
                LetterId = c.LetterId,
                Reference = c.Letter!.Consultation!.Reference,
                Status = c.Status,
                IsHistorique = c.IsHistorique,
                Type = c.Letter.Type,
                Mode = c.Letter.Mode,
                Subject = c.OwnSubject ?? c.Letter.Subject,
                Email = c.Email,
                Name = c.Name,
                Company = c.Company,
                Author = c.Letter.AuthorName,
                SentAt = c.SentAt,
                LastEventAt = c.LastEventAt,
                ReplyExpected = c.Letter.ReplyExpected,
                ReplyDue = c.Letter.ReplyDue,
                AwaitedUntil = c.AwaitedUntil,
                Resent = db.Sendings.Count(s => s.ConversationId == c.Id) > 1,
                CorrectsId = c.CorrectsId,
                Corrected = db.Conversations.Any(next => next.CorrectsId == c.Id),
                LinkEnded = c.LinkEndedAt != null,
                Attachments = 0,
            },
            c.AssigneeId,
            db.Agents.Where(a => a.Id == c.AssigneeId).Select(a => a.Name).FirstOrDefault(),
            c.DoneAt,
            c.LastEventAt)));
}
