using System.Security.Cryptography;
using System.Text;
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
        db.WriteAsync(() => InTransactionAsync(caller, letterId, atItsHour: false, cancel), cancel);

    /// <summary>Sends a scheduled draft whose hour has come, unless somebody took the schedule back meanwhile.</summary>
    internal Task<Result<Letter>> AtItsHourAsync(Caller caller, Guid letterId, CancellationToken cancel) =>
        db.WriteAsync(() => InTransactionAsync(caller, letterId, atItsHour: true, cancel), cancel);

    private async Task<Result<Letter>> InTransactionAsync(Caller caller, Guid letterId, bool atItsHour, CancellationToken cancel)
    {
        var found = await new FindLetter(db).DraftAsync(caller, letterId, cancel, evenScheduled: true);
        if (!found.Succeeded)
            return found.Problem!;
        var letter = found.Value;
        var now = clock.Now();
        if (atItsHour && !(letter.SendAt <= now))
            return Problem.Conflict("not-scheduled", "L'envoi de ce courrier n'est plus programmé.");
        var reasons = WhyNot(letter, settings, now).ToList();
        if (reasons.Count > 0)
            return Problem.Invalid(reasons);

        var organisation = await db.Organisations.Where(o => o.Id == letter.OrganisationId).Select(o => o.Name).SingleAsync(cancel);
        var common = LetterVariables.Common(letter, organisation, now);
        letter.Freeze(common.FillLine(letter.Subject), common.FillBody(letter.Body));
        var content = Sha256(LetterContent.Canonical(letter));
        letter.MarkSent(content, now);
        await journal.AppendAsync(letter.JournalSubject, FactKind.LetterSent, new LetterSentContent(Convert.ToHexStringLower(content), letter.Recipients.Count, caller.Name), caller.Actor, cancel: cancel);

        foreach (var recipient in letter.Recipients)
        {
            var conversation = Converse(letter, recipient, now);
            var sending = Sending.Of(conversation, now);
            List<LetterAttachment> files = [.. letter.Attachments, .. recipient.Attachments];
            var (subject, body) = (conversation.OwnSubject ?? letter.Subject, conversation.OwnBody ?? letter.Body);
            var digest = subject == letter.Subject && body == letter.Body && recipient.Attachments.Count == 0 ? content : Sha256(LetterContent.Canonical(letter, subject, body, files));
            var submitted = new SubmittedContent(organisation, caller.Name, letter.Consultation!.Reference, letter.Consultation.Title, letter.Type, letter.Mode, subject, recipient.Email, recipient.Name, recipient.Company, Convert.ToHexStringLower(digest), [.. files.Select(FileDigest.Of)]);
            journal.Begin(conversation.JournalSubject, FactKind.Submitted, submitted, caller.Actor, sending.Id);
            db.Conversations.Add(conversation);
            db.Sendings.Add(sending);
        }

        await RememberTypedAsync(letter, now, cancel);
        return letter;
    }

    private static byte[] Sha256(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>Every reason why the draft could not be sent at that instant.</summary>
    internal static IEnumerable<FieldError> WhyNot(Letter letter, Settings settings, DateTimeOffset now)
    {
        if (letter.Recipients.Count == 0)
            yield return new FieldError("recipients", "Choisissez au moins un destinataire.");
        if (letter.Subject.Length == 0)
            yield return new FieldError("subject", "Saisissez l'objet du courrier.");
        if (BodyHtml.IsEmpty(letter.Body))
            yield return new FieldError("bodyHtml", "Saisissez le texte du courrier.");
        var limit = AttachmentLimits.For(letter.Mode, settings);
        if (letter.AttachmentsSize > limit)
            yield return new FieldError("attachments", AttachmentLimits.TooLarge(limit).Message);
        else if (letter.Recipients.Find(r => letter.AttachmentsSize + r.Attachments.Sum(a => a.Size) > limit) is { } heavy)
            yield return new FieldError("attachments", $"Avec ses fichiers propres, {heavy.Email} recevrait plus que ce mode d'envoi n'admet. Retirez-lui un fichier.");
        if (letter.ReplyDue <= now)
            yield return new FieldError("replyDue", "La date limite de réponse est passée. Choisissez une date à venir.");
    }

    private Conversation Converse(Letter letter, LetterRecipient recipient, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var own = LetterVariables.Of(recipient.AsInput(), recipient.Paragraph);
        var (subject, body) = (own.FillLine(letter.Subject), own.FillBody(letter.Body));
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
            RecipientId = recipient.Id,
            OwnSubject = subject == letter.Subject ? null : subject,
            OwnBody = body == letter.Body ? null : body,
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
            .Select(EmailAddress.Fold).ToHashSet(StringComparer.Ordinal);
        var rank = await db.Contacts.CountAsync(c => c.ConsultationId == letter.ConsultationId && c.Register == Register.FreeEntries, cancel);
        foreach (var typed in letter.Recipients.Where(r => r.Register is null && known.Add(EmailAddress.Fold(r.Email))))
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
    }
}
