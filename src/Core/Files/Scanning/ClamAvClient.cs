using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Vaguemestre.Core.Files.Scanning;

/// <summary>What clamd answered of a content.</summary>
internal enum ScanVerdict
{
    Clean,

    /// <summary>It found something, which it names.</summary>
    Found,

    /// <summary>It takes no content of this size (<c>StreamMaxLength</c>).</summary>
    TooLarge,

    /// <summary>Nobody answered, or not to the question.</summary>
    Unavailable,
}

/// <param name="Said">What was found, by clamd's name; why there is no answer.</param>
internal sealed record ScanAnswer(ScanVerdict Verdict, string? Said = null);

/// <param name="Engine">« ClamAV 1.4.3 ».</param>
/// <param name="SignaturesAt">When the signatures that it reads were made; null where it does not say.</param>
internal sealed record ClamAvVersion(string Engine, DateTimeOffset? SignaturesAt);

/// <summary>
/// Speaks to clamd (clamd(8)) over TCP, a connection a command: <c>INSTREAM</c>, whose content goes in chunks of a length of four bytes and
/// ends with an empty one, and <c>VERSION</c>. Content is streamed, never whole in memory.
/// </summary>
internal sealed class ClamAvClient(string host, int port)
{
    private const int Chunk = 64 * 1024, LongestAnswer = 4096;

    private static readonly TimeSpan ToConnect = TimeSpan.FromSeconds(5), ToTakeAChunk = TimeSpan.FromSeconds(30);

    /// <summary>Beyond clamd's own patience (<c>MaxScanTime</c>), which is two minutes as it comes: its answer then is that it found a limit.</summary>
    private static readonly TimeSpan ToAnswer = TimeSpan.FromMinutes(3);

    /// <summary>Never throws for what becomes of clamd; what breaks in <paramref name="content"/> is the caller's.</summary>
    public async Task<ScanAnswer> ScanAsync(Stream content, CancellationToken cancel)
    {
        try
        {
            using var socket = await ConnectAsync(cancel);
            await using var line = new NetworkStream(socket);
            await WriteAsync(line, "zINSTREAM\0"u8.ToArray(), cancel);
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var answer = ReadAnswerAsync(line, waiting.Token);
            try
            {
                await SendAsync(line, content, answer, cancel);
            }
            catch
            {
                await waiting.CancelAsync();
                await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            waiting.CancelAfter(ToAnswer);
            return Read(await answer);
        }
        catch (Exception away) when (IsAway(away, cancel))
        {
            return new ScanAnswer(ScanVerdict.Unavailable, Why(away));
        }
    }

    /// <summary>Null where nobody answers.</summary>
    public async Task<(ClamAvVersion? Version, string? Why)> VersionAsync(CancellationToken cancel)
    {
        try
        {
            using var socket = await ConnectAsync(cancel);
            await using var line = new NetworkStream(socket);
            await WriteAsync(line, "zVERSION\0"u8.ToArray(), cancel);
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            waiting.CancelAfter(ToConnect);
            return (VersionOf(await ReadAnswerAsync(line, waiting.Token)), null);
        }
        catch (Exception away) when (IsAway(away, cancel))
        {
            return (null, Why(away));
        }
    }

    /// <summary>« ClamAV 1.4.3/27731/Tue Aug 12 08:27:42 2025 »: engine, number and instant of the daily signatures, in the zone of clamd's machine.</summary>
    internal static ClamAvVersion VersionOf(string answer)
    {
        var parts = answer.Split('/');
        var at = parts.Length > 2 && DateTimeOffset.TryParseExact(parts[2], ["ddd MMM d HH:mm:ss yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal, out var read) ? read : (DateTimeOffset?)null;
        return new ClamAvVersion(parts[0], at);
    }

    private static ScanAnswer Read(string answer) => answer switch
    {
        _ when answer.EndsWith(": OK", StringComparison.Ordinal) => new(ScanVerdict.Clean),
        _ when answer.EndsWith(" FOUND", StringComparison.Ordinal) => new(ScanVerdict.Found, answer[(answer.IndexOf(':', StringComparison.Ordinal) + 1)..^" FOUND".Length].Trim()),
        _ when answer.Contains("size limit exceeded", StringComparison.Ordinal) => new(ScanVerdict.TooLarge, answer),
        _ => new(ScanVerdict.Unavailable, answer.Length == 0 ? "the connection ended without an answer" : answer),
    };

    private static bool IsAway(Exception fault, CancellationToken cancel) =>
        fault is SocketException or IOException { InnerException: SocketException } || (fault is OperationCanceledException && !cancel.IsCancellationRequested);

    private static string Why(Exception away) => away is OperationCanceledException ? "no answer in time" : away.GetBaseException().Message;

    /// <summary>Stops where clamd answers before the end: it has its reason.</summary>
    private static async Task SendAsync(NetworkStream line, Stream content, Task<string> answer, CancellationToken cancel)
    {
        var chunk = new byte[sizeof(int) + Chunk];
        int read;
        do
        {
            read = await content.ReadAsync(chunk.AsMemory(sizeof(int), Chunk), cancel);
            BinaryPrimitives.WriteInt32BigEndian(chunk, read);
            try
            {
                await WriteAsync(line, chunk.AsMemory(0, sizeof(int) + read), cancel);
            }
            catch (IOException) when (!cancel.IsCancellationRequested)
            {
                return; // what it said before it hung up is still to be read
            }
        }
        while (read > 0 && !answer.IsCompleted);
    }

    private static async Task WriteAsync(NetworkStream line, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ToTakeAChunk);
        await line.WriteAsync(bytes, limit.Token);
    }

    /// <summary>Up to its zero byte, or the end of the connection.</summary>
    private static async Task<string> ReadAnswerAsync(NetworkStream line, CancellationToken cancel)
    {
        var buffer = new byte[LongestAnswer];
        var filled = 0;
        while (filled < buffer.Length && await line.ReadAsync(buffer.AsMemory(filled), cancel) is > 0 and var read)
        {
            filled += read;
            if (buffer.AsSpan(0, filled).Contains((byte)0))
                break;
        }

        return Encoding.UTF8.GetString(buffer, 0, filled).TrimEnd('\0', '\n');
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ToConnect);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, limit.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
