using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>Erases the replies that were begun and left: text, files, and what was still on its way. They are no facts, so nothing tells of them.</summary>
public sealed class PurgeReplyDrafts(VaguemestreDb db, FileStore files, PartialFiles partial, Settings settings, TimeProvider clock)
{
    private const int Batch = 50;

    /// <returns>How many were erased.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var before = clock.Now() - settings.Messaging.KeepReplyDrafts;
        var due = await db.ReplyDrafts.AsNoTracking().Where(d => d.ChangedAt <= before).OrderBy(d => d.ChangedAt).Take(Batch).Select(d => new { d.Id, d.ConversationId }).ToListAsync(cancel);
        foreach (var draft in due)
        {
            var (content, unfinished) = (new List<Guid>(), new List<Guid>());
            await db.WriteAsync<bool>(() => PurgeAsync(draft.Id, draft.ConversationId, before, content, unfinished, cancel), cancel);
            content.ForEach(files.Delete);
            unfinished.ForEach(partial.Delete);
        }

        return due.Count;
    }

    private async Task<Result<bool>> PurgeAsync(Guid id, Guid conversation, DateTimeOffset before, List<Guid> content, List<Guid> unfinished, CancellationToken cancel)
    {
        await db.LockAsync<Conversation>(conversation, cancel);
        if (await db.ReplyDrafts.Include(d => d.Files).SingleOrDefaultAsync(d => d.Id == id && d.ChangedAt <= before, cancel) is not { } draft)
            return false; // sent, or gone on with
        content.AddRange(draft.Files.Select(f => f.FileId));
        unfinished.AddRange(await db.Uploads.Where(u => u.TargetId == id).Select(u => u.Id).ToListAsync(cancel));
        db.ReplyDrafts.Remove(draft);
        await db.SaveChangesAsync(cancel);
        await db.Uploads.Where(u => u.TargetId == id).ExecuteDeleteAsync(cancel);
        await db.Files.Where(f => content.Contains(f.Id)).ExecuteDeleteAsync(cancel);
        return true;
    }
}
