using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Files.Scanning;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Letters;

/// <summary>Joins a file to a draft, streamed. Over the sum that the mode allows, or refused for what it is, nothing changes.</summary>
public sealed class AddAttachment(VaguemestreDb db, JoinAttachment join, FileStore files, Antivirus antivirus, Settings settings)
{
    public async Task<Result<LetterAttachment>> RunAsync(Caller caller, Guid letterId, string name, Stream content, CancellationToken cancel, int? version = null)
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
        var kind = await files.KindOfAsync(file.Id, file.Size, CancellationToken.None);
        var added = (AttachmentName.WhyNot(name, file, kind) ?? await antivirus.ScanAsync(name, file, cancel)) is { } problem
            ? problem
            : await db.WriteAsync(() => join.InTransactionAsync(caller, letterId, name, kind, file, cancel, version), cancel);
        if (!added.Succeeded)
            files.Delete(file.Id);
        return added;
    }
}

/// <summary>Makes a stored file an attachment of a draft, by whatever way it came. Checks again what may have changed meanwhile.</summary>
public sealed class JoinAttachment(VaguemestreDb db, Journal.Journal journal, Settings settings, TimeProvider clock)
{
    internal async Task<Result<LetterAttachment>> InTransactionAsync(Caller caller, Guid letterId, string name, FileKind kind, StoredFile file, CancellationToken cancel, int? version = null)
    {
        var found = await new FindLetter(db).DraftAsync(caller, letterId, cancel, version: version);
        if (!found.Succeeded)
            return found.Problem!;
        var letter = found.Value;
        if (AttachmentLimits.WhyNot(letter, file.Size, settings) is { } full)
            return full;

        var attachment = new LetterAttachment
        {
            Id = Guid.CreateVersion7(clock.Now()),
            LetterId = letter.Id,
            FileId = file.Id,
            Name = name,
            ContentType = kind.ContentTypeFor(name),
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

/// <summary>Moves a file of a draft among the others: recipients see them in that order.</summary>
public sealed class ReorderAttachments(VaguemestreDb db, Journal.Journal journal, TimeProvider clock)
{
    /// <param name="caller">Whose letter it is.</param>
    /// <param name="letterId">The draft.</param>
    /// <param name="attachmentId">The file to move.</param>
    /// <param name="by">Places: -1 is one up, 1 one down. Beyond an end it stays at that end.</param>
    /// <param name="cancel">Stops the operation.</param>
    public Task<Result<Letter>> RunAsync(Caller caller, Guid letterId, Guid attachmentId, int by, CancellationToken cancel) => db.WriteAsync<Letter>(
        async () =>
        {
            var found = await new FindLetter(db).DraftAsync(caller, letterId, cancel);
            if (!found.Succeeded)
                return found.Problem!;
            var letter = found.Value;
            var ordered = letter.Attachments.OrderBy(a => a.Rank).ToList();
            var from = ordered.FindIndex(a => a.Id == attachmentId);
            if (from < 0)
                return AttachmentLimits.NotFound;
            var to = (int)Math.Clamp((long)from + by, 0, ordered.Count - 1);
            if (to == from)
                return letter;

            var moved = ordered[from];
            ordered.RemoveAt(from);
            ordered.Insert(to, moved);
            for (var rank = 0; rank < ordered.Count; rank++)
                ordered[rank].Rank = rank;
            letter.Touch(caller.Name, clock.Now(), DraftField.Attachments);
            await journal.AppendAsync(letter.JournalSubject, FactKind.DraftChanged, DraftWritten.Of(letter), caller.Actor, cancel: cancel);
            return letter;
        },
        cancel);
}

/// <summary>Takes a file off a draft; its content goes away.</summary>
public sealed class RemoveAttachment(VaguemestreDb db, Journal.Journal journal, FileStore files, TimeProvider clock)
{
    public async Task<Result<LetterAttachment>> RunAsync(Caller caller, Guid letterId, Guid attachmentId, CancellationToken cancel, int? version = null)
    {
        var removed = await db.WriteAsync<LetterAttachment>(
            async () =>
            {
                var found = await new FindLetter(db).DraftAsync(caller, letterId, cancel, version: version);
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

    /// <summary>Why a letter takes no further file of this size. Null: it does.</summary>
    public static Problem? WhyNot(Letter letter, long size, Settings settings) =>
        WhyNot(letter.Attachments.Count, letter.AttachmentsSize, size, For(letter.Mode, settings), "Un courrier");

    /// <summary>Why what holds these files takes no further one. Null: it does.</summary>
    /// <param name="count">Files there are.</param>
    /// <param name="used">Bytes of them.</param>
    /// <param name="size">Bytes of the further one.</param>
    /// <param name="limit">Bytes of all.</param>
    /// <param name="what">What holds them, in French, with its article.</param>
    internal static Problem? WhyNot(int count, long used, long size, long limit, string what) =>
        used + size > limit ? TooLarge(limit)
            : count >= MostFiles ? Problem.Invalid("file", $"{what} porte au plus {MostFiles} pièces jointes. Réunissez-les en une archive.", "too-many-files")
            : null;

    public static Problem TooLarge(long limit) => Problem.TooLarge(
        "attachments-too-large",
        "file",
        $"Les pièces jointes dépasseraient {(limit / 1_048_576m).ToString("0.##", CultureInfo.GetCultureInfo("fr-FR"))} Mo au total. Ce fichier n'est pas joint ; les autres sont intacts.");
}

/// <summary>What a file is called. Kept exactly; never used as a path.</summary>
public static class AttachmentName
{
    public const int Longest = 255;

    public static Problem? Check(string name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > Longest || !SoundText.IsOneLine(name)
            ? Problem.Invalid("file", $"Le nom du fichier est obligatoire, compte au plus {Longest} caractères et ne contient pas de caractère de commande.", "file-name")
            : RefusedFiles.Check(name);

    /// <summary>Why what was stored under that name is not joined; null when it may be.</summary>
    internal static Problem? WhyNot(string name, StoredFile file, FileKind kind) =>
        file.Size == 0 ? Empty(name) : RefusedFiles.Check(name, kind);

    public static Problem Empty(string name) => Problem.Invalid("file", $"Le fichier « {name} » est vide : il n'est pas joint.", "file-empty");
}
