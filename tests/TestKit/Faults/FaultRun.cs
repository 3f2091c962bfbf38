using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.TestKit.Faults;

/// <summary>What is done to the product while it sends.</summary>
public enum FaultKind
{
    /// <summary>The worker is killed (SIGKILL) at a random moment.</summary>
    Kill,

    /// <summary>PostgreSQL is stopped under the worker, in order or as by a crash, and started again.</summary>
    PostgresRestart,

    /// <summary>The disk under the database is filled, and freed seconds later.</summary>
    FullDisk,
}

/// <summary>
/// One run: letters in the outbox, the product's own workers at a counting relay, one fault after another; then whatever is left is sent
/// in peace, and outbox, journal and relay are compared. Killed workers hold their leases for two minutes and retries wait: this run ends
/// both in the database whenever no worker lives, which stands for waiting.
/// </summary>
public sealed class FaultRun(DatabaseProvider provider, FaultKind kind, int letters, int faults)
{
    /// <summary>A fault is not counted as one unless letters went out since the one before, up to this; and the end is waited for unless none went out for so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), LastPatience = TimeSpan.FromMinutes(4);

    /// <summary>A worker that is killed while it sends may leave this many letters leased.</summary>
    private const int LeftLeased = 100;

    private readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);

    /// <returns>Null where the machine cannot do it: no small disk can be mounted.</returns>
    public async Task<FaultResult?> RunAsync()
    {
        var disk = kind == FaultKind.FullDisk ? await SmallDisk.TryMountAsync(provider == DatabaseProvider.Sqlite ? 64 + (letters / 50) : 256 + (letters / 50)) : null;
        if (kind == FaultKind.FullDisk && disk is null)
            return null;
        var start = TimeProvider.System.GetTimestamp();
        await using var world = await FaultWorld.CreateAsync(provider, letters, disk);

        // SQLite has one worker by design; PostgreSQL has several.
        var slots = Enumerable.Range(0, provider == DatabaseProvider.Sqlite ? 1 : 2).Select(_ => new Slot(world.Settings, new CountingSink(_seen))).ToList();
        try
        {
            var (done, together) = (0, Math.Max(slots.Count, letters / 5 / LeftLeased));
            while (done < faults)
            {
                var round = Math.Min(together, faults - done);
                var left = round;
                if (kind == FaultKind.Kill)
                    await Task.WhenAll(slots.Select(slot => KillAsync(slot, () => Interlocked.Decrement(ref left) >= 0)));
                else
                    await DisturbAsync(world, slots, round);
                done += round;
                foreach (var slot in slots)
                    await slot.Worker.KillAsync();
                await HastenAsync(world);
            }

            await FinishAsync(world, slots);
        }
        finally
        {
            foreach (var slot in slots)
            {
                await slot.Worker.DisposeAsync();
                await slot.Sink.DisposeAsync();
            }
        }

        return await CompareAsync(world, slots, TimeProvider.System.GetElapsedTime(start));
    }

    /// <summary>Kills the worker of one slot again and again, each time at a random moment once it sends.</summary>
    private static async Task KillAsync(Slot slot, Func<bool> once)
    {
        while (once())
        {
            slot.Worker.Start();
            await SendsAsync(slot);
            await Task.Delay(Random.Shared.Next(0, 200));
            await slot.Worker.KillAsync();
        }
    }

    private async Task DisturbAsync(FaultWorld world, List<Slot> slots, int times)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var slot in slots)
            {
                if (!slot.Worker.Runs)
                    slot.Worker.Start();
            }

            await Task.WhenAny(slots.Select(SendsAsync));
            await Task.Delay(Random.Shared.Next(0, 400));
            if (kind == FaultKind.PostgresRestart)
            {
                await world.Postgres!.RestartAsync(i % 2 == 0 ? "immediate" : "fast");
                continue;
            }

            await world.Disk!.FillAsync();
            await Task.Delay(Random.Shared.Next(1000, 3000));
            world.Disk.Free();
            if (world.Postgres is { } postgres)
                await postgres.StartAgainAsync();
        }
    }

    /// <summary>Waits until the slot's relay takes a mail, or there is nothing more to send.</summary>
    private static async Task SendsAsync(Slot slot)
    {
        var before = slot.Sink.Taken;
        for (var start = TimeProvider.System.GetTimestamp(); slot.Sink.Taken == before && slot.Worker.Runs && TimeProvider.System.GetElapsedTime(start) < Patience;)
            await Task.Delay(5);
    }

    /// <summary>Ends leases and waits; no worker may live.</summary>
    private static Task<int> HastenAsync(FaultWorld world) => world.QueryAsync(async db =>
    {
        DateTimeOffset? past = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var freed = await db.Sendings.Where(s => s.LeaseId != null).ExecuteUpdateAsync(s => s.SetProperty(x => x.LeaseUntil, past));
        await db.Sendings.Where(s => s.NextAttemptAt > past).ExecuteUpdateAsync(s => s.SetProperty(x => x.NextAttemptAt, past));
        return freed;
    });

    private static async Task FinishAsync(FaultWorld world, List<Slot> slots)
    {
        foreach (var slot in slots)
            slot.Worker.Start();
        var (left, since) = (int.MaxValue, TimeProvider.System.GetTimestamp());
        while (TimeProvider.System.GetElapsedTime(since) < LastPatience)
        {
            var waiting = await world.QueryAsync(db => db.Sendings.CountAsync(s => s.NextAttemptAt != null));
            if (waiting == 0)
                return;
            if (waiting < left)
                (left, since) = (waiting, TimeProvider.System.GetTimestamp());
            await Task.Delay(500);
            DateTimeOffset? past = TimeProvider.System.GetUtcNow();
            await world.QueryAsync(db => db.Sendings.Where(s => s.LeaseId == null && s.NextAttemptAt > past).ExecuteUpdateAsync(s => s.SetProperty(x => x.NextAttemptAt, past)));
        }
    }

    private async Task<FaultResult> CompareAsync(FaultWorld world, List<Slot> slots, TimeSpan took)
    {
        var sendings = await world.QueryAsync(db => db.Sendings.AsNoTracking().ToListAsync());
        var statuses = await world.QueryAsync(db => db.Conversations.ToDictionaryAsync(c => c.Id, c => c.Status));
        var facts = (await world.QueryAsync(db => db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => f.SubjectKind == SubjectKind.Conversation).OrderBy(f => f.Sequence).ToListAsync())).ToLookup(f => f.SubjectId);
        int lost = 0, waiting = 0, untold = 0, doubles = 0, doubtful = 0, wrong = 0;
        foreach (var sending in sendings)
        {
            var chain = facts[sending.ConversationId].ToList();
            var seen = _seen.GetValueOrDefault(sending.EnvelopeId);
            var (accepted, unknown) = (chain.Count(f => f.Kind == FactKind.AcceptedByRelay), chain.Count(f => f.Kind == FactKind.OutcomeUnknown));
            lost += seen == 0 ? 1 : 0;
            waiting += sending is { AcceptedAt: not null, NextAttemptAt: null, LeaseId: null } ? 0 : 1;
            doubles += seen > 1 ? 1 : 0;
            doubtful += unknown;

            // Every mail too many has a fact of its own: that its outcome was unknown, or that it was accepted as well.
            untold += seen - 1 > unknown + accepted - 1 ? 1 : 0;
            wrong += accepted == 1 && ChainCheck.FirstFault(chain) is null && statuses[sending.ConversationId] == ConversationStatus.From(chain) ? 0 : 1;
        }

        return new FaultResult(provider, kind, sendings.Count, faults, lost, waiting, doubles, untold, doubtful, wrong, slots.Sum(s => s.Sink.Broken), slots.Sum(s => s.Sink.Postponed), took, slots.Select(s => s.Worker.LastError).FirstOrDefault(e => e is not null));
    }

    private sealed record Slot(CountingSink Sink, WorkerProcess Worker)
    {
        public Slot(Settings settings, CountingSink sink) : this(sink, new WorkerProcess(settings, sink.Port)) { }
    }
}

