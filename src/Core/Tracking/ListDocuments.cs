using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Historique;

namespace Vaguemestre.Core.Tracking;

/// <summary>A document that was sent or received in a consultation.</summary>
/// <param name="LetterId">The letter it was sent with; null for one received.</param>
/// <param name="ConversationId">The conversation it was received in; null for one sent.</param>
/// <param name="Unread">It came with a reply that no agent has opened: it is taken after that.</param>
/// <param name="Historique">It came with a reply to a message of the messagerie historique, which has a page of its own.</param>
/// <param name="ImportedId">The imported message it came with; null for one of ours.</param>
public sealed record DocumentRow(string Name, long Size, DateTimeOffset At, Guid AttachmentId, Guid? LetterId, Guid? ConversationId, Guid? ReplyId, string About, Guid? ImportedId = null, bool ImportedReply = false, bool Unread = false, bool Historique = false)
{
    public bool Received => ImportedId is null ? LetterId is null : ImportedReply;
}

/// <summary>Every document joined to a sent letter or to a reply of a consultation, and those whose content was imported, newest first.</summary>
public sealed class ListDocuments(VaguemestreDb db)
{
    public const int MostItems = 200;

    public async Task<IReadOnlyList<DocumentRow>> RunAsync(Caller caller, string reference, CancellationToken cancel)
    {
        var sent = await db.Letters.Where(l => l.OrganisationId == caller.OrganisationId && l.Consultation!.Reference == reference && l.State == LetterState.Sent)
            .OrderByDescending(l => l.SentAt)
            .SelectMany(l => l.Attachments, (l, a) => new DocumentRow(a.Name, a.Size, l.SentAt!.Value, a.Id, l.Id, null, null, l.Subject))
            .Take(MostItems).ToListAsync(cancel);
        var own = await db.Conversations.Where(c => c.OrganisationId == caller.OrganisationId && c.Letter!.Consultation!.Reference == reference && c.CorrectsId == null)
            .OrderByDescending(c => c.SentAt)
            .SelectMany(c => c.Recipient!.Attachments, (c, a) => new DocumentRow(a.Name, a.Size, c.SentAt, a.Id, c.LetterId, null, null, c.Company ?? c.Email))
            .Take(MostItems).ToListAsync(cancel);
        var received = await db.Replies.Where(r => r.OrganisationId == caller.OrganisationId && r.Conversation!.Letter!.Consultation!.Reference == reference)
            .OrderByDescending(r => r.At)
            .SelectMany(r => r.Attachments, (r, a) => new DocumentRow(a.Name, a.Size, r.At, a.Id, null, r.ConversationId, r.Id, r.Conversation!.Company ?? r.Conversation.Email, null, false, r.OpenedAt == null && !r.Conversation.IsHistorique, r.Conversation.IsHistorique))
            .Take(MostItems).ToListAsync(cancel);
        var imported = await db.ImportedMessages.Where(m => m.OrganisationId == caller.OrganisationId && m.Consultation!.Reference == reference)
            .OrderByDescending(m => m.At)
            .SelectMany(m => m.Files.Where(f => f.FileId != null), (m, f) => new DocumentRow(f.Name, f.Size ?? 0, m.At, f.Id, null, null, null, m.Kind == ImportedKind.Sent ? m.Subject : m.SenderCompany ?? m.SenderName ?? m.SenderEmail ?? "", m.Id, m.Kind == ImportedKind.Reply))
            .Take(MostItems).ToListAsync(cancel);
        return [.. sent.Concat(own).Concat(received).Concat(imported).OrderByDescending(d => d.At).Take(MostItems)];
    }
}
