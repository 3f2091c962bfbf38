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
        var found = db.Conversations.AsNoTracking().Where(c => c.OrganisationId == caller.OrganisationId);
        if (filter.Reference is { } reference)
            found = found.Where(c => db.Consultations.Any(k => k.Id == c.ConsultationId && k.OrganisationId == caller.OrganisationId && k.Reference == reference));
        if (filter.LetterId is { } letter)
            found = found.Where(c => c.LetterId == letter);
        if (filter.Status is { } status)
            found = found.Where(c => c.Status == status);
        if (filter.Type is { } type)
            found = found.Where(c => c.Letter!.Type == type);
        if (filter.Mode is { } mode)
            found = found.Where(c => c.Letter!.Mode == mode);
        if (filter.ReplyExpected is { } expected)
            found = found.Where(c => c.Letter!.ReplyExpected == expected);
        if (filter.SentFrom is { } from)
            found = found.Where(c => c.SentAt >= from.ToUniversalTime());
        if (filter.SentTo is { } to)
            found = found.Where(c => c.SentAt < to.ToUniversalTime());
        if (filter.Favourite is { } favourite)
            found = found.Where(c => db.Favourites.Any(f => f.OwnerId == owner && f.ConversationId == c.Id) == favourite);
        if (filter.WithAttachments is { } with)
            found = found.Where(c => c.Letter!.Attachments.Count != 0 == with);
        if (Pattern(filter.Sender) is { } sender)
            found = found.Where(c => EF.Functions.Like(c.Letter!.AuthorName.ToLower(), sender, @"\"));
        if (Pattern(filter.Recipient) is { } recipient)
            found = found.Where(c => EF.Functions.Like((c.Email + " " + c.Name + " " + c.Company).ToLower(), recipient, @"\"));
        foreach (var word in Words(filter.Text))
            found = found.Where(c => EF.Functions.Like((c.Letter!.Subject + " " + c.Email + " " + c.Name + " " + c.Company).ToLower(), word, @"\"));
        if (after is { At: var at, Id: var id })
            found = found.Where(c => c.LastEventAt < at || (c.LastEventAt == at && c.Id < id));

        return found.OrderByDescending(c => c.LastEventAt).ThenByDescending(c => c.Id).Select(c => new ConversationRow
        {
            Id = c.Id,
            LetterId = c.LetterId,
            Reference = c.Letter!.Consultation!.Reference,
            Status = c.Status,
            Type = c.Letter.Type,
            Mode = c.Letter.Mode,
            Subject = c.Letter.Subject,
            Email = c.Email,
            Name = c.Name,
            Company = c.Company,
            Author = c.Letter.AuthorName,
            SentAt = c.SentAt,
            LastEventAt = c.LastEventAt,
            ReplyExpected = c.Letter.ReplyExpected,
            ReplyDue = c.Letter.ReplyDue,
            Favourite = db.Favourites.Any(f => f.OwnerId == owner && f.ConversationId == c.Id),
            Attachments = c.Letter.Attachments.Count,
        });
    }

    private IQueryable<ConversationRow> Drafts(Caller caller, ConversationFilter filter, Cursor? after)
    {
        var found = db.Letters.AsNoTracking().Where(l => l.OrganisationId == caller.OrganisationId && l.State == LetterState.Draft);
        if (filter.Reference is { } reference)
            found = found.Where(l => l.Consultation!.Reference == reference);
        if (filter.Type is { } type)
            found = found.Where(l => l.Type == type);
        if (filter.Mode is { } mode)
            found = found.Where(l => l.Mode == mode);
        if (filter.ReplyExpected is { } expected)
            found = found.Where(l => l.ReplyExpected == expected);
        if (filter.WithAttachments is { } with)
            found = found.Where(l => l.Attachments.Count != 0 == with);
        if (Pattern(filter.Sender) is { } sender)
            found = found.Where(l => EF.Functions.Like(l.AuthorName.ToLower(), sender, @"\"));
        foreach (var word in Words(filter.Text))
            found = found.Where(l => EF.Functions.Like(l.Subject.ToLower(), word, @"\"));
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
            Recipients = l.Recipients.Count,
        });
    }

    private static IEnumerable<string> Words(string? text) =>
        (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(10).Select(w => Pattern(w)!);

    private static string? Pattern(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : $"%{text.Trim().ToLowerInvariant().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
}

/// <summary>How many conversations of a consultation stand in each status, drafts included; zeroes left out.</summary>
public sealed class CountStatuses(VaguemestreDb db)
{
    public async Task<IReadOnlyDictionary<Status, int>> RunAsync(Caller caller, string reference, CancellationToken cancel)
    {
        var counts = await db.Conversations
            .Where(c => c.OrganisationId == caller.OrganisationId && c.Letter!.Consultation!.Reference == reference)
            .GroupBy(c => c.Status).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        var drafts = await db.Letters.CountAsync(l => l.OrganisationId == caller.OrganisationId && l.State == LetterState.Draft && l.Consultation!.Reference == reference, cancel);
        if (drafts > 0)
            counts[Status.Draft] = drafts;
        return counts;
    }
}
