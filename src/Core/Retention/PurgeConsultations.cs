using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Retention;

/// <summary>
/// Erases the letters of consultations whose retention is over, piece by piece, and keeps the proof that there was something: the facts with their
/// hashes stay chained and sealed, and each chain says in a last fact what is gone and by which rule. Every piece is a transaction that looks
/// again whether it may; so a hold, or a date put later, stops it between two pieces, and after a kill it goes on where it was.
/// </summary>
public sealed class PurgeConsultations(VaguemestreDb db, Journal.Journal journal, FileStore files, PartialFiles partial, Settings settings, TimeProvider clock)
{
    /// <summary>Letters or conversations of a turn.</summary>
    public const int Batch = 20;

    private const int AtOnce = 100;

    /// <returns>How many pieces were erased; 0 where nothing is due.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        await AnnounceAsync(cancel);

        // Some are due by their date and kept by a later letter: all are asked, so that they do not stand before the others.
        for (var due = await DueAsync(null, cancel); due.Count > 0; due = await DueAsync(due[^1], cancel))
        {
            foreach (var (_, consultation) in due)
            {
                if (await TurnAsync(consultation, cancel) is > 0 and var erased)
                    return erased;
            }
        }

        return 0;
    }

    /// <summary>Notes when an end was first seen; forgets it where the clock went back since.</summary>
    private async Task AnnounceAsync(CancellationToken cancel)
    {
        DateTimeOffset? now = clock.Now(), never = null;
        await db.Retentions.Where(r => r.PurgedAt == null && r.AnnouncedAt != null && (r.Until > now || r.AnnouncedAt > now)).ExecuteUpdateAsync(r => r.SetProperty(x => x.AnnouncedAt, never), cancel);
        await db.Retentions.Where(r => r.PurgedAt == null && r.HeldSince == null && r.AnnouncedAt == null && r.Until <= now).ExecuteUpdateAsync(r => r.SetProperty(x => x.AnnouncedAt, now), cancel);
    }

    /// <summary>By their end, a hundred after the given one.</summary>
    private async Task<List<(DateTimeOffset Until, Guid Consultation)>> DueAsync((DateTimeOffset Until, Guid Consultation)? after, CancellationToken cancel)
    {
        var now = clock.Now();
        var announced = now - settings.Retention.Notice;
        var due = db.Retentions.Where(r => r.PurgedAt == null && r.HeldSince == null && r.Until <= now && r.AnnouncedAt <= announced);
        if (after is { Until: var until, Consultation: var id })
            due = due.Where(r => r.Until > until || (r.Until == until && r.ConsultationId > id));
        var found = await due.OrderBy(r => r.Until).ThenBy(r => r.ConsultationId).Select(r => new { r.Until, r.ConsultationId }).Take(AtOnce).ToListAsync(cancel);
        return found.ConvertAll(r => (r.Until!.Value, r.ConsultationId));
    }

    private async Task<int> TurnAsync(Guid consultation, CancellationToken cancel)
    {
        await ForgetFilesAsync(consultation, cancel);
        var conversations = await db.Conversations.Where(c => c.ConsultationId == consultation).OrderBy(c => c.Id).Select(c => c.Id).Take(Batch).ToListAsync(cancel);
        if (conversations.Count > 0)
            return await EachAsync(consultation, conversations, id => db.LockAsync<Conversation>(id, cancel), (piece, id) => piece.ConversationAsync(id, cancel), cancel);
        var letters = await db.Letters.Where(l => l.ConsultationId == consultation).OrderBy(l => l.Id).Select(l => l.Id).Take(Batch).ToListAsync(cancel);
        if (letters.Count > 0)
            return await EachAsync(consultation, letters, id => db.LockAsync<Letter>(id, cancel), (piece, id) => piece.LetterAsync(id, cancel), cancel);
        var imported = await db.ImportedMessages.Where(m => m.ConsultationId == consultation).OrderBy(m => m.Id).Select(m => m.Id).Take(Batch).ToListAsync(cancel);
        return imported.Count > 0
            ? await EachAsync(consultation, imported, _ => Task.CompletedTask, (piece, id) => piece.ImportedAsync(id, cancel), cancel)
            : await EachAsync(consultation, [consultation], _ => Task.CompletedTask, (piece, _) => piece.EndAsync(clock.Now(), cancel), cancel);
    }

    /// <summary>Each is locked before it is asked whether it may be erased: what came in meanwhile is seen.</summary>
    /// <returns>How many were erased; fewer than given where it may no longer be.</returns>
    private async Task<int> EachAsync(Guid consultation, IReadOnlyList<Guid> ids, Func<Guid, Task> hold, Func<PurgedPiece, Guid, Task> erase, CancellationToken cancel)
    {
        var erased = 0;
        foreach (var id in ids)
        {
            var done = await db.WriteAsync<bool>(
                async () =>
                {
                    await db.LockAsync<Consultation>(consultation, cancel);
                    await hold(id);
                    var retention = await db.Retentions.Include(r => r.Consultation).SingleAsync(r => r.ConsultationId == consultation, cancel);
                    if (!await MayAsync(retention, cancel))
                        return false;
                    var piece = new PurgedPiece(db, journal, retention);
                    await erase(piece, id);
                    retention.Erased(piece.Letters, piece.Conversations, piece.Files, clock.Now());
                    return true;
                },
                cancel);
            if (!done.Value)
                break;
            await ForgetFilesAsync(consultation, cancel);
            erased++;
        }

        return erased;
    }

    private async Task<bool> MayAsync(ConsultationRetention retention, CancellationToken cancel) =>
        retention.IsDue(clock.Now(), settings.Retention.Notice)
        && (await LastExchange.OfAsync(db, retention.ConsultationId, cancel) is not { } last || last.AddYears(retention.Years!.Value) <= clock.Now());

    /// <summary>Removes the content of files whose rows are gone; those that are gone already are none.</summary>
    private async Task ForgetFilesAsync(Guid consultation, CancellationToken cancel)
    {
        var leftover = await db.Retentions.Where(r => r.ConsultationId == consultation).Select(r => r.Leftover).SingleAsync(cancel);
        if (leftover.Count == 0)
            return;
        foreach (var file in leftover)
        {
            files.DeleteIfThere(file);
            partial.Delete(file);
        }

        await db.WriteAsync<bool>(
            async () =>
            {
                await db.LockAsync<Consultation>(consultation, cancel);
                var retention = await db.Retentions.SingleAsync(r => r.ConsultationId == consultation, cancel);
                if (retention.Leftover.SequenceEqual(leftover))
                    retention.FilesGone();
                return true;
            },
            cancel);
    }
}
