using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>
/// The relay of <c>docs/operate/mail.md</c>: its code blocks as they stand there, started for real. What a test machine must have
/// otherwise is in <see cref="HereInstead"/>, and nothing else is.
/// </summary>
public sealed partial class DocumentedRelay : IAsyncDisposable
{
    /// <summary>Not under /tmp, where opendkim trusts no key.</summary>
    private readonly DirectoryInfo _folder = Directory.CreateDirectory($"/run/vaguemestre-relay-{Guid.CreateVersion7():N}");
    private PostfixServer? _postfix;
    private OpendkimServer? _opendkim;

    private DocumentedRelay(int listener, int company)
    {
        (SubmissionPort, PublicPort, MilterPort) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        HereInstead =
        [
            ("127.0.0.1:2500", $"127.0.0.1:{SubmissionPort}"),
            ("smtp           inet", $"127.0.0.1:{PublicPort} inet"),
            ("8891", $"{MilterPort}"),
            ("smtp:[127.0.0.1]:2525 }", $"smtp:[127.0.0.1]:{listener} }}, {{ societe.example = smtp:[127.0.0.1]:{company} }}, {{ ville.example = smtp:[127.0.0.1]:{company} }}"),
            ("/etc/postfix/returns", PathOf("returns")),
            ("/etc/ssl/private/relais.pem", PathOf("relais.pem")),
            ("/etc/dkimkeys", PathOf("dkimkeys")),
            ("/run/opendkim", PathOf("run")),
        ];
    }

    /// <summary>What is written → what stands here: ports, folders, and the ways to the domains of the test.</summary>
    private (string Written, string Here)[] HereInstead { get; }

    public int SubmissionPort { get; }

    public int PublicPort { get; }

    private int MilterPort { get; }

    public string Log => $"{_postfix?.Log}\n{_opendkim?.Log}";

    /// <summary>The value of the DNS record that the documented command wrote, its strings joined.</summary>
    public string DkimRecord => string.Concat(Quoted().Matches(File.ReadAllText(PathOf("dkimkeys/vaguemestre2026.txt"))).Select(m => m.Groups["text"].Value));

    /// <param name="listener">The platform's port for what comes back.</param>
    /// <param name="company">The port of the server of <c>societe.example</c> and <c>ville.example</c>.</param>
    public static async Task<DocumentedRelay> StartAsync(int listener, int company)
    {
        var relay = new DocumentedRelay(listener, company);
        await relay.SignAsync();
        await File.WriteAllTextAsync(relay.PathOf("returns"), relay.Block("# /etc/postfix/returns"));
        await File.WriteAllTextAsync(relay.PathOf("relais.pem"), Certificate());
        relay._postfix = await PostfixServer.StartAsync(relay.Block("# /etc/postfix/main.cf"), relay.Block("# /etc/postfix/master.cf"), relay.SubmissionPort);
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        if (_postfix is not null)
            await _postfix.DisposeAsync();
        if (_opendkim is not null)
            await _opendkim.DisposeAsync();
    }

    private async Task SignAsync()
    {
        _ = DebianProgram.Find("opendkim-genkey", "opendkim-tools");
        await Command.RunAsync("install", "-d", "-o", "opendkim", PathOf("dkimkeys"), PathOf("run"));
        await Command.RunAsync("/bin/sh", "-e", "-c", Block("opendkim-genkey"));
        await File.WriteAllTextAsync(PathOf("opendkim.conf"), Block("# /etc/opendkim.conf"));
        _opendkim = await OpendkimServer.StartAsync(PathOf("opendkim.conf"), MilterPort, _folder.FullName);
    }

    /// <summary>The code block of the page that begins with these words, with what stands here instead.</summary>
    private string Block(string beginning)
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operate", "mail.md"));
        var block = CodeBlock().Matches(page).Select(m => m.Groups["code"].Value).Single(code => code.StartsWith(beginning, StringComparison.Ordinal));
        return HereInstead.Aggregate(block, (text, change) => text.Replace(change.Written, change.Here, StringComparison.Ordinal));
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Key and certificate of the relay in PEM, signed by itself.</summary>
    public static string Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=relais.ville.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n";
    }

    [GeneratedRegex("^```[a-z]*\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("\"(?<text>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
