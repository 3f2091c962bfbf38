using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// What an upload becomes a file of, once it is whole: an agent's draft, or the reply that a recipient writes. Who has one was found to
/// have the right to write there.
/// </summary>
public abstract class UploadTarget
{
    /// <summary>The draft.</summary>
    public abstract Guid Id { get; }

    public abstract Guid OrganisationId { get; }

    /// <summary>Whose uploads they are; nobody else goes on with them.</summary>
    public abstract Guid OwnerId { get; }

    /// <summary>Why it takes no file of this length, in bytes; null: it does.</summary>
    public abstract Problem? WhyNot(long length);

    /// <summary>Makes the file one of its own, within the caller's transaction. Checks again what may have changed meanwhile.</summary>
    /// <returns>Why it is not joined; null when it is.</returns>
    public abstract Task<Problem?> JoinAsync(string name, FileKind kind, StoredFile file, CancellationToken cancel);

    /// <summary>The name and the bytes of its own file that an upload became; null where there is none.</summary>
    public abstract (string Name, long Size)? FileOf(Guid upload);
}

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

    internal static Problem TooMuch(string name) => Problem.Invalid("file", $"Le fichier « {name} » est plus long qu'annoncé : il n'est pas joint. Choisissez-le de nouveau.", "upload-longer");
}

/// <summary>Announces a file for a draft. What can be refused without its content is refused here.</summary>
public sealed class StartUpload(VaguemestreDb db, PartialFiles partial, TimeProvider clock)
{
    public async Task<Result<UploadProgress>> RunAsync(UploadTarget target, string name, long length, CancellationToken cancel)
    {
        if (AttachmentName.Check(name) is { } refused)
            return refused;
        if (length <= 0)
            return AttachmentName.Empty(name);
        if (target.WhyNot(length) is { } full)
            return full;
        if (await db.Uploads.CountAsync(u => u.TargetId == target.Id, cancel) >= AttachmentLimits.MostFiles)
            return Problem.Invalid("file", $"{AttachmentLimits.MostFiles} envois sont déjà en cours. Attendez leur fin ou annulez-en.", "too-many-uploads");

        var now = clock.Now();
        var upload = new Upload { Id = Guid.CreateVersion7(now), OrganisationId = target.OrganisationId, OwnerId = target.OwnerId, TargetId = target.Id, Name = name, Length = length, CreatedAt = now };
        partial.Create(upload.Id);
        db.Uploads.Add(upload);
        await db.SaveChangesAsync(cancel);
        return UploadProgress.Of(upload, 0);
    }
}

/// <summary>Finds an upload to a draft by its owner, or the file that it became.</summary>
public sealed class FindUpload(VaguemestreDb db, PartialFiles partial)
{
    public async Task<Result<UploadProgress>> RunAsync(UploadTarget target, Guid id, CancellationToken cancel)
    {
        if (await RowAsync(target, id, cancel) is { } upload)
            return partial.OffsetOf(id, upload.Length) is { } offset ? UploadProgress.Of(upload, offset) : UploadProblems.NotFound;
        return target.FileOf(id) is { } joined ? new UploadProgress(id, joined.Name, joined.Size, joined.Size, null) : UploadProblems.NotFound;
    }

    internal Task<Upload?> RowAsync(UploadTarget target, Guid id, CancellationToken cancel) =>
        db.Uploads.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id && u.TargetId == target.Id && u.OrganisationId == target.OrganisationId && u.OwnerId == target.OwnerId, cancel);
}

/// <summary>Gives an upload up.</summary>
public sealed class TerminateUpload(VaguemestreDb db, PartialFiles partial)
{
    public async Task<Result<Guid>> RunAsync(UploadTarget target, Guid id, CancellationToken cancel)
    {
        if (await new FindUpload(db, partial).RowAsync(target, id, cancel) is not { } upload)
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
