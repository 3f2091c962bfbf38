using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>
/// Writes what became of the sendings of one run, in batches as large as have come together meanwhile, and tells which are settled:
/// written, or left to whoever comes when their lease ends.
/// </summary>
internal sealed class OutboxRecorder(IServiceScopeFactory scopes, ILogger log, Action<OutboxLoad, Outcome, bool> settled)
{
    private const int MostRecorded = 256, Enough = MostRecorded / 2;

    /// <summary>SQLITE_CONSTRAINT.</summary>
    private const int SqliteConstraint = 19;

    /// <summary>How long a few outcomes gather before they are written: the statements that serve one serve as well a hundred, and an outcome is safe in the notes of its lease.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100), Look = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200), LongestWait = TimeSpan.FromSeconds(2);

    private readonly Channel<(OutboxLoad Load, Outcome Outcome)> _outcomes = Channel.CreateUnbounded<(OutboxLoad, Outcome)>();
    private volatile bool _complete;

    public void Tell(OutboxLoad load, Outcome outcome) => _outcomes.Writer.TryWrite((load, outcome));

    /// <summary>Nothing more will be told.</summary>
    public void Complete()
    {
        _complete = true;
        _outcomes.Writer.Complete();
    }

    /// <summary>Writes until all that was told is settled.</summary>
    /// <param name="patience">Once it is over, what the database does not take at once is left.</param>
    public async Task RunAsync(CancellationToken patience)
    {
        var batch = new List<(OutboxLoad Load, Outcome Outcome)>(MostRecorded);
        while (await _outcomes.Reader.WaitToReadAsync(CancellationToken.None))
        {
            for (var waited = TimeSpan.Zero; waited < Gathering && _outcomes.Reader.Count < Enough && !_complete; waited += Look)
                await Task.Delay(Look, CancellationToken.None);
            batch.Clear();
            while (batch.Count < MostRecorded && _outcomes.Reader.TryRead(out var told))
                batch.Add(told);
            var written = await RecordAsync(batch.ConvertAll(b => b.Outcome), patience);
            foreach (var (load, outcome) in batch)
                settled(load, outcome, written);
        }
    }

    /// <summary>An answer that is lost is a mail that goes twice: it is written again and again until the database takes it.</summary>
    /// <returns>False where patience was over first: what is left may yet be written. What the database refuses for good counts as settled.</returns>
    public async Task<bool> RecordAsync(IReadOnlyList<Outcome> batch, CancellationToken patience)
    {
        for (var wait = FirstWait; ; wait = wait < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<RecordOutcomes>().RunAsync(batch, CancellationToken.None);
                return true;
            }
            catch (Exception fault) when (IsTheirOwn(fault) && batch.Count > 1)
            {
                log.LogError(fault, "A batch of {Count} outcomes cannot be written as one; they are written one by one.", batch.Count);
                var all = true;
                foreach (var outcome in batch)
                    all &= await RecordAsync([outcome], patience);
                return all;
            }
            catch (Exception fault) when (IsTheirOwn(fault) || patience.IsCancellationRequested)
            {
                log.LogError(fault, "The outcome of {Count} sendings could not be written; they go again when their lease ends.", batch.Count);
                return IsTheirOwn(fault);
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
        fault.GetBaseException() is DbException { SqlState: ['2', '2' or '3', ..] } or SqliteException { SqliteErrorCode: SqliteConstraint } || fault.GetBaseException() is not (DbException or IOException or TimeoutException or SocketException or AuthenticationException or ObjectDisposedException or OutOfMemoryException);
}
