using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Journal.Sealing;

/// <summary>What a turn of sealing came to.</summary>
/// <param name="Facts">How many facts it sealed.</param>
/// <param name="Waiting">Why facts wait, in French for the operator; null when nothing keeps them.</param>
public sealed record SealingTurn(int Facts, string? Waiting = null);

/// <summary>
/// Gathers facts that no seal holds into one seal, the oldest first. They are found by what is missing among the sealed, never by a mark of
/// how far one came: a fact that was committed late is not passed over. One node seals at a time. The authority is asked outside of any
/// transaction; while it is down facts wait, and nothing else does.
/// </summary>
public sealed class SealFacts(VaguemestreDb db, ITimestampAuthority authority, TimeProvider clock)
{
    /// <summary>Of one seal: its whole tree is read to show that one fact is in it.</summary>
    public const int Most = 1024;

    internal const string AnotherNode = "Un autre nœud scelle, et son tour dure.";

    /// <param name="since">
    /// Leaves out facts whose identifiers were made before this instant: a look at the newest costs the same however long the journal
    /// is. Null looks at all, which a worker does now and then.
    /// </param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<SealingTurn> RunAsync(DateTimeOffset? since, CancellationToken cancel)
    {
        await using var turn = await db.TakeSealingTurnAsync(cancel);
        if (turn is null)
            return new SealingTurn(0, AnotherNode);
        var facts = await db.UnsealedFacts(since, Most).AsNoTracking().ToListAsync(cancel);
        if (facts.Count == 0)
            return new SealingTurn(0);
        var previous = await db.Seals.AsNoTracking().OrderByDescending(s => s.Number).FirstOrDefaultAsync(cancel);
        var seal = Seal.After(previous, [.. facts.Select(f => f.Hash)], clock.Now());
        try
        {
            seal.Bear(await authority.StampAsync(seal.Hash, cancel));
        }
        catch (TimestampingException down)
        {
            return new SealingTurn(0, down.Message);
        }

        try
        {
            return new SealingTurn((await WriteAsync(seal, facts, cancel)).Value);
        }
        catch (DbUpdateException)
        {
            // Of two processes over one SQLite file, whose turns keep nobody of the other from sealing, the keys of the seals refuse the second.
            db.ChangeTracker.Clear();
            if (!await db.Seals.AsNoTracking().AnyAsync(s => s.Number == seal.Number, cancel))
                throw;
            return new SealingTurn(0, "Un autre processus vient de sceller.");
        }
    }

    private Task<Result<int>> WriteAsync(Seal seal, List<Fact> facts, CancellationToken cancel) => db.WriteAsync<int>(
        async () =>
        {
            db.Seals.Add(seal);
            await db.SaveChangesAsync(cancel);
            await db.InsertManyAsync([.. facts.Select((fact, leaf) => new SealedFact(fact.Id, seal.Number, leaf, fact.Hash))], cancel);
            return facts.Count;
        },
        cancel);
}
