using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Delivery;

/// <summary>Relance: the letter of an undelivered conversation goes again as it was, as a new sending.</summary>
public sealed class ResendConversation(VaguemestreDb db, ConversationJournal journal, TimeProvider clock)
{
    /// <summary>The code of the refusal of what arrived, is on its way, or was read meanwhile.</summary>
    public const string NotUndelivered = "not-undelivered";

    /// <summary>The code of the refusal of what would bring a link that opens nothing.</summary>
    public const string LinkEnded = "link-ended";

    internal static Problem NotFound { get; } = Problem.NotFound("conversation-not-found", "Cette conversation n'existe pas.");

    /// <returns>The conversation, on its way again; or <c>conversation-not-found</c>, <see cref="NotUndelivered"/>, <see cref="LinkEnded"/>.</returns>
    public Task<Result<Conversation>> RunAsync(Caller caller, Guid conversationId, CancellationToken cancel) =>
        db.WriteAsync<Conversation>(
            async () =>
            {
                if (await journal.LockAsync(conversationId, cancel) is not { } conversation || conversation.OrganisationId != caller.OrganisationId)
                    return NotFound;
                if (conversation.IsHistorique)
                    return Messages.NoDeliveryStatus;
                if (conversation.Status != Status.Undelivered)
                    return Problem.Conflict(NotUndelivered, "Seul un courrier non délivré peut être relancé.");
                if (conversation.LinkEndedAt is not null)
                    return Problem.Conflict(LinkEnded, "Le lien personnel de ce courrier est désactivé : relancé, il n'ouvrirait rien. Envoyez le courrier à une adresse corrigée.");
                var sending = Sending.Of(conversation, clock.Now());
                var number = 1 + await db.Sendings.CountAsync(s => s.ConversationId == conversationId, cancel);
                db.Sendings.Add(sending);
                await journal.AppendAsync(conversation, FactKind.Resubmitted, new Resent(conversation.Email, number), caller.Actor, sending.Id, cancel);
                return conversation;
            },
            cancel);
}