/// <summary>What a run came to.</summary>
/// <param name="Letters">Sendings.</param>
/// <param name="Faults">Kills, restarts or full disks.</param>
/// <param name="Lost">Never came to the relay.</param>
/// <param name="Waiting">Not accepted once and for all in the outbox.</param>
/// <param name="Doubles">Came more than once.</param>
/// <param name="Untold">Came more often than its facts tell.</param>
/// <param name="InDoubt">Facts that say « outcome unknown »: an upper bound of the doubles.</param>
/// <param name="Wrong">Its chain is broken, its status is not what the chain says, or it was not accepted exactly once.</param>
/// <param name="Broken">Connections that the relay broke after the final dot.</param>
/// <param name="Postponed">Mails that the relay refused for now.</param>
public sealed record FaultResult(DatabaseProvider Database, FaultKind Kind, int Letters, int Faults, int Lost, int Waiting, int Doubles, int Untold, int InDoubt, int Wrong, int Broken, int Postponed, TimeSpan Took, string? LastError)
{
    /// <summary>No letter lost, none accepted otherwise than once, every double told.</summary>
    public bool Holds => Lost == 0 && Waiting == 0 && Untold == 0 && Wrong == 0;

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{Database}, {Kind}: {Letters} letters, {Faults} faults, {Lost} lost, {Waiting} waiting, {Doubles} doubles, {Untold} doubles without a fact, {InDoubt} facts of an unknown outcome, {Wrong} wrong chains or statuses, {Broken} connections broken and {Postponed} mails put off by the relay, {Took.TotalSeconds:0} s. {(Holds ? "Holds." : "DOES NOT HOLD.")}");
}
