using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Vaguemestre.Mail.Smtp;

/// <summary>
/// A small SMTP server for what comes to us (RFC 5321): reports and test mail, never mail for others. It stores nothing: a mail is taken
/// when the handler's reply says so.
/// </summary>
public sealed class SmtpListener : IAsyncDisposable
{
    private readonly SmtpListenerOptions _options;
    private readonly Func<ReceivedMail, CancellationToken, Task<SmtpReply>> _handler;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _dialogues = new();
    private readonly SmtpSources _sources;
    private readonly Task _loop;

    private SmtpListener(SmtpListenerOptions options, Func<ReceivedMail, CancellationToken, Task<SmtpReply>> handler)
    {
        (_options, _handler) = (options, handler);
        _sources = new SmtpSources(options.MaxConnections, options.MaxConnectionsPerSource);
        _listener = new TcpListener(options.Address, options.Port);
        _listener.Start();
        _loop = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public int Port => EndPoint.Port;

    /// <summary>Binds and begins to listen.</summary>
    /// <param name="handler">Called once a mail, possibly by several connections at once; its reply is the answer to the final dot.</param>
    /// <exception cref="SocketException">The address or port cannot be had.</exception>
    public static SmtpListener Start(SmtpListenerOptions options, Func<ReceivedMail, CancellationToken, Task<SmtpReply>> handler)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        return new SmtpListener(options, handler);
    }

    /// <summary>Stops listening, ends open connections with 421, and waits for the handlers at work.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        await Task.WhenAll(_dialogues.Keys);
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (SocketException) when (!_stop.IsCancellationRequested)
            {
                // A client gone before it was served, or no descriptor left: breathe, then go on.
                await Task.Delay(TimeSpan.FromMilliseconds(100), _options.Clock);
                continue;
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            var dialogue = ServeAsync(socket);
            _dialogues.TryAdd(dialogue, 0);
            _ = dialogue.ContinueWith(done => _dialogues.TryRemove(done, out _), TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        using var limit = new CancellationTokenSource(_options.ConnectionTimeout, _options.Clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, limit.Token);
        try
        {
            socket.NoDelay = true;
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var remote = (IPEndPoint)socket.RemoteEndPoint!;
            using var place = _sources.Enter(remote.Address);
            await using var channel = new SmtpChannel(_options, stream);
            var dialogue = new SmtpDialogue(_options, _handler, channel, remote);
            if (place.IsOneTooMany)
                await dialogue.TurnAwayAsync();
            else
                await dialogue.RunAsync(ends.Token);
        }
        catch (Exception fault) when (fault is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went away, was too slow, or speaks no TLS of ours: SMTP owes it nothing.
        }
        catch (Exception fault)
        {
            _options.Faulted?.Invoke(fault);
        }
    }
}
