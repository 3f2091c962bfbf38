using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>
/// One run of the outbox: a leaser feeds the lines to the relay, and what the relay answers is written by a recorder, so that
/// SMTP and database never wait for each other.
/// </summary>
internal sealed class OutboxCarriage
{
    /// <summary>Sendings that a line takes at once.</summary>
    private const int LoadSize = 16;

    /// <summary>Loads leased and not yet settled, for each line; and as many of them as are leased at once, since each leasing passes by all that is leased already.</summary>
    private const int LoadsEach = 6, LeasedEach = 3;

    /// <summary>Bytes of encoded mails that a line gathers before it sends them: a letter with words of its own for each recipient is encoded for each, files and all.</summary>
    private const long MostGathered = 8 * 1024 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250), AfterFault = TimeSpan.FromSeconds(2), BetweenRecoveries = TimeSpan.FromSeconds(10);

    /// <summary>How long the last outcomes may still be written while the product stops.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(20);

    private readonly IServiceScopeFactory _scopes;
    private readonly LetterMoulds _moulds;
    private readonly Settings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly RelayGate _gate;
    private readonly SemaphoreSlim _room;
    private readonly Channel<OutboxLoad> _loads = Channel.CreateUnbounded<OutboxLoad>();
    private readonly OutboxRecorder _recorder;
    private readonly OutboxLease _lease;
    private readonly OutboxNotes _notes;

    /// <summary>What is leased and not settled, with its lease. Only this is renewed: what fell out of it by a fault is freed when its lease ends.</summary>
    private readonly ConcurrentDictionary<(Guid Sending, Guid Lease), byte> _held = new();

    public OutboxCarriage(IServiceScopeFactory scopes, LetterMoulds moulds, Settings settings, TimeProvider clock, ILogger log)
    {
        (_scopes, _moulds, _settings, _clock, _log) = (scopes, moulds, settings, clock, log);
        _gate = new RelayGate(clock, log);
        _room = new SemaphoreSlim(settings.Smtp.Connections * LoadsEach);
        _lease = new OutboxLease(clock);
        _recorder = new OutboxRecorder(scopes, log, Settled);
        _notes = new OutboxNotes(scopes, LeaseNotes.FolderOf(settings), _recorder, clock, log);
    }

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
        var recorder = _recorder.RunAsync(patience.Token);
        var lines = Task.WhenAll(Enumerable.Range(0, _settings.Smtp.Connections).Select(_ => LineAsync(stop)));
        int taken;
        try
        {
            taken = await LeaseAsync(untilEmpty, stop, patience.Token);
        }
        finally
        {
            _loads.Writer.Complete();
            await lines;
            _recorder.Complete();
            await recorder;
            await renewed.CancelAsync();
            await renewal;
        }

        stop.ThrowIfCancellationRequested();
        return taken;
    }

    private async Task<int> LeaseAsync(bool untilEmpty, CancellationToken stop, CancellationToken patience)
    {
        var (taken, recovery) = (0, DateTimeOffset.MinValue);
        while (!stop.IsCancellationRequested && _lease.AllowsToBegin)
        {
            var wait = Pause;
            try
            {
                if (_clock.Now() >= recovery)
                {
                    recovery = _clock.Now() + BetweenRecoveries;
                    await _notes.TakeUpAsync(_held.Keys.Select(h => h.Lease).ToHashSet(), patience);
                    await InScopeAsync<RecoverLostLeases, int>(o => o.RunAsync(stop));
                }

                if (_gate.ClosedFor() is var closed && closed > TimeSpan.Zero)
                {
                    if (untilEmpty)
                        return taken;
                    await Task.Delay(closed, _clock, stop);
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
                _log.LogError(fault, "The outbox could not be read; it is tried again in {Wait}.", AfterFault);
                wait = AfterFault;
            }

            await Task.Delay(wait, _clock, stop);
        }

        return taken;
    }

    private async Task<int> LeaseLoadsAsync(CancellationToken stop)
    {
        var loads = 0;
        try
        {
            for (; loads < _settings.Smtp.Connections * LeasedEach; loads++)
                await _room.WaitAsync(stop);
            var lease = Guid.CreateVersion7(_clock.Now());
            var due = await InScopeAsync<LeaseDue, IReadOnlyList<DueSending>>(o => o.RunAsync(lease, _lease.Until, loads * LoadSize, stop));
            var notes = due.Count == 0 ? null : _notes.Begin(lease, due);
            foreach (var load in due.Chunk(LoadSize))
            {
                foreach (var sending in load)
                    _held.TryAdd((sending.Sending.Id, lease), 0);
                _loads.Writer.TryWrite(new OutboxLoad(load, notes));
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
        using var timer = new PeriodicTimer(OutboxLease.Renewal, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                try
                {
                    var until = _clock.Now() + OutboxLease.Length;
                    await InScopeAsync<LeaseDue, int>(o => o.RenewAsync([.. _held.Keys], until, end));
                    _lease.HeldUntil(until);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    _log.LogError(fault, "The lease of the outbox could not be renewed.");
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
                _log.LogError(fault, "A line to the relay failed; another takes its place.");
            }
        }
    }

    private async Task CarryAllAsync(CancellationToken stop)
    {
        await using var relay = new RelayLine(_settings);
        while (await relay.IdleAsync(_loads.Reader))
        {
            while (_loads.Reader.TryRead(out var load))
                await CarryAsync(relay, load, stop);
        }
    }

    /// <summary>Every sending of the load gets one outcome, whatever happens.</summary>
    private async Task CarryAsync(RelayLine relay, OutboxLoad load, CancellationToken stop)
    {
        var waiting = load.Due.Select(d => d.Sending).ToHashSet();
        try
        {
            if (stop.IsCancellationRequested || !_lease.AllowsToBegin || _gate.ClosedFor() > TimeSpan.Zero)
                return;
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop, _lease.Ends);
            var (parcels, carried, bytes) = (new List<Parcel>(), new List<Sending>(), 0L);
            foreach (var due in load.Due)
            {
                if (_gate.ClosedFor() > TimeSpan.Zero)
                    return;
                var (parcel, failure) = await ParcelAsync(due, ends.Token);
                if (parcel is null)
                {
                    Tell(failure!);
                    continue;
                }

                parcels.Add(parcel);
                carried.Add(due.Sending);
                bytes += parcel.Bytes ?? 0;
                if (bytes > MostGathered)
                    await SendAsync();
            }

            await SendAsync();

            async Task SendAsync()
            {
                var (gathered, of) = (parcels, carried);
                (parcels, carried, bytes) = ([], [], 0);
                await relay.SendManyAsync(
                    gathered,
                    (index, answer) =>
                    {
                        if (answer.Outcome == RelayOutcome.Unreachable)
                        {
                            _gate.NotReached(answer);
                            return;
                        }

                        _gate.Reached();

                        // What we broke off ourselves before its end is no delay of the letter's.
                        if (answer.Outcome == RelayOutcome.Unanswered && ends.IsCancellationRequested)
                            return;
                        load.Notes?.Answered(of[index].Id, answer);
                        Tell(new Outcome(of[index], answer));
                    },
                    index => load.Notes?.Ends(of[index].Id),
                    ends.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // What was not begun is left to whoever comes next.
        }
        catch (Exception fault)
        {
            _log.LogError(fault, "A load of {Count} sendings failed; what was not begun is tried again.", load.Due.Count);
        }
        finally
        {
            foreach (var sending in waiting.ToList())
                Tell(Outcome.Untouched(sending));
        }

        void Tell(Outcome outcome)
        {
            waiting.Remove(outcome.Sending);
            _recorder.Tell(load, outcome);
        }
    }

    /// <returns>The parcel; or the outcome of a mail that cannot be made, whatever it is: the letters behind it go on.</returns>
    private async Task<(Parcel? Parcel, Outcome? Outcome)> ParcelAsync(DueSending due, CancellationToken cancel)
    {
        try
        {
            return (await _moulds.ParcelAsync(due, cancel), null);
        }
        catch (ArgumentException unsendable)
        {
            _log.LogError(unsendable, "Sending {Sending} cannot be put into a mail.", due.Sending.Id);
            return (null, new Outcome(due.Sending, new RelayAnswer(RelayOutcome.Refused, RelayStage.Opening, "", "La plateforme n'a pas pu composer ce courrier.", "5.6.0", ReplyCode: null, DsnRequested: false)));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            _log.LogError(fault, "The mail of sending {Sending} could not be made; it is tried again.", due.Sending.Id);
            return (null, new Outcome(due.Sending, Answer: null, Faulted: true));
        }
    }

    private void Settled(OutboxLoad load, Outcome outcome, bool written)
    {
        _held.TryRemove((outcome.Sending.Id, outcome.Lease), out _);
        if (load.Settle(written))
            _room.Release();
    }

    private async Task<T> InScopeAsync<TOperation, T>(Func<TOperation, Task<T>> run)
        where TOperation : notnull
    {
        await using var scope = _scopes.CreateAsyncScope();
        return await run(scope.ServiceProvider.GetRequiredService<TOperation>());
    }
}
