using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// Sends a letter, once: in one transaction the content is frozen under its hash, each recipient gets a conversation, its
/// first fact and a row of the outbox. When it answers, the letter is on its way whatever crashes next.
/// </summary>
public sealed class SendLetter(VaguemestreDb db, Journal.Journal journal, PersonalLink links, Settings settings, TimeProvider clock)
{
    /// <returns>The letter; or <c>invalid</c> with every reason why it cannot go, <c>letter-already-sent</c>, <c>letter-not-found</c>.</returns>
    public Task<Result<Letter>> RunAsync(Caller caller, Guid letterId, CancellationToken cancel) =>
        db.WriteAsync(() => InTransactionAsync(caller, letterId, cancel), cancel);

    private async Task<Result<Letter>> InTransactionAsync(Caller caller, Guid letterId, CancellationToken cancel)
    {
        var found = await new FindLetter(db).DraftAsync(caller, letterId, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var letter = found.Value;
        var now = clock.Now();
        var reasons = WhyNot(letter, now).ToList();
        if (reasons.Count > 0)
            return Problem.Invalid(reasons);

        var content = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(LetterContent.Canonical(letter)));
        letter.MarkSent(content, now);
        var organisation = await db.Organisations.Where(o => o.Id == letter.OrganisationId).Select(o => o.Name).SingleAsync(cancel);
        var digest = Convert.ToHexStringLower(content);
        await journal.AppendAsync(letter.JournalSubject, FactKind.LetterSent, new LetterSentContent(digest, letter.Recipients.Count, caller.Name), caller.Actor, cancel: cancel);

        List<FileDigest> attachments = [.. letter.Attachments.Select(FileDigest.Of)];
        foreach (var recipient in letter.Recipients)
        {
            var conversation = Converse(letter, recipient, now);
            var sending = Sending.Of(conversation, now);
            var submitted = new SubmittedContent(organisation, caller.Name, letter.Consultation!.Reference, letter.Consultation.Title, letter.Type, letter.Mode, letter.Subject, recipient.Email, recipient.Name, recipient.Company, digest, attachments);
            journal.Begin(conversation.JournalSubject, FactKind.Submitted, submitted, caller.Actor, sending.Id);
            db.Conversations.Add(conversation);
            db.Sendings.Add(sending);
        }

        await RememberTypedAsync(letter, now, cancel);
        return letter;
    }

    private IEnumerable<FieldError> WhyNot(Letter letter, DateTimeOffset now)
    {
        if (letter.Recipients.Count == 0)
            yield return new FieldError("recipients", "Choisissez au moins un destinataire.");
        if (letter.Subject.Length == 0)
            yield return new FieldError("subject", "Saisissez l'objet du courrier.");
        if (BodyHtml.IsEmpty(letter.Body))
            yield return new FieldError("bodyHtml", "Saisissez le texte du courrier.");
        if (letter.AttachmentsSize > AttachmentLimits.For(letter.Mode, settings))
            yield return new FieldError("attachments", AttachmentLimits.TooLarge(AttachmentLimits.For(letter.Mode, settings)).Message);
        if (letter.ReplyDue <= now)
            yield return new FieldError("replyDue", "La date limite de réponse est passée. Choisissez une date à venir.");
    }

    private Conversation Converse(Letter letter, LetterRecipient recipient, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var conversation = new Conversation
        {
            Id = id,
            OrganisationId = letter.OrganisationId,
            ConsultationId = letter.ConsultationId,
            LetterId = letter.Id,
            Email = recipient.Email,
            Name = recipient.Name,
            Company = recipient.Company,
            Register = recipient.Register,
            SentAt = now,
            LinkHash = letter.Mode == DeliveryMode.Tracked ? links.HashOf(id) : null,
        };
        conversation.Project(Status.Sending, now);
        return conversation;
    }

    /// <summary>A typed address that no register holds feeds the consultation's free entries, for the next letters.</summary>
    private async Task RememberTypedAsync(Letter letter, DateTimeOffset now, CancellationToken cancel)
    {
        if (letter.Recipients.TrueForAll(r => r.Register is not null))
            return;
        await db.LockAsync<Consultation>(letter.ConsultationId, cancel);
        var known = (await db.Contacts.Where(c => c.ConsultationId == letter.ConsultationId && c.Email != null).Select(c => c.Email!).ToListAsync(cancel))
            .Select(Fold).ToHashSet(StringComparer.Ordinal);
        var rank = await db.Contacts.CountAsync(c => c.ConsultationId == letter.ConsultationId && c.Register == Register.FreeEntries, cancel);
        foreach (var typed in letter.Recipients.Where(r => r.Register is null && known.Add(Fold(r.Email))))
        {
            db.Contacts.Add(new Contact
            {
                Id = Guid.CreateVersion7(now),
                OrganisationId = letter.OrganisationId,
                ConsultationId = letter.ConsultationId,
                Register = Register.FreeEntries,
                Company = typed.Company ?? typed.Name ?? typed.Email,
                Name = typed.Name,
                Email = typed.Email,
                At = now,
                Rank = rank++,
            });
        }

        static string Fold(string email) => EmailAddress.Parse(email, out _)?.Folded ?? email;
    }
}
