using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters.Writing;

/// <summary>Deletes a draft: it leaves every list. For a while <see cref="RestoreDraft"/> brings it back whole.</summary>
public sealed class DeleteDraft(VaguemestreDb db, Journal.Journal journal, TimeProvider clock)
{
    /// <inheritdoc cref="FindLetter.DraftAsync"/>
    public Task<Result<Letter>> RunAsync(Caller caller, Guid id, CancellationToken cancel, int? version = null) => db.WriteAsync<Letter>(
        async () =>
        {
            var found = await new FindLetter(db).DraftAsync(caller, id, cancel, evenScheduled: true, version);
            if (!found.Succeeded)
                return found.Problem!;
            var letter = found.Value;
            letter.Unschedule();
            letter.Delete(clock.Now());
            await journal.AppendAsync(letter.JournalSubject, FactKind.DraftDeleted, new DraftGone(letter.Subject, letter.Attachments.Count), caller.Actor, cancel: cancel);
            return letter;
        },
        cancel);
}

/// <summary>Undoes the deletion of a draft that was not purged yet. Restoring what is not deleted changes nothing.</summary>
public sealed class RestoreDraft(VaguemestreDb db, Journal.Journal journal)
{
    public Task<Result<Letter>> RunAsync(Caller caller, Guid id, CancellationToken cancel) => db.WriteAsync<Letter>(
        async () =>
        {
            await db.LockAsync<Letter>(id, cancel);
            if (await new FindLetter(db).WholeAsync(caller, id, cancel) is not { } letter)
                return FindLetter.NotFound;
            if (letter.IsHistorique)
                return Messages.NoDrafts;
            if (letter.DeletedAt is null)
                return letter;
            letter.Restore();
            await journal.AppendAsync(letter.JournalSubject, FactKind.DraftRestored, new DraftGone(letter.Subject, letter.Attachments.Count), caller.Actor, cancel: cancel);
            return letter;
        },
        cancel);
}

/// <summary>A draft that can still be brought back.</summary>
/// <param name="PurgedAt">From when on it cannot.</param>
public sealed record DeletedDraft(Guid Id, LetterType Type, string Subject, string Author, DateTimeOffset DeletedAt, DateTimeOffset PurgedAt);

/// <summary>The deleted drafts of a consultation, latest first.</summary>
public sealed class ListDeletedDrafts(VaguemestreDb db, Settings settings)
{
    private const int Most = 200;

    public async Task<IReadOnlyList<DeletedDraft>> RunAsync(Caller caller, Guid consultationId, CancellationToken cancel)
    {
        var deleted = await db.Letters.AsNoTracking()
            .Where(l => l.ConsultationId == consultationId && l.OrganisationId == caller.OrganisationId && l.DeletedAt != null && !l.IsHistorique)
            .OrderByDescending(l => l.DeletedAt).Take(Most)
            .Select(l => new { l.Id, l.Type, l.Subject, l.AuthorName, l.DeletedAt }).ToListAsync(cancel);
        return [.. deleted.Select(l => new DeletedDraft(l.Id, l.Type, l.Subject, l.AuthorName, l.DeletedAt!.Value, l.DeletedAt.Value + settings.Messaging.KeepDeletedDrafts))];
    }
}

/// <summary>Erases the drafts whose while is over: text, recipients, files. The facts that they existed remain. A message of the messagerie historique
/// that was begun and left without being sent goes the same way.</summary>
public sealed class PurgeDrafts(VaguemestreDb db, Journal.Journal journal, FileStore files, Settings settings, TimeProvider clock)
{
    private const int Batch = 50;

    /// <returns>How many were purged.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var before = clock.Now() - settings.Messaging.KeepDeletedDrafts;
        var due = await db.Letters.AsNoTracking().Where(l => l.DeletedAt != null && l.DeletedAt <= before).OrderBy(l => l.DeletedAt).Select(l => l.Id).Take(Batch).ToListAsync(cancel);
        due.AddRange(await db.Letters.AsNoTracking().Where(l => l.IsHistorique && l.State == LetterState.Draft && l.ChangedAt <= before).OrderBy(l => l.ChangedAt).Select(l => l.Id).Take(Batch).ToListAsync(cancel));
        foreach (var id in due.Distinct())
        {
            var purged = await db.WriteAsync(() => PurgeAsync(id, before, cancel), cancel);
            foreach (var file in purged.Succeeded ? purged.Value : [])
                files.Delete(file);
        }

        return due.Count;
    }

    private async Task<Result<List<Guid>>> PurgeAsync(Guid id, DateTimeOffset before, CancellationToken cancel)
    {
        await db.LockAsync<Letter>(id, cancel);
        var letter = await db.Letters.Include(l => l.Attachments).Include(l => l.Recipients).ThenInclude(r => r.Attachments).AsSplitQuery()
            .SingleOrDefaultAsync(l => l.Id == id && l.State == LetterState.Draft && (l.DeletedAt <= before || (l.IsHistorique && l.ChangedAt <= before)), cancel);
        if (letter is null)
            return new List<Guid>(); // restored meanwhile
        List<Guid> content = [.. letter.Attachments.Concat(letter.Recipients.SelectMany(r => r.Attachments)).Select(a => a.FileId)];
        await journal.AppendAsync(letter.JournalSubject, FactKind.DraftPurged, new NothingMore(), Actor.Platform, cancel: cancel);
        db.Letters.Remove(letter);
        await db.SaveChangesAsync(cancel);
        await db.Files.Where(f => content.Contains(f.Id)).ExecuteDeleteAsync(cancel);
        return content;
    }
}
