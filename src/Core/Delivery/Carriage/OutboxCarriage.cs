using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>
/// One run of the outbox: a leaser feeds the lines to the relay, and what the relay answers is written by one recorder in
/// batches as large as have come together meanwhile, so that SMTP and database never wait for each other.
/// </summary>
internal sealed class OutboxCarriage(IServiceScopeFactory scopes, LetterMoulds moulds, Settings settings, TimeProvider clock, ILogger log)
{
    /// <summary>Sendings that a line takes at once.</summary>
    private const int LoadSize = 16;

    /// <summary>Loads leased and not yet settled, for each line: one on its way, one behind it, two being recorded. Whoever dies leaves no more in doubt.</summary>
    private const int LoadsEach = 4;

    private const int MostRecorded = 256;

    /// <summary>How long a few outcomes gather before they are written: the statements that serve one serve as well a hundred.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250), AfterFault = TimeSpan.FromSeconds(2), BetweenRecoveries = TimeSpan.FromSeconds(10);

    /// <summary>SQLITE_CONSTRAINT.</summary>
    private const int SqliteConstraint = 19;

    /// <summary>How long the last outcomes may still be written while the product stops.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(20);

    private readonly RelayGate _gate = new(clock, log);
    private readonly SemaphoreSlim _room = new(settings.Smtp.Connections * LoadsEach);
    private readonly Channel<Load> _loads = Channel.CreateUnbounded<Load>();
    private readonly Channel<(Load Load, Outcome Outcome)> _outcomes = Channel.CreateUnbounded<(Load, Outcome)>();
    private readonly OutboxLease _lease = new(clock);

    /// <summary>What is leased and not settled, with its lease. Only this is renewed: what fell out of it by a fault is freed when its lease ends.</summary>
    private readonly ConcurrentDictionary<(Guid Sending, Guid Lease), byte> _held = new();

    /// <summary>Ends also where its lease could not be renewed in time: nothing may be begun under it any more, and another carriage takes a new one.</summary>
    /// <returns>How many sendings were taken.</returns>
    public async Task<int> RunAsync(bool untilEmpty, CancellationToken stop)
    {
        using var lease = _lease;
        using var room = _room;
        using var renewed = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None);
        using var patience = new CancellationTokenSource();
        await using var hurry = stop.Register(() => patience.CancelAfter(LastWords));
        var renewal = RenewAsync(renewed.Token);
        var recorder = RecordAsync(patience.Token);
        var lines = Task.WhenAll(Enumerable.Range(0, settings.Smtp.Connections).Select(_ => LineAsync(stop)));
        int taken;
        try
        {
            taken = await LeaseAsync(untilEmpty, stop);
        }
        finally
        {
            _loads.Writer.Complete();
            await lines;
            _outcomes.Writer.Complete();
            await recorder;
            await renewed.CancelAsync();
            await renewal;
        }

