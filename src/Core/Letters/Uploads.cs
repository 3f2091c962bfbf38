using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Letters;

/// <summary>How far an upload has come. At <see cref="Length"/> the file is joined to the draft.</summary>
/// <param name="Id">The upload, and the stored file that it becomes.</param>
/// <param name="Name">As the sender calls it.</param>
/// <param name="Length">Bytes of the whole.</param>
/// <param name="Offset">Bytes that have come and are kept: whole chunks of 64 KiB, or all.</param>
/// <param name="Expires">When it is given up; null once it is joined.</param>
public sealed record UploadProgress(Guid Id, string Name, long Length, long Offset, DateTimeOffset? Expires)
{
    internal static UploadProgress Of(Upload upload, long offset) => new(upload.Id, upload.Name, upload.Length, offset, upload.CreatedAt + UploadProblems.Lifetime);
}

/// <summary>What keeps an upload from going on. Programs read the codes.</summary>
public static class UploadProblems
{
    public const string Locked = "upload-locked";
    public const string OtherOffset = "upload-offset";

    /// <summary>An upload that is not whole by then is removed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public static Problem NotFound { get; } = Problem.NotFound("upload-not-found", "Cet envoi n'existe pas ou plus : il a été annulé, ou interrompu plus de vingt-quatre heures. Choisissez de nouveau le fichier.");

    internal static Problem IsLocked { get; } = Problem.Conflict(Locked, "Ce fichier est déjà en cours d'envoi par une autre connexion. Réessayez dans quelques secondes.");

    internal static Problem AtOtherOffset(long offset) => Problem.Conflict(OtherOffset, $"L'envoi de ce fichier reprend à l'octet {offset}.");

    internal static Problem TooMuch(string name) => Problem.Invalid("file", $"Le fichier « {name} » est plus long qu'annoncé : il n'est pas joint. Choisissez-le de nouveau.");
}

/// <summary>Announces a file for a draft. What can be refused without its content is refused here.</summary>
public sealed class StartUpload(VaguemestreDb db, PartialFiles partial, Settings settings, TimeProvider clock)
{
    public async Task<Result<UploadProgress>> RunAsync(Caller caller, Guid letterId, string name, long length, CancellationToken cancel)
    {
        var found = await new FindLetter(db).RunAsync(caller, letterId, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        if (found.Value.State == LetterState.Sent)
            return LetterProblems.AlreadySent;
        if (found.Value.SendAt is not null)
            return LetterProblems.Scheduled(found.Value);
        if (AttachmentName.Check(name) is { } refused)
            return refused;
        if (length <= 0)
            return AttachmentName.Empty(name);
        if (AttachmentLimits.WhyNot(found.Value, length, settings) is { } full)
            return full;
        if (await db.Uploads.CountAsync(u => u.TargetId == letterId, cancel) >= AttachmentLimits.MostFiles)
            return Problem.Invalid("file", $"{AttachmentLimits.MostFiles} envois sont déjà en cours pour ce courrier. Attendez leur fin ou annulez-en.");

        var now = clock.Now();
        var upload = new Upload { Id = Guid.CreateVersion7(now), OrganisationId = caller.OrganisationId, OwnerId = caller.OwnerId, TargetId = letterId, Name = name, Length = length, CreatedAt = now };
        partial.Create(upload.Id);
        db.Uploads.Add(upload);
        await db.SaveChangesAsync(cancel);
        return UploadProgress.Of(upload, 0);
    }
}

/// <summary>Finds an upload of the caller's own, or the file that it became.</summary>
public sealed class FindUpload(VaguemestreDb db, PartialFiles partial)
{
    public async Task<Result<UploadProgress>> RunAsync(Caller caller, Guid letterId, Guid id, CancellationToken cancel)
    {
        if (await RowAsync(caller, letterId, id, cancel) is { } upload)
            return partial.OffsetOf(id, upload.Length) is { } offset ? UploadProgress.Of(upload, offset) : UploadProblems.NotFound;
        var letter = await new FindLetter(db).RunAsync(caller, letterId, cancel);
        return letter.Succeeded && letter.Value.Attachments.Find(a => a.FileId == id) is { } joined
            ? new UploadProgress(id, joined.Name, joined.Size, joined.Size, null)
            : UploadProblems.NotFound;
    }

    internal Task<Upload?> RowAsync(Caller caller, Guid letterId, Guid id, CancellationToken cancel) =>
        db.Uploads.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id && u.TargetId == letterId && u.OrganisationId == caller.OrganisationId && u.OwnerId == caller.OwnerId, cancel);
}

/// <summary>Gives an upload up.</summary>
public sealed class TerminateUpload(VaguemestreDb db, PartialFiles partial)
{
    public async Task<Result<Guid>> RunAsync(Caller caller, Guid letterId, Guid id, CancellationToken cancel)
    {
        if (await new FindUpload(db, partial).RowAsync(caller, letterId, id, cancel) is not { } upload)
            return UploadProblems.NotFound;
        return await RemoveAsync(upload, cancel) ? id : UploadProblems.IsLocked;
    }

    /// <summary>False: somebody is writing it.</summary>
    internal async Task<bool> RemoveAsync(Upload upload, CancellationToken cancel)
    {
        try
        {
            await using var held = partial.Open(upload.Id, upload.Length);
            if (held is null)
                return false;
            await db.Uploads.Where(u => u.Id == upload.Id).ExecuteDeleteAsync(cancel);
            partial.Delete(upload.Id);
        }
        catch (IOException gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            await db.Uploads.Where(u => u.Id == upload.Id).ExecuteDeleteAsync(cancel);
        }

        return true;
    }
}

/// <summary>Removes the uploads that nobody finished within a day, and what lies about without a row.</summary>
public sealed class RemoveAbandonedUploads(VaguemestreDb db, PartialFiles partial, TimeProvider clock)
{
    /// <returns>How many were removed.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var before = clock.Now() - UploadProblems.Lifetime;
        var removed = 0;
        var terminate = new TerminateUpload(db, partial);
        foreach (var upload in await db.Uploads.AsNoTracking().Where(u => u.CreatedAt < before).OrderBy(u => u.CreatedAt).Take(500).ToListAsync(cancel))
            removed += await terminate.RemoveAsync(upload, cancel) ? 1 : 0;

        var untouched = partial.Untouched(before);
        var known = await db.Uploads.Where(u => untouched.Contains(u.Id)).Select(u => u.Id).ToListAsync(cancel);
        foreach (var id in untouched.Except(known))
        {
            partial.Delete(id);
            removed++;
        }

        return removed;
    }
}
