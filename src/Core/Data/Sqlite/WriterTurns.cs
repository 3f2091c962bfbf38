using System.Collections.Concurrent;

namespace Vaguemestre.Core.Data.Sqlite;

/// <summary>
/// Who writes next to a SQLite file within this process. SQLite itself lets one write at a time, but makes the others sleep and
/// try again, a seventh of a second each time; here they queue. Other processes are kept out by SQLite alone.
/// </summary>
internal sealed class WriterTurns
{
    private static readonly ConcurrentDictionary<string, WriterTurns> Files = new(StringComparer.Ordinal);

    private readonly SemaphoreSlim _turn = new(1, 1);

    public static WriterTurns Of(string connectionString) => Files.GetOrAdd(connectionString, _ => new WriterTurns());

    public async Task<Turn> TakeAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        return new Turn(_turn);
    }

    public sealed class Turn(SemaphoreSlim turn) : IDisposable, IAsyncDisposable
    {
        public void Dispose() => turn.Release();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
