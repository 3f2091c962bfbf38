using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using MailKit.Security;

namespace Vaguemestre.Mail.Smtp;

/// <summary>The relay said something that is not SMTP, or too much of it.</summary>
internal sealed class SmtpProtocolException(string message) : IOException(message);

/// <summary>One TCP connection to the relay, from the greeting to sign-in: commands out, replies in. Knows nothing of mails.</summary>
internal sealed class RelayConnection : IAsyncDisposable
{
    /// <summary>The output takes a whole letter of the usual size, with the commands of the next, in one packet train.</summary>
    private const int MaxReplyLines = 100, MaxReplyLineBytes = 2_000, OutputBytes = 64 * 1024;

    private readonly RelayOptions _options;
    private readonly Socket _socket;
    private readonly Patience _patience = new();
    private Stream _stream = Stream.Null;
    private Wire _wire = new(Stream.Null);
    private Dictionary<string, string> _extensions = new(StringComparer.OrdinalIgnoreCase);

    private RelayConnection(RelayOptions options)
    {
        _options = options;
        // Nagle with delayed acknowledgements would cost 40 ms a mail.
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Output = new OutputStream(this);
    }

    /// <summary>The relay as it named itself, with address and port.</summary>
    public string Server { get; private set; } = "";

    /// <summary>Where content is written; the same buffer as the commands.</summary>
    public Stream Output { get; }

    /// <summary>How long the relay is waited for. All reading and writing ends with it, by an <see cref="OperationCanceledException"/>.</summary>
    public Patience Patience => _patience;

    /// <summary>A mail that was refused, or came in chunks, may have left its transaction open: RSET comes before the next.</summary>
    public bool NeedsReset { get; set; }

    public bool Offers(string extension) => _extensions.ContainsKey(extension);

    public IReadOnlyDictionary<string, string> Extensions => _extensions;

    /// <summary>Nothing is waiting to be read: a relay that has something to say between two mails is saying good-bye, or has gone.</summary>
    public bool IsQuiet => !_patience.IsOver && !_wire.HasUnreadInput && !_socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Opens a connection that is ready for MAIL.</summary>
    /// <exception cref="RelayUnavailableException">With the relay's own words where it spoke.</exception>
    public static async Task<RelayConnection> OpenAsync(RelayOptions options, CancellationToken cancellation)
    {
        var connection = new RelayConnection(options);
        try
        {
            await using (cancellation.Register(() => connection._patience.Hurry(TimeSpan.Zero)))
                await connection.OpenAsync();
            connection._patience.Rest();
            return connection;
        }
        catch (Exception fault)
        {
            await connection.DisposeAsync();
            if (fault is OperationCanceledException)
                cancellation.ThrowIfCancellationRequested();
            if (fault is RelayUnavailableException)
                throw;
            var why = fault is OperationCanceledException ? "no answer in time" : fault.Message;
            throw new RelayUnavailableException(connection.Unreachable(why, reply: null), fault);
        }
    }

    public ValueTask WriteAsync(string command)
    {
        _patience.Allow(_options.Timeout);
        return _wire.WriteLineAsync(command, _patience.Token);
    }

    public ValueTask FlushAsync()
    {
        _patience.Allow(_options.Timeout);
        return _wire.FlushAsync(_patience.Token);
    }

    public async Task<SmtpReply> ExchangeAsync(string command)
    {
        await WriteAsync(command);
        await FlushAsync();
        return await ReadAsync(_options.Timeout);
    }

