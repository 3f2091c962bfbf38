using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters;

/// <summary>Joins a file to a draft, streamed. Over the sum that the mode allows, nothing changes.</summary>
public sealed class AddAttachment(VaguemestreDb db, Journal.Journal journal, FileStore files, Settings settings, TimeProvider clock)
{
    public async Task<Result<LetterAttachment>> RunAsync(Caller caller, Guid letterId, string name, Stream content, CancellationToken cancel)
    {
        if (AttachmentName.Check(name) is { } refused)
            return refused;
        var before = await new FindLetter(db).RunAsync(caller, letterId, cancel);
        if (!before.Succeeded)
            return before.Problem!;
        if (before.Value.State == LetterState.Sent)
            return LetterProblems.AlreadySent;

        var limit = AttachmentLimits.For(before.Value.Mode, settings);
        var saved = await files.SaveAsync(content, caller.OrganisationId, limit - before.Value.AttachmentsSize, cancel);
        if (!saved.Succeeded)
            return AttachmentLimits.TooLarge(limit);
        var file = saved.Value;
        var added = file.Size == 0
            ? Problem.Invalid("file", $"Le fichier « {name} » est vide : il n'est pas joint.")
            : await db.WriteAsync(() => JoinAsync(caller, letterId, name, file, cancel), cancel);
        if (!added.Succeeded)
            files.Delete(file.Id);
        return added;
    }

    private async Task<Result<LetterAttachment>> JoinAsync(Caller caller, Guid letterId, string name, StoredFile file, CancellationToken cancel)
    {
        var found = await new FindLetter(db).DraftAsync(caller, letterId, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var letter = found.Value;
        var limit = AttachmentLimits.For(letter.Mode, settings);
        if (letter.AttachmentsSize + file.Size > limit)
            return AttachmentLimits.TooLarge(limit);
        if (letter.Attachments.Count >= AttachmentLimits.MostFiles)
            return Problem.Invalid("file", $"Un courrier porte au plus {AttachmentLimits.MostFiles} pièces jointes. Réunissez-les en une archive.");

        var attachment = new LetterAttachment
        {
            Id = Guid.CreateVersion7(clock.Now()),
            LetterId = letter.Id,
            FileId = file.Id,
            Name = name,
            ContentType = AttachmentName.ContentTypeOf(name),
            Size = file.Size,
            Sha256 = file.Sha256,
            Rank = letter.Attachments.Count == 0 ? 0 : letter.Attachments.Max(a => a.Rank) + 1,
        };
        db.Files.Add(file);
        db.Add(attachment);
        letter.Touch(caller.Name, clock.Now(), DraftField.Attachments);
        await journal.AppendAsync(letter.JournalSubject, FactKind.AttachmentAdded, AttachmentFact.Of(attachment), caller.Actor, cancel: cancel);
        return attachment;
    }
}

/// <summary>Takes a file off a draft; its content goes away.</summary>
public sealed class RemoveAttachment(VaguemestreDb db, Journal.Journal journal, FileStore files, TimeProvider clock)
{
    public async Task<Result<LetterAttachment>> RunAsync(Caller caller, Guid letterId, Guid attachmentId, CancellationToken cancel)
    {
        var removed = await db.WriteAsync<LetterAttachment>(
            async () =>
            {
                var found = await new FindLetter(db).DraftAsync(caller, letterId, cancel);
                if (!found.Succeeded)
                    return found.Problem!;
                var letter = found.Value;
                if (letter.FileOf(attachmentId) is not { } attachment)
                    return AttachmentLimits.NotFound;
                db.Remove(attachment);
                letter.Touch(caller.Name, clock.Now(), DraftField.Attachments);
                await journal.AppendAsync(letter.JournalSubject, FactKind.AttachmentRemoved, AttachmentFact.Of(attachment), caller.Actor, cancel: cancel);
                await db.SaveChangesAsync(cancel);
                await db.Files.Where(f => f.Id == attachment.FileId).ExecuteDeleteAsync(cancel);
                return attachment;
            },
            cancel);
        if (removed.Succeeded)
            files.Delete(removed.Value.FileId);
        return removed;
    }
}

/// <summary>The sum of files that a mode admits, in bytes.</summary>
public static class AttachmentLimits
{
    /// <summary>Files of one letter, and of one reply.</summary>
    public const int MostFiles = 100;

    public static Problem NotFound { get; } = Problem.NotFound("attachment-not-found", "Cette pièce jointe n'existe pas.");

    public static long For(DeliveryMode mode, Settings settings) =>
        mode == DeliveryMode.Tracked ? settings.Limits.TrackedAttachments : settings.Limits.PlainAttachments;

    public static Problem TooLarge(long limit) => Problem.TooLarge(
        "attachments-too-large",
        "file",
        $"Les pièces jointes dépasseraient {(limit / 1_048_576m).ToString("0.##", CultureInfo.GetCultureInfo("fr-FR"))} Mo au total. Ce fichier n'est pas joint ; les autres sont intacts.");
}

/// <summary>What a file is called. Kept exactly; never used as a path.</summary>
public static class AttachmentName
{
    private static readonly Microsoft.AspNetCore.StaticFiles.FileExtensionContentTypeProvider Types = new();

    public static Problem? Check(string name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > 255 || !SoundText.IsOneLine(name)
            ? Problem.Invalid("file", "Le nom du fichier est obligatoire, compte au plus 255 caractères et ne contient pas de caractère de commande.")
            : null;

    /// <summary>By extension: a hint for the reader's computer, nothing that the platform trusts.</summary>
    public static string ContentTypeOf(string name) => Types.TryGetContentType(name, out var type) ? type : "application/octet-stream";
}
