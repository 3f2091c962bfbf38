using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Vaguemestre.Mail.Tests.Smtp;

/// <summary>A relay that answers what a test dictates, and drops the connection where it says so.</summary>
internal sealed class ScriptedRelay : IAsyncDisposable
{
    /// <summary>An answer that is none: the connection ends there.</summary>
    public const string Drop = "drop", DropAfterFirstBytes = "drop after the first bytes";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public ScriptedRelay()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Greeting { get; set; } = "220 relais.test ESMTP";

    public string[] Extensions { get; set; } = ["PIPELINING", "DSN", "ENHANCEDSTATUSCODES"];

    /// <summary>Answers by verb; "." answers the content.</summary>
    public Dictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Asked before <see cref="Answers"/>, with the whole command.</summary>
    public Func<string, string?> Script { get; set; } = _ => null;

    /// <summary>Says one byte at a time.</summary>
    public bool Stammers { get; set; }

    /// <summary>Closes after so many contents.</summary>
    public int? ContentsPerConnection { get; set; }

    public List<string> Commands { get; } = [];

    public List<string> Contents { get; } = [];

    public int Connections { get; private set; }

    private int Closed { get; set; }

    /// <summary>Waits until so many connections were closed.</summary>
    public async Task ClosedAsync(int connections)
    {
        for (var i = 0; Closed < connections && i < 1_000; i++)
            await Task.Delay(10, _stop.Token);
    }

    public static X509Certificate2 Certificate { get; } = MakeCertificate();

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.NoDelay = true;
                Connections++;
                try
                {
                    await ServeAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // The client left.
                }

                client.Close();
                Closed++;
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Stream stream)
    {
        if (!await SayAsync(stream, Greeting))
            return;
        var (inTransaction, contents) = (false, 0);
        while (contents != ContentsPerConnection && await ReadLineAsync(stream) is { } line)
        {
            Commands.Add(line);
            var verb = line.Split(' ')[0];
            var answer = Script(line) ?? Answers.GetValueOrDefault(verb) ?? verb switch
            {
                "MAIL" when inTransaction => "503 5.5.1 nested MAIL command",
                "EHLO" => string.Join("\r\n", Extensions.Select((word, i) => $"250{(i == Extensions.Length - 1 ? ' ' : '-')}{word}").Prepend("250-relais.test")),
                "DATA" => "354 go",
                "STARTTLS" => "220 go",
                "QUIT" => "221 bye",
                _ => "250 2.0.0 Ok",
            };
            if (answer == DropAfterFirstBytes)
            {
                if (verb == "DATA")
                    await SayAsync(stream, "354 go");
                await stream.ReadExactlyAsync(new byte[100], _stop.Token);
                return;
            }

            if (verb == "BDAT")
            {
                var chunk = new byte[int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)];
                await stream.ReadExactlyAsync(chunk, _stop.Token);
                if (answer.StartsWith('2'))
                    Contents.Add(Encoding.UTF8.GetString(chunk));
                contents++;
            }

            inTransaction = (inTransaction && verb != "RSET" && !(verb == "BDAT" && answer.StartsWith('2'))) || (verb == "MAIL" && answer.StartsWith('2'));
            if (!await SayAsync(stream, answer) || verb == "QUIT" || answer.StartsWith("421", StringComparison.Ordinal))
                return;
            if (verb == "STARTTLS")
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stop.Token);
                stream = tls;
            }
            else if (answer.StartsWith("354", StringComparison.Ordinal))
            {
                var content = new StringBuilder();
                string? text;
                while ((text = await ReadLineAsync(stream)) is not (null or "."))
                    content.Append(text).Append("\r\n");
                if (text is null)
                    return;
                var word = Script(".") ?? Answers.GetValueOrDefault(".") ?? "250 2.0.0 Ok: queued as 4F2A";
                Contents.Add(content.ToString());
                inTransaction = false;
                contents++;
                if (!await SayAsync(stream, word) || word.StartsWith("421", StringComparison.Ordinal))
                    return;
            }
        }
    }

    private async Task<bool> SayAsync(Stream stream, string answer)
    {
        if (answer == Drop)
            return false;
        var bytes = Encoding.UTF8.GetBytes(answer + "\r\n");
        for (var i = 0; i < bytes.Length; i += Stammers ? 1 : bytes.Length)
            await stream.WriteAsync(Stammers ? bytes.AsMemory(i, 1) : bytes, _stop.Token);
        return true;
    }

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            line.Add(one[0]);
            if (line is [.., (byte)'\r', (byte)'\n'])
                return Encoding.UTF8.GetString([.. line[..^2]]);
        }

        return null;
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }
}
