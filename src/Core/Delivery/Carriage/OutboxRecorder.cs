using System.Data.Common;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>
/// Writes what became of the sendings of one run, in batches as large as have come together meanwhile, and tells which are settled:
/// written, or left to whoever comes when their lease ends.
/// </summary>
internal sealed class OutboxRecorder(IServiceScopeFactory scopes, ILogger log, Action<OutboxLoad, Outcome> settled)
{
    private const int MostRecorded = 256;

    /// <summary>SQLITE_CONSTRAINT.</summary>
    private const int SqliteConstraint = 19;

    /// <summary>How long a few outcomes gather before they are written: the statements that serve one serve as well a hundred.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200), LongestWait = TimeSpan.FromSeconds(2);

    private readonly Channel<(OutboxLoad Load, Outcome Outcome)> _outcomes = Channel.CreateUnbounded<(OutboxLoad, Outcome)>();

    public void Tell(OutboxLoad load, Outcome outcome) => _outcomes.Writer.TryWrite((load, outcome));

    /// <summary>Nothing more will be told.</summary>
    public void Complete() => _outcomes.Writer.Complete();

    /// <summary>Writes until all that was told is settled.</summary>
    /// <param name="patience">Once it is over, what the database does not take at once is left.</param>
    public async Task RunAsync(CancellationToken patience)
    {
        var batch = new List<(OutboxLoad Load, Outcome Outcome)>(MostRecorded);
        while (await _outcomes.Reader.WaitToReadAsync(CancellationToken.None))
        {
            if (_outcomes.Reader.Count < MostRecorded / 8 && !_outcomes.Reader.Completion.IsCompleted)
                await Task.Delay(Gathering, CancellationToken.None);
            batch.Clear();
            while (batch.Count < MostRecorded && _outcomes.Reader.TryRead(out var told))
                batch.Add(told);
            await RecordAsync(batch.ConvertAll(b => b.Outcome), patience);
            foreach (var (load, outcome) in batch)
                settled(load, outcome);
        }
    }

    /// <summary>An answer that is lost is a mail that goes twice: it is written again and again until the database takes it.</summary>
    private async Task RecordAsync(IReadOnlyList<Outcome> batch, CancellationToken patience)
    {
        for (var wait = FirstWait; ; wait = wait < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<RecordOutcomes>().RunAsync(batch, CancellationToken.None);
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
        fault.GetBaseException() is DbException { SqlState: ['2', '2' or '3', ..] } or SqliteException { SqliteErrorCode: SqliteConstraint } || fault.GetBaseException() is not (DbException or IOException or TimeoutException or SocketException);
}
