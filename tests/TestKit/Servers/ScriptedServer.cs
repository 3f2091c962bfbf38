using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vaguemestre.TestKit.Servers;

/// <summary>How a <see cref="ScriptedServer"/> behaves. Each rule hears the recipient and how often its sender has come with it, from 1.</summary>
public sealed record ServerScript
{
    /// <summary>Answers RCPT.</summary>
    public Func<string, int, string> Recipient { get; init; } = (_, _) => "250 2.1.5 Ok";

    /// <summary>Whether the connection breaks in the middle of the content.</summary>
    public Func<string, int, bool> Breaks { get; init; } = (_, _) => false;

    /// <summary>Offers DSN (RFC 3461), and never reports anything.</summary>
    public bool OffersDsn { get; init; }
}

/// <summary>A company's mail server that says what it is told to: what no real server can be configured to do at will.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    /// <summary>The answer to a mail that is taken.</summary>
    public const string Taken = "250 2.0.0 Ok: filed as 7F3A";

    private readonly TcpListener _listener;
    private readonly ServerScript _script;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _tries = new(StringComparer.Ordinal);
    private readonly Task _loop;

    private ScriptedServer(ServerScript script, int port)
    {
        _script = script;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <param name="script">What it says.</param>
    /// <param name="port">0 = a free one.</param>
    public static ScriptedServer Start(ServerScript? script = null, int port = 0) => new(script ?? new(), port);

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
                using var reader = new StreamReader(client.GetStream(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\r\n", AutoFlush = true };
                await TalkAsync(reader, writer);
            }
            catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
            {
                // The client went away.
            }
        }
    }

    private async Task TalkAsync(StreamReader reader, StreamWriter writer)
    {
        var (sender, recipient, tries) = ("", "", 0);
        await writer.WriteLineAsync("220 mx.entreprise.test ESMTP");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await writer.WriteLineAsync("250-mx.entreprise.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n" + (_script.OffersDsn ? "250-DSN\r\n" : "") + "250 SIZE 33554432");
                    break;
                case "MAIL":
                    sender = PathIn(line);
                    await writer.WriteLineAsync("250 2.1.0 Ok");
                    break;
                case "RCPT":
                    recipient = PathIn(line);
                    tries = _tries.AddOrUpdate(sender, 1, (_, before) => before + 1);
                    await writer.WriteLineAsync(_script.Recipient(recipient, tries));
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    while (await reader.ReadLineAsync(_stop.Token) is { } text && text != ".")
                    {
                        if (_script.Breaks(recipient, tries))
                            return;
                    }

                    await writer.WriteLineAsync(Taken);
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 2.0.0 Bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 2.0.0 Ok");
                    break;
            }
        }
    }

    private static string PathIn(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
}
