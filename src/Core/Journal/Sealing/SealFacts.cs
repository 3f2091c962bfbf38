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

    /// <summary>Nodes' clocks differ, and transactions commit after their facts were made.</summary>
    internal static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);

    internal const string AnotherNode = "Un autre nœud scelle, et son tour dure.";

    /// <param name="since">
    /// Leaves out facts whose identifiers were made before this instant: a look at the newest costs the same however long the journal
    /// is. Null looks at all, which a worker does now and then. Where facts older than that may wait, since the last seal was
    /// made before or did not take all, they are looked at as well: a seal that is not full took all that waited.
    /// </param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<SealingTurn> RunAsync(DateTimeOffset? since, CancellationToken cancel)
    {
        await using var turn = await db.TakeSealingTurnAsync(cancel);
        if (turn is null)
            return new SealingTurn(0, AnotherNode);
        var previous = await db.Seals.AsNoTracking().OrderByDescending(s => s.Number).FirstOrDefaultAsync(cancel);
        var sealedUntil = await SealedUntilAsync(previous, cancel) - Tolerance;
        var facts = await db.UnsealedFacts(since is null || sealedUntil >= since ? since : sealedUntil, Most).AsNoTracking().ToListAsync(cancel);
        if (facts.Count == 0)
            return new SealingTurn(0);
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

    /// <summary>Until when the last seal left nothing waiting: until it was made, or until the last of its facts where it was full. Null where there is none.</summary>
    private async Task<DateTimeOffset?> SealedUntilAsync(Seal? last, CancellationToken cancel) => last is not { Facts: Most }
        ? last?.At
        : await db.Facts.Where(f => db.SealedFacts.Any(s => s.FactId == f.Id && s.SealNumber == last.Number && s.Leaf == Most - 1)).Select(f => (DateTimeOffset?)f.At).FirstOrDefaultAsync(cancel);

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
