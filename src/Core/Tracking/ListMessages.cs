using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Historique;

namespace Vaguemestre.Core.Tracking;

/// <summary>What a line of the flat list is.</summary>
public enum MessageKind
{
    Sent,
    Reply,
    ImportedSent,
    ImportedReply,
}

/// <summary>One line of the flat list: a message sent, or a reply; never both in one.</summary>
public sealed record MessageRow
{
    /// <summary>Of the letter, the reply, or the imported message, as <see cref="Kind"/> says.</summary>
    public required Guid Id { get; init; }

    public required MessageKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Subject { get; init; }

    /// <summary>Who wrote it, as it is named.</summary>
    public required string From { get; init; }

    /// <summary>The first address it went to; null for a reply.</summary>
    public string? FirstRecipient { get; init; }

    public int Recipients { get; init; }

    public required int Files { get; init; }

    /// <summary>Of a reply that came here; else null.</summary>
    public Guid? ConversationId { get; init; }

    /// <summary>A letter of the other edition, or a reply to one: it has the pages of that edition, whatever the consultation's date has become.</summary>
    public bool IsOfLetter { get; init; }

    /// <summary>For one sent: how many recipients acknowledged its receipt by the link.</summary>
    public int Acknowledged { get; init; }

    /// <summary>The first acknowledgement; null while there is none.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    public bool IsReply => Kind is MessageKind.Reply or MessageKind.ImportedReply;

    public bool IsImported => Kind is MessageKind.ImportedSent or MessageKind.ImportedReply;
}

/// <summary>
/// The list of the messagerie historique: every message of a consultation and every reply as a line of its own, whatever they belong to,
/// newest first, a page at a time from a cursor. Knows no status, and lists nothing that was not sent. Of a consultation whose date was
/// corrected it holds the letters of the other edition too, or leaves them out.
/// </summary>
public sealed class ListMessages(VaguemestreDb db)
{
    /// <param name="caller">Who asks.</param>
    /// <param name="consultation">Whose messages.</param>
    /// <param name="after">Where the page before ended.</param>
    /// <param name="limit">Lines of a page.</param>
    /// <param name="cancel">The caller went away.</param>
    /// <param name="onlyHistorique">Without letters of the other edition.</param>
    /// <returns>A page; or <c>invalid</c> on <c>cursor</c>, <c>limit</c>; <c>consultation-not-found</c>.</returns>
    public async Task<Result<Page<MessageRow>>> RunAsync(Caller caller, Consultation consultation, string? after, int limit, CancellationToken cancel, bool onlyHistorique = false)
    {
        var cursor = Cursor.Parse(after);
        if (!cursor.Succeeded)
            return cursor.Problem!;
        if (limit is < 1 or > ListConversations.MostItems)
            return Problem.Invalid("limit", $"La limite va de 1 à {ListConversations.MostItems}.");
        if (consultation.OrganisationId != caller.OrganisationId)
            return Problem.NotFound("consultation-not-found", "Cette consultation n'existe pas.");

        List<MessageRow> rows =
        [
            .. await Sent(consultation.Id, cursor.Value, onlyHistorique).Take(limit + 1).ToListAsync(cancel),
            .. await Replies(consultation.Id, cursor.Value, onlyHistorique).Take(limit + 1).ToListAsync(cancel),
            .. await Imported(consultation.Id, cursor.Value).Take(limit + 1).ToListAsync(cancel),
        ];
        rows = [.. rows.OrderByDescending(r => r.At).ThenByDescending(r => r.Id.ToString("N"), StringComparer.Ordinal).Take(limit + 1)];
        var next = rows.Count > limit ? new Cursor(rows[limit - 1].At, rows[limit - 1].Id).ToString() : null;
        return new Page<MessageRow>(await AcknowledgedAsync([.. rows.Take(limit)], cancel), next);
    }

