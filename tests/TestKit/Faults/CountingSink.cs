using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vaguemestre.TestKit.Faults;

/// <summary>
/// A relay that counts what it took by Message-ID: each time that it saw a final dot and did not refuse. Now and then it answers 451, or
/// breaks the connection between the final dot and its answer. Every other connection is offered CHUNKING.
/// </summary>
internal sealed class CountingSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _seen;
    private readonly Task _loop;
    private int _connections, _broken, _postponed, _taken;

    /// <param name="seen">Counted into; several sinks may share it.</param>
    public CountingSink(ConcurrentDictionary<string, int> seen)
    {
        _seen = seen;
        _listener.Start(200);
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Mails taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Connections that it broke after the final dot.</summary>
    public int Broken => Volatile.Read(ref _broken);

    public int Postponed => Volatile.Read(ref _postponed);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                using var reader = new StreamReader(client.GetStream(), Encoding.Latin1, detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024);
                await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
                await TalkAsync(reader, writer, chunking: Interlocked.Increment(ref _connections) % 2 == 0);
            }
            catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
            {
                // The worker was killed.
            }
        }
    }

    private async Task TalkAsync(StreamReader reader, StreamWriter writer, bool chunking)
    {
        await writer.WriteLineAsync("220 relais.test ESMTP");
        while (await reader.ReadLineAsync(_stop.Token) is { } command)
        {
            var verb = command.Split(' ')[0].ToUpperInvariant();
            string? id = null;
            switch (verb)
            {
                case "EHLO":
                    await writer.WriteLineAsync("250-relais.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n" + (chunking ? "250-CHUNKING\r\n" : "") + "250 DSN");
                    continue;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    id = await ReadDataAsync(reader);
                    break;
                case "BDAT":
                    id = await ReadChunkAsync(reader, int.Parse(command.Split(' ')[1], CultureInfo.InvariantCulture));
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 2.0.0 Bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 2.0.0 Ok");
                    continue;
            }

            if (id is null || !await AnswerAsync(writer, id))
                return;
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    private async Task<bool> AnswerAsync(StreamWriter writer, string id)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(2, 12)), _stop.Token);
        var fate = Random.Shared.Next(300);
        if (fate == 0)
        {
            Interlocked.Increment(ref _postponed);
            await writer.WriteLineAsync("451 4.3.2 Later");
            return true;
        }

        _seen.AddOrUpdate(id, 1, (_, times) => times + 1);
        Interlocked.Increment(ref _taken);
        if (fate == 1)
        {
            Interlocked.Increment(ref _broken);
            return false;
        }

        await writer.WriteLineAsync("250 2.0.0 Ok: queued as " + id[..Math.Min(8, id.Length)]);
        return true;
    }

    private async Task<string?> ReadDataAsync(StreamReader reader)
    {
        string? id = null;
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            if (line == ".")
                return id ?? "";
            id ??= IdIn(line);
        }

        return null;
    }

    private async Task<string?> ReadChunkAsync(StreamReader reader, int length)
    {
        var chunk = new char[length];
        if (await reader.ReadBlockAsync(chunk, _stop.Token) < length)
            return null;
        return new string(chunk).Split("\r\n").Select(IdIn).FirstOrDefault(id => id is not null) ?? "";
    }

    private static string? IdIn(string line) =>
        line.StartsWith("Message-ID: <", StringComparison.OrdinalIgnoreCase) ? line["Message-ID: <".Length..].Split('@', '>')[0] : null;
}
