using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Mail.Tests.Smtp;

/// <summary>STARTTLS (RFC 3207) towards the listener, by clients that are not ours.</summary>
public sealed class SmtpStartTlsTests : IAsyncDisposable
{
    private readonly TestCertificate _onDisk = new();
    private readonly ConcurrentQueue<ReceivedMail> _received = new();
    private readonly ConcurrentQueue<Exception> _faults = new();
    private readonly SmtpListener _listener;

    public SmtpStartTlsTests()
    {
        var file = CertificateFile.Open(_onDisk.CertificateFile, _onDisk.KeyFile, TimeProvider.System);
        _listener = Listen(() => file.Current());
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _onDisk.Dispose();
        _faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_of_MailKit_delivers_over_TLS()
    {
        using var client = new SmtpClient { ServerCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == _onDisk.Thumbprint };
        await client.ConnectAsync("127.0.0.1", _listener.Port, SecureSocketOptions.StartTls, TestContext.Current.CancellationToken);
        client.IsSecure.ShouldBeTrue();
        using var mail = new MimeMessage { Subject = "Réponse", Body = new TextPart("plain") { Text = "Bonjour" } };
        mail.From.Add(MailboxAddress.Parse("contact@batisseurs.test"));
        mail.To.Add(MailboxAddress.Parse("x@ville.test"));
        await client.SendAsync(mail, TestContext.Current.CancellationToken);
        await client.DisconnectAsync(quit: true, TestContext.Current.CancellationToken);
        Encoding.UTF8.GetString(_received.ShouldHaveSingleItem().Data.Span).ShouldContain("Bonjour");
    }

    [Fact]
    public async Task What_was_said_in_the_clear_is_forgotten()
    {
        using var talk = await TlsTalk.OpenAsync(_listener.Port);
        (await talk.SayAsync("EHLO client.test")).ShouldEndWith("250 STARTTLS");
        await talk.SayAsync("MAIL FROM:<a@b.test>");
        await talk.SayAsync("RCPT TO:<x@ville.test>");
        (await talk.SayAsync("STARTTLS")).ShouldBe("220 2.0.0 Ready to start TLS");
        await talk.EncryptAsync();
        (await talk.SayAsync("DATA")).ShouldStartWith("503");
        (await talk.SayAsync("MAIL FROM:<a@b.test>")).ShouldBe("503 5.5.1 Say EHLO first");
        (await talk.SayAsync("EHLO client.test")).ShouldNotContain("STARTTLS");
        (await talk.SayAsync("STARTTLS")).ShouldBe("503 5.5.1 TLS is already active");
    }

    [Theory]
    [InlineData("STARTTLS\r\nRSET")]
    [InlineData("STARTTLS\r\nMAIL FROM:<faux@b.test>\r\nRCPT TO:<x@ville.test>")]
    [InlineData("STARTTLS\n\n")]
    public async Task Commands_slipped_in_behind_STARTTLS_are_refused_and_end_the_connection(string injected)
    {
        using var talk = await TlsTalk.OpenAsync(_listener.Port);
        await talk.SayAsync("EHLO client.test");
        (await talk.SayAsync(injected)).ShouldStartWith("421 4.7.0");
        (await talk.ReadAsync()).ShouldBeEmpty();
        _received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Commands_slipped_in_a_moment_later_end_the_handshake_and_are_never_read()
    {
        using var talk = await TlsTalk.OpenAsync(_listener.Port);
        await talk.SayAsync("EHLO client.test");
        await talk.SayAsync("STARTTLS");
        await talk.SendAsync("EHLO x\r\nMAIL FROM:<faux@b.test>\r\n");
        var said = await talk.ReadAsync();
        said.ShouldNotContain("250");
    }

    [Theory]
    [InlineData("STARTTLS now", "501")]
    [InlineData("starttls", "220")]
    public async Task The_command_stands_alone(string command, string code)
    {
        using var talk = await TlsTalk.OpenAsync(_listener.Port);
        (await talk.SayAsync(command)).ShouldStartWith(code);
    }

    [Fact]
    public async Task Without_a_certificate_it_is_neither_offered_nor_taken()
    {
        await using var listener = Listen(null);
        using var talk = await TlsTalk.OpenAsync(listener.Port);
        (await talk.SayAsync("EHLO client.test")).ShouldNotContain("STARTTLS");
        (await talk.SayAsync("STARTTLS")).ShouldBe("502 5.5.1 Command not implemented");
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_had_is_told_and_mail_goes_on_in_the_clear()
    {
        await using var listener = Listen(() => throw new InvalidDataException("illisible"));
        using var talk = await TlsTalk.OpenAsync(listener.Port);
        await talk.SayAsync("EHLO client.test");
        (await talk.SayAsync("STARTTLS")).ShouldBe("454 4.7.0 TLS is not available for now");
        (await talk.SayAsync("MAIL FROM:<a@b.test>")).ShouldStartWith("250");
        _faults.TryDequeue(out var heard).ShouldBeTrue();
        heard.ShouldBeOfType<InvalidDataException>();
    }

    private SmtpListener Listen(Func<SslStreamCertificateContext>? certificate) => SmtpListener.Start(
        new SmtpListenerOptions { HostName = "mx.ville.test", AcceptRecipient = address => address.EndsWith("@ville.test"), Certificate = certificate, Faulted = _faults.Enqueue },
        (mail, _) =>
        {
            _received.Enqueue(mail);
            return Task.FromResult(new SmtpReply(250, "2.0.0 Ok"));
        });

    /// <summary>A client that may go over to TLS at any time.</summary>
    private sealed class TlsTalk : IDisposable
    {
        private readonly TcpClient _client = new() { NoDelay = true };
        private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));
        private Stream _stream = Stream.Null;

        public static async Task<TlsTalk> OpenAsync(int port)
        {
            var talk = new TlsTalk();
            await talk._client.ConnectAsync("127.0.0.1", port, talk._patience.Token);
            talk._stream = talk._client.GetStream();
            (await talk.ReadAsync()).ShouldStartWith("220 ");
            return talk;
        }

        public async Task EncryptAsync()
        {
            var tls = new SslStream(_stream);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "mx.ville.test", EnabledSslProtocols = SslProtocols.None, RemoteCertificateValidationCallback = (_, _, _, _) => true }, _patience.Token);
            _stream = tls;
        }

        public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), _patience.Token);

        public async Task<string> SayAsync(string line)
        {
            await SendAsync(line + "\r\n");
            return await ReadAsync();
        }

        /// <summary>One whole reply, or what came before the end.</summary>
        public async Task<string> ReadAsync()
        {
            var lines = new List<string>();
            var line = new StringBuilder();
            var one = new byte[1];
            try
            {
                while (await _stream.ReadAsync(one, _patience.Token) == 1)
                {
                    if (one[0] != '\n')
                    {
                        line.Append((char)one[0]);
                        continue;
                    }

                    lines.Add(line.ToString().TrimEnd('\r'));
                    line.Clear();
                    if (lines[^1].Length < 4 || lines[^1][3] == ' ')
                        break;
                }
            }
            catch (IOException)
            {
                // A connection reset is an end too.
            }

            return string.Join('\n', lines);
        }

        public void Dispose()
        {
            _stream.Dispose();
            _client.Dispose();
            _patience.Dispose();
        }
    }
}
