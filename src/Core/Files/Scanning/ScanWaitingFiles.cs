using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Files.Scanning;

/// <summary>
/// Has the files looked through that came in while clamd was away, the oldest first. One that it finds something in loses its content, and
/// stays named where it is joined until somebody takes it off. Where the antivirus was switched off, nothing waits any more.
/// </summary>
public sealed class ScanWaitingFiles(VaguemestreDb db, FileStore files, Antivirus antivirus, ILogger<ScanWaitingFiles> log)
{
    private const int Batch = 200;

    /// <returns>How many were looked through: none where none waits, or clamd is still away.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        if (!antivirus.IsOn)
        {
            if (await db.Files.AnyAsync(f => f.Scan == FileScan.Waiting, cancel))
                await db.Files.Where(f => f.Scan == FileScan.Waiting).ExecuteUpdateAsync(f => f.SetProperty(x => x.Scan, (FileScan?)null), cancel);
            return 0;
        }

        var scanned = 0;
        foreach (var file in await db.Files.AsNoTracking().Where(f => f.Scan == FileScan.Waiting).OrderBy(f => f.CreatedAt).Take(Batch).ToListAsync(cancel))
        {
            if (await AskAsync(file, cancel) is not { } answer)
                continue;
            if (answer.Verdict == ScanVerdict.Unavailable)
            {
                if ((await antivirus.Client.VersionAsync(cancel)).Version is null)
                    return scanned;
                log.LogWarning("File {File} of organisation {Organisation} goes on waiting: clamd answers, but not about it ({Said})", file.Id, file.OrganisationId, answer.Said);
                continue;
            }

            await MarkAsync(file, answer, cancel);
            scanned++;
        }

        return scanned;
    }

    private async Task<ScanAnswer?> AskAsync(StoredFile file, CancellationToken cancel)
    {
        try
        {
            await using var content = files.Open(file.Id, file.Size);
            return await antivirus.Client.ScanAsync(content, cancel);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // somebody takes it off at this moment
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or InvalidDataException)
        {
            log.LogError(unreadable, "File {File} of organisation {Organisation} is not as it was stored, and goes on waiting", file.Id, file.OrganisationId);
            return null;
        }
    }

    private async Task MarkAsync(StoredFile file, ScanAnswer answer, CancellationToken cancel)
    {
        var waiting = db.Files.Where(f => f.Id == file.Id && f.Scan == FileScan.Waiting);
        if (answer.Verdict == ScanVerdict.Clean)
        {
            await waiting.ExecuteUpdateAsync(f => f.SetProperty(x => x.Scan, FileScan.Clean), cancel);
            return;
        }

        log.LogWarning("File {File} of organisation {Organisation}, which waited, is refused: {Verdict} {Said}", file.Id, file.OrganisationId, answer.Verdict, answer.Said);
        var finding = answer.Verdict == ScanVerdict.Found ? answer.Said![..Math.Min(answer.Said!.Length, StoredFile.LongestFinding)] : null;
        if (await waiting.ExecuteUpdateAsync(f => f.SetProperty(x => x.Scan, FileScan.Refused).SetProperty(x => x.Finding, finding), cancel) > 0)
            files.Delete(file.Id);
    }
}
