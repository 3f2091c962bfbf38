using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>
/// Frees what a worker held when it died. It may have given the mail to the relay and not lived to write so: each one goes
/// again, and the fact that says so makes a possible double visible. The first time at once; a letter that is always there when
/// a worker dies waits longer each time.
/// </summary>
public sealed class RecoverLostLeases(VaguemestreDb db, ConversationJournal journal, TimeProvider clock, ILogger<RecoverLostLeases> log)
{
    private const int Batch = 500;

    private static readonly ServerSaid Unknown = new(null, null, null, Explanation: "La plateforme s'est arrêtée pendant la remise de ce courrier à son relais : un double est possible.");

    /// <returns>How many were freed.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var lost = await db.Sendings.AsNoTracking().Where(s => s.NextAttemptAt <= now && s.LeaseId != null && s.LeaseUntil < now).OrderBy(s => s.LeaseUntil).Take(Batch).ToListAsync(cancel);
        var freed = 0;
        foreach (var (id, lease, conversationId) in lost.Select(s => (s.Id, s.LeaseId, s.ConversationId)))
            freed += (await db.WriteAsync<int>(async () => await FreeAsync(id, lease!.Value, conversationId, cancel), cancel)).Value;
        if (freed > 0)
            log.LogWarning("{Freed} sendings were in the hands of a worker that stopped without a word; they go again.", freed);
        return freed;
    }

    private async Task<int> FreeAsync(Guid id, Guid lease, Guid conversationId, CancellationToken cancel)
    {
        var conversation = (await journal.LockAsync(conversationId, cancel))!;
        var sending = await db.Sendings.SingleAsync(s => s.Id == id, cancel);
        if (sending.LeaseId != lease || sending.LeaseUntil >= clock.Now())
            return 0;
        if (await db.Facts.AnyAsync(f => f.ConcernsId == id && (f.Kind == FactKind.Relayed || f.Kind == FactKind.Delivered || f.Kind == FactKind.Undelivered), cancel))
        {
            // A report told what became of it: the relay had taken it.
            sending.GaveUp();
            return 1;
        }

        sending.TryAgain(clock.Now() + (sending.Attempts == 0 ? TimeSpan.Zero : RetryDelay.Before(sending.Attempts)));
        await journal.AppendAsync(conversation, FactKind.OutcomeUnknown, Unknown, Actor.Platform, id, cancel);
        return 1;
    }
}