    private IQueryable<MessageRow> Sent(Guid consultation, Cursor? after, bool onlyHistorique)
    {
        var found = db.Letters.AsNoTracking().Where(l => l.ConsultationId == consultation && l.State == LetterState.Sent);
        if (onlyHistorique)
            found = found.Where(l => l.IsHistorique);
        if (after is { At: var at, Id: var id })
            found = found.Where(l => l.SentAt < at || (l.SentAt == at && l.Id < id));
        return found.OrderByDescending(l => l.SentAt).ThenByDescending(l => l.Id).Select(l => new MessageRow
        {
            Id = l.Id,
            Kind = MessageKind.Sent,
            At = l.SentAt!.Value,
            Subject = l.Subject,
            From = l.AuthorName,
            FirstRecipient = l.Recipients.OrderBy(r => r.Rank).Select(r => r.Email).FirstOrDefault(),
            Recipients = l.Recipients.Count,
            Files = l.Attachments.Count,
            IsOfLetter = !l.IsHistorique,
        });
    }

    private IQueryable<MessageRow> Replies(Guid consultation, Cursor? after, bool onlyHistorique)
    {
        var found = db.Replies.AsNoTracking().Where(r => r.Conversation!.ConsultationId == consultation);
        if (onlyHistorique)
            found = found.Where(r => r.Conversation!.IsHistorique);
        if (after is { At: var at, Id: var id })
            found = found.Where(r => r.At < at || (r.At == at && r.Id < id));
        return found.OrderByDescending(r => r.At).ThenByDescending(r => r.Id).Select(r => new MessageRow
        {
            Id = r.Id,
            Kind = MessageKind.Reply,
            At = r.At,
            Subject = r.Conversation!.OwnSubject ?? r.Conversation.Letter!.Subject,
            From = r.Conversation.Company ?? r.Conversation.Name ?? r.Conversation.Email,
            Files = r.Attachments.Count,
            ConversationId = r.ConversationId,
            IsOfLetter = !r.Conversation.IsHistorique,
        });
    }

    private IQueryable<MessageRow> Imported(Guid consultation, Cursor? after)
    {
        var found = db.ImportedMessages.AsNoTracking().Where(m => m.ConsultationId == consultation);
        if (after is { At: var at, Id: var id })
            found = found.Where(m => m.At < at || (m.At == at && m.Id < id));
        return found.OrderByDescending(m => m.At).ThenByDescending(m => m.Id).Select(m => new MessageRow
        {
            Id = m.Id,
            Kind = m.Kind == ImportedKind.Sent ? MessageKind.ImportedSent : MessageKind.ImportedReply,
            At = m.At,
            Subject = m.Subject,
            From = m.SenderCompany ?? m.SenderName ?? m.SenderEmail ?? "",
            Files = m.Files.Count,
        });
    }

    /// <summary>Fills in what the page's lines alone need: acknowledgements, and whom imported messages went to.</summary>
    private async Task<IReadOnlyList<MessageRow>> AcknowledgedAsync(IReadOnlyList<MessageRow> rows, CancellationToken cancel)
    {
        var sent = rows.Where(r => r.Kind == MessageKind.Sent).Select(r => r.Id).ToList();
        var opened = await db.Conversations.Where(c => sent.Contains(c.LetterId))
            .Join(db.Facts.Where(f => f.Kind == FactKind.Opened), c => c.Id, f => f.SubjectId, (c, f) => new { c.LetterId, f.At })
            .GroupBy(o => o.LetterId).Select(g => new { g.Key, Count = g.Count(), First = g.Min(o => o.At) }).ToDictionaryAsync(o => o.Key, cancel);
        var imported = rows.Where(r => r.Kind == MessageKind.ImportedSent).Select(r => r.Id).ToList();
        var recipients = imported.Count == 0 ? [] : await db.ImportedMessages.AsNoTracking().Where(m => imported.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Recipients, cancel);
        return [.. rows.Select(row => opened.TryGetValue(row.Id, out var o) ? row with { Acknowledged = o.Count, AcknowledgedAt = o.First }
            : recipients.TryGetValue(row.Id, out var whom) ? row with { FirstRecipient = whom[0].Email, Recipients = whom.Count }
            : row)];
    }
}
