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
    private const int MaxReplyLines = 100, MaxReplyLineBytes = 2_000;

    private readonly RelayOptions _options;
    private readonly Socket _socket;
    private Stream _stream = Stream.Null;
    private Wire _wire = new(Stream.Null);
    private Dictionary<string, string> _extensions = new(StringComparer.OrdinalIgnoreCase);

    private RelayConnection(RelayOptions options)
    {
        _options = options;
        // Nagle with delayed acknowledgements would cost 40 ms a mail.
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    }

    /// <summary>The relay as it named itself, with address and port.</summary>
    public string Server { get; private set; } = "";

    public Stream Output => _wire.Output;

    public bool Offers(string extension) => _extensions.ContainsKey(extension);

    /// <summary>Nothing is waiting to be read: a relay that has something to say between two mails is saying good-bye, or has gone.</summary>
    public bool IsQuiet => !_wire.HasUnreadInput && !_socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Opens a connection that is ready for MAIL.</summary>
    /// <exception cref="RelayUnavailableException">With the relay's own words where it spoke.</exception>
    public static async Task<RelayConnection> OpenAsync(RelayOptions options, CancellationToken cancellation)
    {
        var connection = new RelayConnection(options);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch (Exception fault)
        {
            await connection.DisposeAsync();
            if (fault is RelayUnavailableException || (fault is OperationCanceledException && cancellation.IsCancellationRequested))
                throw;
            var why = fault is OperationCanceledException ? "no answer in time" : fault.Message;
            throw new RelayUnavailableException(connection.Unreachable(why, reply: null), fault);
        }
    }

    public ValueTask WriteAsync(string command, CancellationToken cancellation) => _wire.WriteLineAsync(command, cancellation);

    public async Task FlushAsync(CancellationToken cancellation)
    {
        using var limit = Limit(_options.Timeout, cancellation);
        await _wire.FlushAsync(limit.Token);
    }

    public async Task<SmtpReply> ExchangeAsync(string command, CancellationToken cancellation)
    {
        await WriteAsync(command, cancellation);
        await FlushAsync(cancellation);
        return await ReadAsync(_options.Timeout, cancellation);
    }

    public Task<SmtpReply> ReadAsync(CancellationToken cancellation) => ReadAsync(_options.Timeout, cancellation);

    /// <summary>The next reply, with all its lines.</summary>
    /// <exception cref="IOException">The connection is lost, or what came is not SMTP.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or nothing came in time.</exception>
    public async Task<SmtpReply> ReadAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = Limit(timeout, cancellation);
        var lines = new List<string>();
        while (lines.Count < MaxReplyLines)
        {
            var line = await _wire.ReadLineAsync(MaxReplyLineBytes, limit.Token);
            if (line.Text is null)
                throw new EndOfStreamException("the relay closed the connection");
            if (line.TooLong || line.Text.Length < 3 || line.Text.AsSpan(0, 3).ContainsAnyExceptInRange('0', '9') || (line.Text.Length > 3 && line.Text[3] is not (' ' or '-')))
                throw new SmtpProtocolException("the relay's answer is not SMTP");
            lines.Add(line.Text.Length > 4 ? line.Text[4..] : "");
            if (line.Text.Length == 3 || line.Text[3] == ' ')
                return new SmtpReply(int.Parse(line.Text.AsSpan(0, 3), CultureInfo.InvariantCulture), string.Join('\n', lines));
        }

        throw new SmtpProtocolException("the relay's answer has no end");
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    private static CancellationTokenSource Limit(TimeSpan timeout, CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        return limit;
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        Server = string.Create(CultureInfo.InvariantCulture, $"{_options.Host}:{_options.Port}");
        using (var limit = Limit(_options.Timeout, cancellation))
        {
            await _socket.ConnectAsync(_options.Host, _options.Port, limit.Token);
            Use(new NetworkStream(_socket));
            if (_options.Security == RelaySecurity.Tls)
                await EncryptAsync(limit.Token);
        }

        var greeting = Expect(220, await ReadAsync(cancellation));
        var peer = (IPEndPoint)_socket.RemoteEndPoint!;
        var address = peer.Address.IsIPv4MappedToIPv6 ? peer.Address.MapToIPv4() : peer.Address;
        Server = string.Create(CultureInfo.InvariantCulture, $"{greeting.Text.Split(' ', '\n')[0]} [{address}]:{peer.Port}");
        await GreetAsync(cancellation);
        if (_options.Security == RelaySecurity.StartTls)
            await StartTlsAsync(cancellation);
        if (_options.UserName is not null)
            await SignInAsync(new NetworkCredential(_options.UserName, _options.Password), cancellation);
    }

    private void Use(Stream stream) => (_stream, _wire) = (stream, new Wire(stream));

    private async Task GreetAsync(CancellationToken cancellation)
    {
        var name = _options.LocalName ?? Literal(((IPEndPoint)_socket.LocalEndPoint!).Address);
        var reply = await ExchangeAsync($"EHLO {name}", cancellation);
        _extensions = new(StringComparer.OrdinalIgnoreCase);
        if (reply.Code is 500 or 502)
        {
            Expect(250, await ExchangeAsync($"HELO {name}", cancellation));
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

    private async Task StartTlsAsync(CancellationToken cancellation)
    {
        if (!Offers("STARTTLS"))
            throw new RelayUnavailableException(Unreachable("the relay does not offer STARTTLS, which the configuration requires", reply: null));
        Expect(220, await ExchangeAsync("STARTTLS", cancellation));
        // Whatever was sent in the clear behind the answer must not be taken for the protected session's (CVE-2011-0411).
        if (_wire.HasUnreadInput)
            throw new SmtpProtocolException("the relay spoke in the clear after agreeing to TLS");
        using var limit = Limit(_options.Timeout, cancellation);
        await EncryptAsync(limit.Token);
        await GreetAsync(cancellation);
    }

    private async Task EncryptAsync(CancellationToken cancellation)
    {
        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = _options.Host, RemoteCertificateValidationCallback = _options.CertificateValidation }, cancellation);
        Use(tls);
    }

    private async Task SignInAsync(NetworkCredential credential, CancellationToken cancellation)
    {
        var offered = _extensions.GetValueOrDefault("AUTH", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = new[] { "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN" }.FirstOrDefault(m => offered.Contains(m, StringComparer.OrdinalIgnoreCase));
        if (name is null || SaslMechanism.Create(name, credential) is not { } mechanism)
            throw new RelayUnavailableException(Unreachable("the relay offers no way to sign in that is known here (SCRAM, CRAM-MD5, PLAIN, LOGIN)", reply: null));
        var first = mechanism.SupportsInitialResponse ? " " + await mechanism.ChallengeAsync("", cancellation) : "";
        var reply = await ExchangeAsync($"AUTH {name}{first}", cancellation);
        for (var round = 0; reply.Code == 334 && round < 8; round++)
            reply = await ExchangeAsync(await mechanism.ChallengeAsync(reply.Text, cancellation), cancellation);
        Expect(235, reply);
    }

    private SmtpReply Expect(int code, SmtpReply reply) =>
        reply.Code == code ? reply : throw new RelayUnavailableException(Unreachable("", reply));

    private RelayAnswer Unreachable(string why, SmtpReply? reply) =>
        new(RelayOutcome.Unreachable, RelayStage.Opening, Server, reply?.ToString() ?? why, reply?.StatusCode, reply?.Code, DsnRequested: false);
}
