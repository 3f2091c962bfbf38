using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Files.Scanning;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Mail;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery;

/// <summary>
/// Sends the mail of a draft to the agent who writes it, as one of its recipients would get it. Not through the outbox: the
/// relay's answer is told at once, and nothing is tried again. Its link leads to the agent's preview, not to a letter.
/// </summary>
public sealed class SendTest(VaguemestreDb db, LetterMail mails, Journal.Journal journal, Settings settings, TimeProvider clock)
{
    /// <returns>What the relay answered; or <c>no-address</c>, <c>file-unscanned</c>, <c>file-infected</c>, <c>test-refused</c> with the relay's words, <c>relay-unreachable</c>.</returns>
    public async Task<Result<string>> RunAsync(Caller caller, string organisation, DraftForRecipient draft, CancellationToken cancel)
    {
        if (draft.Letter.OrganisationId != caller.OrganisationId || draft.Letter.State != LetterState.Draft)
            return FindLetter.NotFound;
        if (caller.Email is not { } to)
            return Problem.Conflict("no-address", "Vous n'avez pas d'adresse à laquelle envoyer un essai.");

        if (draft.Files.Select(f => HeldFiles.WhyNot(f.Name, f.File!)).OfType<Problem>().FirstOrDefault() is { } held)
            return held;

        var now = clock.Now();
        var id = Guid.CreateVersion7(now).ToString("N");
        var link = settings.Link($"/courriers/{draft.Letter.Id}/apercu");
        var mail = mails.Test(draft, organisation, new Mailbox(to, caller.Name), link, id, now);
        await using var relay = new RelayLine(settings);
        var answer = await relay.SendAsync(new Envelope(settings.Mail.FromAddress, to, id), mail, cancel);
        if (answer.Outcome == RelayOutcome.Refused)
            return Problem.Conflict("test-refused", $"Le relais a refusé l'essai : {answer.Reply}");
        if (answer.Outcome != RelayOutcome.Accepted)
            return Problem.Conflict("relay-unreachable", "Le relais n'a pas pris l'essai. Réessayez dans un moment ; le brouillon est intact.");
        return await db.WriteAsync<string>(
            async () =>
            {
                await db.LockAsync<Letter>(draft.Letter.Id, cancel);
                await journal.AppendAsync(draft.Letter.JournalSubject, FactKind.TestSent, new TestSentContent(draft.Recipient.Email, answer.Reply), caller.Actor, cancel: cancel);
                return answer.Reply;
            },
            cancel);
    }
}
