using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>
/// Frees what a worker held when it died, once its lease has ended. It may have given the mail to the relay and not lived to write so: each one goes
/// again, and the fact that says so makes a possible double visible.
/// </summary>
public sealed class RecoverLostLeases(VaguemestreDb db, RecordOutcomes record, TimeProvider clock, ILogger<RecoverLostLeases> log)
{
    private const int Batch = 500;

    /// <returns>How many were freed.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var lost = await db.Sendings.AsNoTracking().Where(s => s.NextAttemptAt <= now && s.LeaseId != null && s.LeaseUntil < now).OrderBy(s => s.LeaseUntil).Take(Batch).ToListAsync(cancel);
        var freed = lost.Count == 0 ? 0 : await record.RunAsync(lost.ConvertAll(Outcome.Abandoned), cancel);
        if (freed > 0)
            log.LogWarning("{Freed} sendings were in the hands of a worker that stopped without a word; they go again.", freed);
        return freed;
    }
}
