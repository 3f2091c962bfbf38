using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tracking;

/// <summary>
/// The tracking table: conversations and drafts of a consultation, or of all the organisation's, by last event, newest
/// first, a page at a time from a cursor.
/// </summary>
public sealed class ListConversations(VaguemestreDb db)
{
    public const int MostItems = 200;

    public async Task<Result<Page<ConversationRow>>> RunAsync(Caller caller, ConversationFilter filter, string? after, int limit, CancellationToken cancel)
    {
        var cursor = Cursor.Parse(after);
        if (!cursor.Succeeded)
            return cursor.Problem!;
        if (limit is < 1 or > MostItems)
            return Problem.Invalid("limit", $"La limite va de 1 à {MostItems}.");
        if (filter.Fault() is { } fault)
            return fault;

        filter = await filter.LocateAsync(db, caller, cancel);
        var rows = await Conversations(caller, filter, cursor.Value).Take(limit + 1).ToListAsync(cancel);
        if (filter.AdmitsDrafts)
            rows.AddRange(await Drafts(caller, filter, cursor.Value).Take(limit + 1).ToListAsync(cancel));
        rows = [.. rows.OrderByDescending(r => r.LastEventAt).ThenByDescending(r => r.SortId.ToString("N"), StringComparer.Ordinal).Take(limit + 1)];
        var next = rows.Count > limit ? new Cursor(rows[limit - 1].LastEventAt, rows[limit - 1].SortId).ToString() : null;
        return new Page<ConversationRow>([.. rows.Take(limit)], next);
    }

    private IQueryable<ConversationRow> Conversations(Caller caller, ConversationFilter filter, Cursor? after)
    {
        var owner = caller.OwnerId;
        var found = filter.Conversations(db, caller);
        if (after is { At: var at, Id: var id })
            found = found.Where(c => c.LastEventAt < at || (c.LastEventAt == at && c.Id < id));

        return found.OrderByDescending(c => c.LastEventAt).ThenByDescending(c => c.Id).Select(c => new ConversationRow
        {
            Id = c.Id,
            LetterId = c.LetterId,
            Reference = c.Letter!.Consultation!.Reference,
            Status = c.Status,
            IsHistorique = c.Letter.IsHistorique,
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
            Favourite = db.Favourites.Any(f => f.OwnerId == owner && f.ConversationId == c.Id),
            Resent = db.Sendings.Count(s => s.ConversationId == c.Id) > 1,
            CorrectsId = c.CorrectsId,
            Corrected = db.Conversations.Any(next => next.CorrectsId == c.Id),
            Attachments = c.Letter.Attachments.Count + (c.Recipient == null ? 0 : c.Recipient.Attachments.Count),
        });
    }

    private IQueryable<ConversationRow> Drafts(Caller caller, ConversationFilter filter, Cursor? after)
    {
        var found = filter.Drafts(db, caller);
        if (after is { At: var at, Id: var id })
            found = found.Where(l => l.ChangedAt < at || (l.ChangedAt == at && l.Id < id));

        return found.OrderByDescending(l => l.ChangedAt).ThenByDescending(l => l.Id).Select(l => new ConversationRow
        {
            LetterId = l.Id,
            Reference = l.Consultation!.Reference,
            Status = Status.Draft,
            Type = l.Type,
            Mode = l.Mode,
            Subject = l.Subject,
            Author = l.AuthorName,
            LastEventAt = l.ChangedAt,
            ReplyExpected = l.ReplyExpected,
            ReplyDue = l.ReplyDue,
            Attachments = l.Attachments.Count,
            SendAt = l.SendAt,
            Recipients = l.Recipients.Count,
        });
    }
}

/// <summary>How many conversations that the filter leaves stand in each status, whatever status it asks for, drafts included; zeroes left out.</summary>
public sealed class CountStatuses(VaguemestreDb db)
{
    public async Task<Result<Dictionary<Status, int>>> RunAsync(Caller caller, ConversationFilter filter, CancellationToken cancel)
    {
        if (filter.Fault() is { } fault)
            return fault;
        var any = await (filter with { Status = null }).LocateAsync(db, caller, cancel);
        var conversations = any.Conversations(db, caller);

        // An index counts a consultation by status where no letter has to be asked for its edition.
        if (any.ConsultationId is not { } id || await db.Letters.AnyAsync(l => l.ConsultationId == id && l.IsHistorique, cancel))
            conversations = conversations.Where(c => !c.Letter!.IsHistorique);
        var counts = await conversations.GroupBy(c => c.Status).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        if (any.AdmitsDrafts && await any.Drafts(db, caller).CountAsync(cancel) is > 0 and var drafts)
            counts[Status.Draft] = drafts;
        return counts;
    }
}
