using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files.Scanning;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// Sends a letter, once: in one transaction the content is frozen under its hash, each recipient gets a conversation, its
/// first fact and a row of the outbox. When it answers, the letter is on its way whatever crashes next. One that answers a reply
/// is a fact of that conversation too.
/// </summary>
public sealed class SendLetter(VaguemestreDb db, Journal.Journal journal, ConversationJournal conversations, PersonalLink links, Settings settings, TimeProvider clock)
{
    /// <param name="version">The version that the caller has seen; null where it did not say.</param>
    /// <returns>The letter; or <c>invalid</c> with every reason why it cannot go, <c>stale</c>, <c>letter-already-sent</c>, <c>letter-not-found</c>.</returns>
    public Task<Result<Letter>> RunAsync(Caller caller, Guid letterId, CancellationToken cancel, int? version = null) =>
        db.WriteAsync(() => InTransactionAsync(caller, letterId, atItsHour: false, cancel, version), cancel);

    /// <summary>Sends a scheduled draft whose hour has come, unless somebody took the schedule back meanwhile.</summary>
    internal Task<Result<Letter>> AtItsHourAsync(Caller caller, Guid letterId, CancellationToken cancel) =>
        db.WriteAsync(() => InTransactionAsync(caller, letterId, atItsHour: true, cancel), cancel);

    private async Task<Result<Letter>> InTransactionAsync(Caller caller, Guid letterId, bool atItsHour, CancellationToken cancel, int? version = null)
    {
        var found = await new FindLetter(db).DraftAsync(caller, letterId, cancel, evenScheduled: true, version);
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
        var (subject, body) = Filled(letter, LetterVariables.Common(letter, organisation, now));
        if (subject.Length > DraftContent.LongestSubject)
            return Problem.Invalid("subject", $"Ses variables remplies, l'objet compte {subject.Length} caractères ; il en admet au plus {DraftContent.LongestSubject}. Raccourcissez-le.");
        letter.Freeze(subject, body, organisation, settings.Mail.FromName);
        var content = SHA256.HashData(Encoding.UTF8.GetBytes(LetterContent.Canonical(letter)));
        letter.MarkSent(content, now);
        await journal.AppendAsync(letter.JournalSubject, FactKind.LetterSent, new LetterSentContent(Convert.ToHexStringLower(content), letter.Recipients.Count, caller.Name), caller.Actor, cancel: cancel);

        var submission = new Submission(db, journal, caller);
        var begun = letter.Recipients.ConvertAll(recipient => Converse(letter, recipient, now));
        begun.ForEach(conversation => submission.Begin(conversation));
        await submission.WriteAsync(cancel);
        await TellAnsweredAsync(caller, letter, begun, cancel);
        if (!letter.IsHistorique)
            await FreeEntries.RememberAsync(db, letter.Consultation!, [.. letter.Recipients.Where(r => r.Register is null).Select(r => r.AsInput())], now, cancel);
        return letter;
    }

    private async Task TellAnsweredAsync(Caller caller, Letter letter, List<Conversation> begun, CancellationToken cancel)
    {
        if (letter.AnswersId is not { } id || await conversations.LockAsync(id, cancel) is not { } answered)
            return;
        var next = begun.Find(c => c.EmailKey == answered.EmailKey);
        await conversations.AppendAsync(answered, FactKind.Answered, new AnsweringLetter(letter.Id, next?.Subject ?? letter.Subject, next?.Id), caller.Actor, cancel: cancel);
    }

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
        foreach (var file in letter.Attachments.Concat(letter.Recipients.SelectMany(r => r.Attachments)))
        {
            if (HeldFiles.WhyNot(file.Name, file.File!) is { } held)
                yield return new FieldError("attachments", held.Message, held.Code);
        }

        if (letter.ReplyDue <= now)
            yield return new FieldError("replyDue", "La date limite de réponse est passée. Choisissez une date à venir.");
    }

    /// <summary>A message of the messagerie historique goes as it was written: it has no variables.</summary>
    private static (string Subject, string Body) Filled(Letter letter, LetterVariables variables) =>
        letter.IsHistorique ? (letter.Subject, letter.Body) : (variables.FillLine(letter.Subject), variables.FillBody(letter.Body));

    private Conversation Converse(Letter letter, LetterRecipient recipient, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var (subject, body) = Filled(letter, LetterVariables.Of(recipient.AsInput(), recipient.Paragraph));
        return new Conversation
        {
            Id = id,
            OrganisationId = letter.OrganisationId,
            ConsultationId = letter.ConsultationId,
            LetterId = letter.Id,
            IsHistorique = letter.IsHistorique,
            Email = recipient.Email,
            Name = recipient.Name,
            Company = recipient.Company,
            Register = recipient.Register,
            RecipientId = recipient.Id,
            OwnSubject = subject == letter.Subject ? null : subject,
            OwnBody = body == letter.Body ? null : body,
            SentAt = now,
            AwaitedUntil = letter.ReplyDue,
            LinkHash = letter.Mode == DeliveryMode.Tracked ? links.HashOf(id) : null,
        };
    }
}
