using System.Net.Security;

namespace Vaguemestre.Mail.Smtp;

/// <summary>The listener's end of one connection: reads and says within the limits of time, in the clear or behind TLS.</summary>
internal sealed class SmtpChannel(SmtpListenerOptions options, Stream stream) : IAsyncDisposable
{
    private const int MaxCommandBytes = 2_048;
    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(10), HandshakeTimeout = TimeSpan.FromSeconds(30);

    private Stream _stream = stream;
    private Wire _wire = new(stream);

    public bool IsEncrypted { get; private set; }

    public bool HasUnreadInput => _wire.HasUnreadInput;

    /// <exception cref="OperationCanceledException">The client was silent for too long, or the connection has to end.</exception>
    public Task<WireLine> ReadLineAsync(CancellationToken ends) => WithinAsync(options.IdleTimeout, token => _wire.ReadLineAsync(MaxCommandBytes, token), ends);

    /// <summary>The next bytes of a message, at least one. To be followed by <see cref="Consume"/>.</summary>
    /// <exception cref="EndOfStreamException">The client left.</exception>
    public async Task<ReadOnlyMemory<byte>> PeekAsync(CancellationToken ends)
    {
        // Answers held back for the rest of a pipeline do not wait for a message.
        if (!_wire.HasUnreadInput)
            await WithinAsync(ReplyTimeout, FlushAsync, ends);
        var bytes = await WithinAsync(options.IdleTimeout, _wire.PeekAsync, ends);
        return bytes.IsEmpty ? throw new EndOfStreamException("The client left in the middle of a message.") : bytes;
    }

    public void Consume(int bytes) => _wire.Consume(bytes);

    /// <summary>
    /// Answers to pipelined commands leave together. A listener that stops still says what it has to: a mail taken whose answer never
    /// leaves comes twice.
    /// </summary>
    /// <param name="reply">Sent with all its lines.</param>
    /// <param name="isLast">Nothing more will be said.</param>
    public async Task SayAsync(SmtpReply reply, bool isLast = false)
    {
        using var limit = new CancellationTokenSource(ReplyTimeout, options.Clock);
        foreach (var line in reply.ToString().Split('\n'))
            await _wire.WriteLineAsync(line, limit.Token);
        if (isLast || !_wire.HasUnreadInput || reply.Code is 220 or 221 or 354 or 421)
            await _wire.FlushAsync(limit.Token);
    }

    /// <summary>The server's side of the handshake. What was read in the clear is left behind with the old buffers.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The client and we agree on nothing.</exception>
    public async Task EncryptAsync(SslStreamCertificateContext certificate, CancellationToken ends)
    {
        var tls = new SslStream(_stream);
        _stream = tls;
        await WithinAsync(
            HandshakeTimeout,
            async token =>
            {
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = certificate }, token);
                return true;
            },
            ends);
        (_wire, IsEncrypted) = (new Wire(tls), true);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask<bool> FlushAsync(CancellationToken cancellation)
    {
        await _wire.FlushAsync(cancellation);
        return true;
    }

    private async Task<T> WithinAsync<T>(TimeSpan time, Func<CancellationToken, ValueTask<T>> work, CancellationToken ends)
    {
        using var limit = new CancellationTokenSource(time, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ends, limit.Token);
        return await work(either.Token);
    }
}
