using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Historique;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Tracking;

/// <summary>Whom a message went to.</summary>
/// <param name="AcknowledgedAt">When its receipt was acknowledged by the link; null while it was not.</param>
/// <param name="WrongRecipientAt">When whoever holds the link said not to be the right one; null where nobody did.</param>
public sealed record MessageRecipient(Guid ConversationId, string Email, string? Name, DateTimeOffset? AcknowledgedAt, DateTimeOffset? WrongRecipientAt);

/// <summary>A reply to a message, which is a message of its own.</summary>
/// <param name="From">Who wrote it, as it is named.</param>
public sealed record MessageReplyLine(Guid Id, DateTimeOffset At, string From, int Files);

/// <summary>A message of the messagerie historique as it was sent, and the replies that it has, oldest first.</summary>
public sealed record SentMessage(Letter Letter, IReadOnlyList<MessageRecipient> Recipients, IReadOnlyList<MessageReplyLine> Replies);

/// <summary>Reads a message that the caller's organisation sent. A letter of the other edition is none.</summary>
public sealed class ReadMessage(VaguemestreDb db)
{
    private const int MostRecipients = Letters.Writing.DraftContent.MostRecipients;

    public async Task<Result<SentMessage>> RunAsync(Caller caller, Guid letterId, CancellationToken cancel)
    {
        var letter = await db.Letters.AsNoTracking().Include(l => l.Consultation).Include(l => l.Attachments.OrderBy(a => a.Rank)).AsSplitQuery()
            .SingleOrDefaultAsync(l => l.Id == letterId && l.OrganisationId == caller.OrganisationId && l.State == LetterState.Sent && l.IsHistorique, cancel);
        if (letter is null)
            return NotFound;
        var conversations = await db.Conversations.AsNoTracking().Where(c => c.LetterId == letterId).OrderBy(c => c.Recipient!.Rank).ThenBy(c => c.Id).Take(MostRecipients).Select(c => new { c.Id, c.Email, c.Name }).ToListAsync(cancel);
        var facts = await db.Facts.AsNoTracking().Where(f => db.Conversations.Any(c => c.Id == f.SubjectId && c.LetterId == letterId) && (f.Kind == FactKind.Opened || f.Kind == FactKind.WrongRecipient))
            .Select(f => new { f.SubjectId, f.Kind, f.At }).ToListAsync(cancel);
        var at = facts.ToLookup(f => (f.SubjectId, f.Kind), f => (DateTimeOffset?)f.At);
        var replies = await db.Replies.AsNoTracking().Where(r => r.Conversation!.LetterId == letterId).OrderBy(r => r.At).ThenBy(r => r.Id).Take(MostRecipients)
            .Select(r => new MessageReplyLine(r.Id, r.At, r.Conversation!.Company ?? r.Conversation.Name ?? r.Conversation.Email, r.Attachments.Count)).ToListAsync(cancel);
        return new SentMessage(letter, [.. conversations.Select(c => new MessageRecipient(c.Id, c.Email, c.Name, at[(c.Id, FactKind.Opened)].Min(), at[(c.Id, FactKind.WrongRecipient)].Min()))], replies);
    }

    internal static Problem NotFound { get; } = Problem.NotFound("message-not-found", "Ce message n'existe pas.");
}

/// <summary>Reads a reply of the caller's organisation by itself, with its files and what it answers. Reading it is no fact.</summary>
public sealed class ReadMessageReply(VaguemestreDb db)
{
    public async Task<Result<Reply>> RunAsync(Caller caller, Guid replyId, CancellationToken cancel) =>
        await db.Replies.AsNoTracking().Include(r => r.Attachments.OrderBy(a => a.Rank)).Include(r => r.Conversation!.Letter!.Consultation).AsSplitQuery()
            .SingleOrDefaultAsync(r => r.Id == replyId && r.OrganisationId == caller.OrganisationId && r.Conversation!.IsHistorique, cancel) is { } found ? found : ReadMessage.NotFound;
}

/// <summary>Reads an imported message of the caller's organisation, with the names of its files.</summary>
public sealed class ReadImportedMessage(VaguemestreDb db)
{
    public async Task<Result<ImportedMessage>> RunAsync(Caller caller, Guid id, CancellationToken cancel) =>
        await db.ImportedMessages.AsNoTracking().Include(m => m.Consultation).Include(m => m.Files.OrderBy(f => f.Rank)).AsSplitQuery()
            .SingleOrDefaultAsync(m => m.Id == id && m.OrganisationId == caller.OrganisationId, cancel) is { } found ? found : ReadMessage.NotFound;

    /// <summary>The one that an export gives this identifier; null where it was not imported.</summary>
    public Task<ImportedMessage?> BySourceAsync(Guid consultationId, string sourceId, CancellationToken cancel) =>
        db.ImportedMessages.AsNoTracking().SingleOrDefaultAsync(m => m.ConsultationId == consultationId && m.SourceId == sourceId, cancel);
}

/// <summary>Which pages tell of a letter or a conversation of the caller's organisation: null for one of the other edition, or that is not there.</summary>
/// <param name="LetterId">The message.</param>
public sealed record MessagePlace(Guid LetterId, bool Sent);

/// <inheritdoc cref="MessagePlace"/>
public sealed class FindMessage(VaguemestreDb db)
{
    public Task<MessagePlace?> RunAsync(Caller caller, Guid letterId, CancellationToken cancel) =>
        db.Letters.Where(l => l.Id == letterId && l.OrganisationId == caller.OrganisationId && l.IsHistorique && l.DeletedAt == null)
            .Select(l => new MessagePlace(l.Id, l.State == LetterState.Sent)).SingleOrDefaultAsync(cancel);

    public Task<MessagePlace?> OfConversationAsync(Caller caller, Guid conversationId, CancellationToken cancel) =>
        db.Conversations.Where(c => c.Id == conversationId && c.OrganisationId == caller.OrganisationId && c.IsHistorique)
            .Select(c => new MessagePlace(c.LetterId, true)).SingleOrDefaultAsync(cancel);
}
