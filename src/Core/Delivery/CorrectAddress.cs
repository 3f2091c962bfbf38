using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Delivery;

/// <summary>
/// Sends the letter of a conversation that is undelivered, or whose holder said not to be the right recipient, as it was, to a corrected
/// address: a new conversation that continues the first, with a link, a sending and facts of its own. The first stays as it is, and says
/// where the letter went.
/// </summary>
public sealed class CorrectAddress(VaguemestreDb db, Journal.Journal journal, ConversationJournal conversations, PersonalLink links, TimeProvider clock)
{
    /// <summary>The letter has a conversation with that address already.</summary>
    public const string AlreadyWritten = "already-recipient";

    /// <summary>Addresses that one conversation may be continued at.</summary>
    public const int MostCorrections = 10;

    /// <returns>
    /// The new conversation; or <c>conversation-not-found</c>, <c>not-undelivered</c>, <c>invalid</c> for what is no address or
    /// the same one, <see cref="AlreadyWritten"/>, <c>too-many-corrections</c>.
    /// </returns>
    public Task<Result<Conversation>> RunAsync(Caller caller, Guid conversationId, string? email, CancellationToken cancel) =>
        db.WriteAsync(() => InTransactionAsync(caller, conversationId, email, cancel), cancel);

    private async Task<Result<Conversation>> InTransactionAsync(Caller caller, Guid conversationId, string? email, CancellationToken cancel)
    {
        var letterId = await db.Conversations.Where(c => c.Id == conversationId && c.OrganisationId == caller.OrganisationId).Select(c => (Guid?)c.LetterId).SingleOrDefaultAsync(cancel);
        if (letterId is not { } id)
            return ResendConversation.NotFound;
        await db.LockAsync<Letter>(id, cancel); // two corrections at once never give one letter twice to one address
        var first = (await conversations.LockAsync(conversationId, cancel))!;
        if (first.IsHistorique)
            return Messages.NoDeliveryStatus;
        if (first.Status != Status.Undelivered && !await db.Facts.AnyAsync(f => f.SubjectId == first.Id && f.Kind == FactKind.WrongRecipient, cancel))
            return Problem.Conflict(ResendConversation.NotUndelivered, "Seul un courrier non délivré, ou arrivé au mauvais destinataire selon qui l'a reçu, peut être envoyé à une adresse corrigée.");
        if (EmailAddress.Parse(email, out var why) is not { } address)
            return Problem.Invalid("email", why);
        if (await WhyNotAsync(first, address, cancel) is { } refused)
            return refused;

        var now = clock.Now();
        var consultation = await db.Consultations.SingleAsync(c => c.Id == first.ConsultationId, cancel);
        var next = Continue(first, address, now);
        var submission = new Submission(db, journal, caller);
        submission.Begin(next, new CorrectedSending(first.Id, first.Email));
        first.AwaitedUntil = null; // a reply is awaited from the right address
        await submission.WriteAsync(cancel);
        await conversations.AppendAsync(first, FactKind.Readdressed, new CorrectedAddress(next.Email, next.Id), caller.Actor, cancel: cancel);
        await FreeEntries.RememberAsync(db, consultation, [new RecipientInput(next.Email, next.Name, next.Company)], now, cancel);
        return next;
    }

    private async Task<Problem?> WhyNotAsync(Conversation first, EmailAddress address, CancellationToken cancel)
    {
        if (EmailAddress.Fold(first.Email) == address.Folded)
            return Problem.Invalid("email", "C'est la même adresse : relancez le courrier.");
        var others = await db.Conversations.Where(c => c.LetterId == first.LetterId).Select(c => new { c.Email, c.CorrectsId }).ToListAsync(cancel);
        if (others.Exists(c => EmailAddress.Fold(c.Email) == address.Folded))
            return Problem.Conflict(AlreadyWritten, $"Ce courrier a déjà été envoyé à {address} : voyez l'échange avec ce destinataire.");
        return others.Count(c => c.CorrectsId == first.Id) >= MostCorrections
            ? Problem.Conflict("too-many-corrections", $"Ce courrier a déjà été envoyé à {MostCorrections} adresses corrigées. Écrivez un nouveau courrier.")
            : null;
    }

    private Conversation Continue(Conversation first, EmailAddress address, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        return new Conversation
        {
            Id = id,
            OrganisationId = first.OrganisationId,
            ConsultationId = first.ConsultationId,
            LetterId = first.LetterId,
            Email = address.Text,
            Name = first.Name,
            Company = first.Company,
            RecipientId = first.RecipientId,
            CorrectsId = first.Id,
            OwnSubject = first.OwnSubject,
            OwnBody = first.OwnBody,
            SentAt = now,
            AwaitedUntil = first.Letter!.ReplyDue,
            LinkHash = first.LinkHash is null ? null : links.HashOf(id),
        };
    }
}
