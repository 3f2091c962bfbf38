using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Files.Scanning;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters.Writing;

/// <summary>Gives one recipient of a draft words of its own, beside the common letter. Empty takes them away.</summary>
public sealed class WriteParagraph(VaguemestreDb db, Journal.Journal journal, TimeProvider clock)
{
    public const int Longest = 20_000;

    /// <param name="caller">Who writes.</param>
    /// <param name="letterId">A draft.</param>
    /// <param name="recipientId">One of its recipients.</param>
    /// <param name="text">Line ends part paragraphs.</param>
    /// <param name="cancel">Stops the operation.</param>
    /// <param name="shown">Fingerprint (<see cref="Shown"/>) of what the writer saw: what somebody else wrote since is kept where the writer changed nothing; null writes in any case.</param>
    /// <returns>The recipient; or <c>stale</c> where both wrote.</returns>
    public Task<Result<LetterRecipient>> RunAsync(Caller caller, Guid letterId, Guid recipientId, string? text, CancellationToken cancel, string? shown = null) => db.WriteAsync<LetterRecipient>(
        async () =>
        {
            var found = await OwnContent.FindAsync(db, caller, letterId, recipientId, cancel);
            if (!found.Succeeded)
                return found.Problem!;
            var (letter, recipient) = found.Value;
            var paragraph = string.IsNullOrWhiteSpace(text) ? null : text.ReplaceLineEndings("\n").Trim();
            if (paragraph is { Length: > Longest })
                return Problem.Invalid("paragraph", $"Ce paragraphe compte {paragraph.Length} caractères ; il en admet au plus {Longest}.");
            if (paragraph is not null && !SoundText.CanBeKept(paragraph))
                return Problem.Invalid("paragraph", "Ce paragraphe contient un caractère illisible. Saisissez-le à nouveau.");
            if (paragraph == recipient.Paragraph || (shown is not null && Shown(paragraph) == shown))
                return recipient;
            if (shown is not null && Shown(recipient.Paragraph) != shown)
                return Problem.Stale("stale", "Quelqu'un d'autre a écrit ce paragraphe depuis que cette page a été affichée. Votre texte n'est pas enregistré et rien n'a été remplacé.");
            recipient.Paragraph = paragraph;
            letter.Touch(caller.Name, clock.Now(), DraftField.Recipients);
            await journal.AppendAsync(letter.JournalSubject, FactKind.DraftChanged, DraftWritten.Of(letter), caller.Actor, cancel: cancel);
            return recipient;
        },
        cancel);

    public static string Shown(string? paragraph) => DraftShown.Fingerprint(paragraph ?? "");
}

/// <summary>Joins a file that only one recipient of a draft gets: a signed act, its own notes.</summary>
public sealed class AddOwnFile(VaguemestreDb db, Journal.Journal journal, FileStore files, Antivirus antivirus, Settings settings, TimeProvider clock)
{
    public async Task<Result<LetterAttachment>> RunAsync(Caller caller, Guid letterId, Guid recipientId, string name, Stream content, CancellationToken cancel)
    {
        if (AttachmentName.Check(name) is { } refused)
            return refused;
        var before = await OwnContent.FindAsync(db, caller, letterId, recipientId, cancel);
        if (!before.Succeeded)
            return before.Problem!;

        var limit = AttachmentLimits.For(before.Value.Letter.Mode, settings);
        var saved = await files.SaveAsync(content, caller.OrganisationId, limit - OwnContent.Weight(before.Value), cancel);
        if (!saved.Succeeded)
            return AttachmentLimits.TooLarge(limit);
        var file = saved.Value;
        var kind = await files.KindOfAsync(file.Id, file.Size, CancellationToken.None);
        var added = (AttachmentName.WhyNot(name, file, kind) ?? await antivirus.ScanAsync(name, file, cancel)) is { } problem
            ? problem
            : await db.WriteAsync(() => JoinAsync(caller, letterId, recipientId, name, kind, file, cancel), cancel);
        if (!added.Succeeded)
            files.Delete(file.Id);
        return added;
    }

    private async Task<Result<LetterAttachment>> JoinAsync(Caller caller, Guid letterId, Guid recipientId, string name, FileKind kind, StoredFile file, CancellationToken cancel)
    {
        var found = await OwnContent.FindAsync(db, caller, letterId, recipientId, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var (letter, recipient) = found.Value;
        var limit = AttachmentLimits.For(letter.Mode, settings);
        if (OwnContent.Weight(found.Value) + file.Size > limit)
            return AttachmentLimits.TooLarge(limit);
        if (letter.Attachments.Count + recipient.Attachments.Count >= AttachmentLimits.MostFiles)
            return Problem.Invalid("file", $"Un destinataire reçoit au plus {AttachmentLimits.MostFiles} fichiers. Réunissez-les en une archive.");

        var attachment = new LetterAttachment
        {
            Id = Guid.CreateVersion7(clock.Now()),
            LetterId = null,
            RecipientId = recipient.Id,
            FileId = file.Id,
            Name = name,
            ContentType = kind.ContentTypeFor(name),
            Size = file.Size,
            Sha256 = file.Sha256,
            Rank = recipient.Attachments.Count == 0 ? 0 : recipient.Attachments.Max(a => a.Rank) + 1,
        };
        db.Files.Add(file);
        db.Add(attachment);
        letter.Touch(caller.Name, clock.Now(), DraftField.Recipients);
        await journal.AppendAsync(letter.JournalSubject, FactKind.AttachmentAdded, AttachmentFact.Of(attachment), caller.Actor, cancel: cancel);
        return attachment;
    }
}

internal static class OwnContent
{
    /// <summary>A recipient of a draft, and the draft, locked within a transaction.</summary>
    public static async Task<Result<(Letter Letter, LetterRecipient Recipient)>> FindAsync(VaguemestreDb db, Caller caller, Guid letterId, Guid recipientId, CancellationToken cancel)
    {
        var found = db.Database.CurrentTransaction is null
            ? await new FindLetter(db).RunAsync(caller, letterId, cancel)
            : await new FindLetter(db).DraftAsync(caller, letterId, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        if (found.Value.State == LetterState.Sent)
            return LetterProblems.AlreadySent;
        if (found.Value.IsHistorique)
            return Messages.NoOwnContent;
        return found.Value.Recipients.Find(r => r.Id == recipientId) is { } recipient
            ? (found.Value, recipient)
            : Problem.NotFound("recipient-not-found", "Ce destinataire n'est plus dans le courrier.");
    }

    /// <summary>What the recipient would receive, in bytes.</summary>
    public static long Weight((Letter Letter, LetterRecipient Recipient) of) => of.Letter.AttachmentsSize + of.Recipient.Attachments.Sum(a => a.Size);
}