        stop.ThrowIfCancellationRequested();
        return taken;
    }

    private async Task<int> LeaseAsync(bool untilEmpty, CancellationToken stop)
    {
        var (taken, recovery) = (0, DateTimeOffset.MinValue);
        while (!stop.IsCancellationRequested && _lease.AllowsToBegin)
        {
            var wait = Pause;
            try
            {
                if (clock.Now() >= recovery)
                {
                    recovery = clock.Now() + BetweenRecoveries;
                    await InScopeAsync<RecoverLostLeases, int>(o => o.RunAsync(stop));
                }

                if (_gate.ClosedFor() is var closed && closed > TimeSpan.Zero)
                {
                    if (untilEmpty)
                        return taken;
                    await Task.Delay(closed, clock, stop);
                }

                var leased = await LeaseLoadsAsync(stop);
                taken += leased;
                if (leased > 0)
                    continue;
                if (untilEmpty)
                    return taken;
            }
            catch (Exception fault) when (!untilEmpty && fault is not OperationCanceledException)
            {
                log.LogError(fault, "The outbox could not be read; it is tried again in {Wait}.", AfterFault);
                wait = AfterFault;
            }

            await Task.Delay(wait, clock, stop);
        }

        return taken;
    }

    private async Task<int> LeaseLoadsAsync(CancellationToken stop)
    {
        var loads = 0;
        try
        {
            for (; loads < settings.Smtp.Connections; loads++)
                await _room.WaitAsync(stop);
            var lease = Guid.CreateVersion7(clock.Now());
            var due = await InScopeAsync<LeaseDue, IReadOnlyList<DueSending>>(o => o.RunAsync(lease, _lease.Until, loads * LoadSize, stop));
            foreach (var load in due.Chunk(LoadSize))
            {
                foreach (var sending in load)
                    _held.TryAdd((sending.Sending.Id, lease), 0);
                _loads.Writer.TryWrite(new Load(load));
                loads--;
            }

            return due.Count;
        }
        finally
        {
            if (loads > 0)
                _room.Release(loads);
        }
    }

    private async Task RenewAsync(CancellationToken end)
    {
        using var timer = new PeriodicTimer(OutboxLease.Renewal, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                try
                {
                    var until = clock.Now() + OutboxLease.Length;
                    await InScopeAsync<LeaseDue, int>(o => o.RenewAsync([.. _held.Keys], until, end));
                    _lease.HeldUntil(until);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    log.LogError(fault, "The lease of the outbox could not be renewed.");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The carriage is over.
        }
    }

    /// <summary>Whatever becomes of one line, another takes its place as long as there are loads to come.</summary>
    private async Task LineAsync(CancellationToken stop)
    {
        for (var ended = false; !ended;)
        {
            try
            {
                await CarryAllAsync(stop);
                ended = true;
            }
            catch (Exception fault)
            {
                log.LogError(fault, "A line to the relay failed; another takes its place.");
            }
        }
    }

    private async Task CarryAllAsync(CancellationToken stop)
    {
        await using var relay = new RelayLine(settings);
        while (await relay.IdleAsync(_loads.Reader))
        {
            while (_loads.Reader.TryRead(out var load))
                await CarryAsync(relay, load, stop);
        }
    }

    /// <summary>Every sending of the load gets one outcome, whatever happens.</summary>
    private async Task CarryAsync(RelayLine relay, Load load, CancellationToken stop)
    {
        var waiting = load.Due.Select(d => d.Sending).ToHashSet();
        try
        {
            if (stop.IsCancellationRequested || !_lease.AllowsToBegin || _gate.ClosedFor() > TimeSpan.Zero)
                return;
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop, _lease.Ends);
            var (parcels, carried) = (new List<Parcel>(), new List<Sending>());
            foreach (var due in load.Due)
            {
                var (parcel, failure) = await ParcelAsync(due, ends.Token);
                if (parcel is null)
                {
                    Tell(failure!);
                    continue;
                }

                parcels.Add(parcel);
                carried.Add(due.Sending);
            }

            await relay.SendManyAsync(
                parcels,
                (index, answer) =>
                {
                    if (answer.Outcome == RelayOutcome.Unreachable)
                    {
                        _gate.NotReached(answer);
                        return;
                    }

                    _gate.Reached();

                    // What we broke off ourselves before its end is no delay of the letter's.
                    if (answer.Outcome != RelayOutcome.Unanswered || !ends.IsCancellationRequested)
                        Tell(new Outcome(carried[index], answer));
                },
                ends.Token);
        }
        catch (OperationCanceledException)
        {
            // What was not begun is left to whoever comes next.
        }
        catch (Exception fault)
        {
            log.LogError(fault, "A load of {Count} sendings failed; what was not begun is tried again.", load.Due.Count);
        }
        finally
        {
            foreach (var sending in waiting.ToList())
                Tell(Outcome.Untouched(sending));
        }

        void Tell(Outcome outcome)
        {
            waiting.Remove(outcome.Sending);
            _outcomes.Writer.TryWrite((load, outcome));
        }
    }

    /// <returns>The parcel; or the outcome of a mail that cannot be made, whatever it is: the letters behind it go on.</returns>
    private async Task<(Parcel? Parcel, Outcome? Outcome)> ParcelAsync(DueSending due, CancellationToken cancel)
    {
        try
        {
            return (await moulds.ParcelAsync(due, cancel), null);
        }
        catch (ArgumentException unsendable)
        {
            log.LogError(unsendable, "Sending {Sending} cannot be put into a mail.", due.Sending.Id);
            return (null, new Outcome(due.Sending, new RelayAnswer(RelayOutcome.Refused, RelayStage.Opening, "", "La plateforme n'a pas pu composer ce courrier.", "5.6.0", ReplyCode: null, DsnRequested: false)));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "The mail of sending {Sending} could not be made; it is tried again.", due.Sending.Id);
            return (null, new Outcome(due.Sending, Answer: null, Faulted: true));
        }
    }

    private async Task RecordAsync(CancellationToken patience)
    {
        var batch = new List<(Load Load, Outcome Outcome)>(MostRecorded);
        while (await _outcomes.Reader.WaitToReadAsync(CancellationToken.None))
        {
            if (_outcomes.Reader.Count < MostRecorded / 8 && !_outcomes.Reader.Completion.IsCompleted)
                await Task.Delay(Gathering, CancellationToken.None);
            batch.Clear();
            while (batch.Count < MostRecorded && _outcomes.Reader.TryRead(out var outcome))
                batch.Add(outcome);
            await RecordAsync(batch.ConvertAll(b => b.Outcome), patience);
            foreach (var (_, outcome) in batch)
                _held.TryRemove((outcome.Sending.Id, outcome.Lease), out _);
            if (batch.Count(b => b.Load.Settle()) is > 0 and var settled)
                _room.Release(settled);
        }
    }

    /// <summary>An answer that is lost is a mail that goes twice: it is written again and again until the database takes it.</summary>
    private async Task RecordAsync(IReadOnlyList<Outcome> batch, CancellationToken patience)
    {
        for (var wait = TimeSpan.FromMilliseconds(200); ; wait = wait < AfterFault ? wait * 2 : AfterFault)
        {
            try
            {
                await InScopeAsync<RecordOutcomes, int>(o => o.RunAsync(batch, CancellationToken.None));
                return;
            }
            catch (Exception fault) when (IsTheirOwn(fault) && batch.Count > 1)
            {
                log.LogError(fault, "A batch of {Count} outcomes cannot be written as one; they are written one by one.", batch.Count);
                foreach (var outcome in batch)
                    await RecordAsync([outcome], patience);
                return;
            }
            catch (Exception fault) when (IsTheirOwn(fault) || patience.IsCancellationRequested)
            {
                log.LogError(fault, "The outcome of {Count} sendings could not be written; they go again when their lease ends.", batch.Count);
                return;
            }
            catch (Exception fault)
            {
                log.LogError(fault, "The outcome of {Count} sendings could not be written; it is tried again in {Wait}.", batch.Count, wait);
                await Task.Delay(wait, patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>The fault lies in what is written, not in a database that is away, full or busy.</summary>
    private static bool IsTheirOwn(Exception fault) =>
        fault.GetBaseException() is DbException { SqlState: ['2', '2' or '3', ..] } or SqliteException { SqliteErrorCode: SqliteConstraint } || fault.GetBaseException() is not (DbException or IOException or TimeoutException or System.Net.Sockets.SocketException);

    /// <summary>What a line takes at once.</summary>
    private sealed class Load(IReadOnlyList<DueSending> due)
    {
        private int _open = due.Count;

        public IReadOnlyList<DueSending> Due { get; } = due;

        /// <returns>Whether that was its last sending.</returns>
        public bool Settle() => --_open == 0;
    }

    private async Task<T> InScopeAsync<TOperation, T>(Func<TOperation, Task<T>> run)
        where TOperation : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        return await run(scope.ServiceProvider.GetRequiredService<TOperation>());
    }
}
