using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Files.Scanning;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// Takes what comes of an upload and, once it is whole, joins the file to its draft. A content that breaks off throws; what came of it in
/// whole chunks is kept. A refusal ends the upload and leaves the draft as it was.
/// </summary>
public sealed class AppendUpload(VaguemestreDb db, FindUpload find, PartialFiles partial, Antivirus antivirus, TimeProvider clock)
{
    /// <param name="target">The draft, by the one who started it.</param>
    /// <param name="id">The upload.</param>
    /// <param name="offset">Where the content begins in the file; must be where the upload stands.</param>
    /// <param name="content">Read once, never whole in memory.</param>
    /// <param name="cancel">Breaks off.</param>
    public async Task<Result<UploadProgress>> RunAsync(UploadTarget target, Guid id, long offset, Stream content, CancellationToken cancel)
    {
        var progress = await find.RunAsync(target, id, cancel);
        if (!progress.Succeeded || progress.Value.Expires is null)
            return progress.Succeeded && offset != progress.Value.Offset ? UploadProblems.AtOtherOffset(progress.Value.Offset) : progress;
        var upload = (await find.RowAsync(target, id, cancel))!;
        try
        {
            await using var file = partial.Open(id, upload.Length);
            return file is null ? UploadProblems.IsLocked : await AppendAsync(target, upload, file, offset, content, cancel);
        }
        catch (Exception moved) when (moved is FileNotFoundException or DirectoryNotFoundException)
        {
            return await find.RunAsync(target, id, cancel);
        }
    }

    private async Task<Result<UploadProgress>> AppendAsync(UploadTarget target, Upload upload, PartialFile file, long offset, Stream content, CancellationToken cancel)
    {
        await file.CatchUpAsync(cancel);
        if (file.Offset != offset)
            return UploadProblems.AtOtherOffset(file.Offset);
        Problem? refused = null;
        switch (await file.AppendAsync(content, Admits, cancel))
        {
            case Appended.Part:
                return UploadProgress.Of(upload, file.Offset);
            case Appended.TooMuch:
                refused = UploadProblems.TooMuch(upload.Name);
                break;
            case Appended.Whole:
                refused = await FinishAsync(target, upload, file, cancel);
                break;
        }

        if (refused is null)
            return new UploadProgress(upload.Id, upload.Name, upload.Length, upload.Length, null);
        await db.Uploads.Where(u => u.Id == upload.Id).ExecuteDeleteAsync(cancel);
        partial.Delete(upload.Id);
        return refused;

        bool Admits(ReadOnlyMemory<byte> beginning) => (refused = RefusedFiles.Check(upload.Name, FileKind.Of(beginning.Span))) is null;
    }

    /// <summary>The file moves to its place while it is held, within the transaction that makes it an attachment: it is there, or the upload is.</summary>
    private async Task<Problem?> FinishAsync(UploadTarget target, Upload upload, PartialFile file, CancellationToken cancel)
    {
        var (sha256, kind) = await file.CompleteAsync(cancel);
        if (RefusedFiles.Check(upload.Name, kind) is { } refused)
            return refused;
        var stored = new StoredFile { Id = upload.Id, OrganisationId = upload.OrganisationId, Size = upload.Length, Sha256 = sha256, CreatedAt = clock.Now() };
        await using (var content = file.Read())
        {
            if (await antivirus.ScanAsync(upload.Name, stored, content, cancel) is { } found)
                return found;
        }

        try
        {
            // From here on the sender may go away: the file is whole.
            var joined = await db.WriteAsync(() => KeepAsync(target, upload, kind, stored), CancellationToken.None);
            return joined.Problem;
        }
        catch
        {
            if (partial.OffsetOf(upload.Id, upload.Length) is null && !await db.Files.AnyAsync(f => f.Id == upload.Id, CancellationToken.None))
                partial.TakeBack(upload.Id);
            throw;
        }
    }

    private async Task<Result<bool>> KeepAsync(UploadTarget target, Upload upload, FileKind kind, StoredFile stored)
    {
        if (await target.JoinAsync(upload.Name, kind, stored, CancellationToken.None) is { } refused)
            return refused;
        await db.Uploads.Where(u => u.Id == upload.Id).ExecuteDeleteAsync(CancellationToken.None);
        partial.Keep(upload.Id);
        return true;
    }
}
