using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>The notes of this machine's workers (<see cref="LeaseNotes"/>): begun for each lease, taken up where one was left.</summary>
internal sealed class OutboxNotes(IServiceScopeFactory scopes, string folder, OutboxRecorder recorder, TimeProvider clock, ILogger log)
{
    /// <returns>Null where none can be kept.</returns>
    public LeaseNotes? Begin(Guid lease, IReadOnlyList<DueSending> due)
    {
        try
        {
            return LeaseNotes.Begin(folder, lease, [.. due.Select(d => d.Sending.Id)]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            log.LogWarning(fault, "No notes can be kept in {Folder}: a worker that is killed leaves all that it holds in doubt.", folder);
            return null;
        }
    }

    /// <summary>Writes what workers that were killed had noted, before their leases end.</summary>
    /// <param name="own">Leases of the caller's.</param>
    /// <param name="patience">Once it is over, what the database does not take at once is left.</param>
    public async Task TakeUpAsync(IReadOnlySet<Guid> own, CancellationToken patience)
    {
        foreach (var lease in LeaseNotes.Kept(folder).Where(l => !own.Contains(l)))
        {
            using var left = LeaseNotes.TryTake(folder, lease);
            if (left is null)
                continue;
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
            var held = await db.Sendings.AsNoTracking().Where(s => left.Sendings.Contains(s.Id) && s.LeaseId == lease).ToListAsync(patience);

            // Of another machine, or of this one before it stopped: whether its writer lives, only the lease can tell.
            if (!left.IsWhole && held.Exists(s => s.LeaseUntil >= clock.Now()))
                continue;
            var outcomes = held.Select(left.OutcomeOf).OfType<Outcome>().ToList();
            if (outcomes.Count > 0 && !await recorder.RecordAsync(outcomes, patience))
                return;
            left.Destroy();
            if (outcomes.Count > 0)
                log.LogWarning("A worker stopped without a word: of {Count} letters in its hands, {Answered} had their answer and {Doubt} may go twice.", outcomes.Count, outcomes.Count(o => o.Answer is not null), outcomes.Count(o => o.HolderDied));
        }
    }
}