    /// <summary>The next reply, with all its lines.</summary>
    /// <exception cref="IOException">The connection is lost, or what came is not SMTP.</exception>
    /// <exception cref="OperationCanceledException">Told to hurry, or nothing came in time.</exception>
    public async ValueTask<SmtpReply> ReadAsync(TimeSpan timeout)
    {
        string? text = null;
        for (var lines = 0; lines < MaxReplyLines; lines++)
        {
            if (!_wire.HasUnreadInput)
                _patience.Allow(timeout);
            var (line, tooLong) = await _wire.ReadLineAsync(MaxReplyLineBytes, _patience.Token);
            if (line is null)
                throw new EndOfStreamException("the relay closed the connection");
            if (tooLong || line.Length < 3 || line.AsSpan(0, 3).ContainsAnyExceptInRange('0', '9') || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw new SmtpProtocolException("the relay's answer is not SMTP");
            var said = line.Length > 4 ? line[4..] : "";
            text = text is null ? said : $"{text}\n{said}";
            if (line.Length == 3 || line[3] == ' ')
                return new SmtpReply(int.Parse(line.AsSpan(0, 3), CultureInfo.InvariantCulture), text);
        }

        throw new SmtpProtocolException("the relay's answer has no end");
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
        _patience.Dispose();
    }

    private async Task OpenAsync()
    {
        Server = string.Create(CultureInfo.InvariantCulture, $"{_options.Host}:{_options.Port}");
        _patience.Allow(_options.Timeout);
        await _socket.ConnectAsync(_options.Host, _options.Port, _patience.Token);
        Use(new NetworkStream(_socket));
        if (_options.Security == RelaySecurity.Tls)
            await EncryptAsync();

        var greeting = Expect(220, await ReadAsync(_options.Timeout));
        var peer = (IPEndPoint)_socket.RemoteEndPoint!;
        var address = peer.Address.IsIPv4MappedToIPv6 ? peer.Address.MapToIPv4() : peer.Address;
        Server = string.Create(CultureInfo.InvariantCulture, $"{greeting.Text.Split(' ', '\n')[0]} [{address}]:{peer.Port}");
        await GreetAsync();
        if (_options.Security == RelaySecurity.StartTls)
            await StartTlsAsync();
        if (_options.UserName is not null)
            await SignInAsync(new NetworkCredential(_options.UserName, _options.Password));
    }

    private void Use(Stream stream) => (_stream, _wire) = (stream, new Wire(stream, OutputBytes));

    private async Task GreetAsync()
    {
        var name = _options.LocalName ?? Literal(((IPEndPoint)_socket.LocalEndPoint!).Address);
        var reply = await ExchangeAsync($"EHLO {name}");
        _extensions = new(StringComparer.OrdinalIgnoreCase);
        if (reply.Code is 500 or 502)
        {
            Expect(250, await ExchangeAsync($"HELO {name}"));
            return;
        }

        foreach (var line in Expect(250, reply).Text.Split('\n').Skip(1))
        {
            var words = line.Split(' ', 2);
            _extensions[words[0]] = words.Length > 1 ? words[1] : "";
        }
    }

    private static string Literal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";
    }

    private async Task StartTlsAsync()
    {
        if (!Offers("STARTTLS"))
            throw new RelayUnavailableException(Unreachable("the relay does not offer STARTTLS, which the configuration requires", reply: null));
        Expect(220, await ExchangeAsync("STARTTLS"));
        // Whatever was sent in the clear behind the answer must not be taken for the protected session's (CVE-2011-0411).
        if (_wire.HasUnreadInput)
            throw new SmtpProtocolException("the relay spoke in the clear after agreeing to TLS");
        await EncryptAsync();
        await GreetAsync();
    }

    private async Task EncryptAsync()
    {
        _patience.Allow(_options.Timeout);
        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = _options.Host, RemoteCertificateValidationCallback = _options.CertificateValidation }, _patience.Token);
        Use(tls);
    }

    private async Task SignInAsync(NetworkCredential credential)
    {
        var offered = _extensions.GetValueOrDefault("AUTH", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = new[] { "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN" }.FirstOrDefault(m => offered.Contains(m, StringComparer.OrdinalIgnoreCase));
        if (name is null || SaslMechanism.Create(name, credential) is not { } mechanism)
            throw new RelayUnavailableException(Unreachable("the relay offers no way to sign in that is known here (SCRAM, CRAM-MD5, PLAIN, LOGIN)", reply: null));
        var first = mechanism.SupportsInitialResponse ? " " + await mechanism.ChallengeAsync("", _patience.Token) : "";
        var reply = await ExchangeAsync($"AUTH {name}{first}");
        for (var round = 0; reply.Code == 334 && round < 8; round++)
            reply = await ExchangeAsync(await mechanism.ChallengeAsync(reply.Text, _patience.Token));
        Expect(235, reply);
    }

    private SmtpReply Expect(int code, SmtpReply reply) =>
        reply.Code == code ? reply : throw new RelayUnavailableException(Unreachable("", reply));

    private RelayAnswer Unreachable(string why, SmtpReply? reply) =>
        new(RelayOutcome.Unreachable, RelayStage.Opening, Server, reply?.ToString() ?? why, reply?.StatusCode, reply?.Code, DsnRequested: false);

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        for (; !_wire.HasRoom(bytes.Length); bytes = bytes[Math.Min(bytes.Length, OutputBytes)..])
        {
            _patience.Allow(_options.Timeout);
            await _wire.WriteAsync(bytes[..Math.Min(bytes.Length, OutputBytes)], _patience.Token);
        }

        await _wire.WriteAsync(bytes, _patience.Token);
    }

    private sealed class OutputStream(RelayConnection connection) : WriteOnlyStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => connection.WriteAsync(buffer);
    }
}
