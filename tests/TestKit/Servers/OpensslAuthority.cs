using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vaguemestre.TestKit.Servers;

/// <summary>
/// A foreign timestamp authority: <c>openssl ts</c> behind a few lines of HTTP, with a root of its own, an issuing authority and a
/// certificate for timestamps. The instants are those of the machine's clock.
/// </summary>
public sealed class OpensslAuthority : IAsyncDisposable
{
    public const string Policy = "1.2.3.4.1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaguemestre-tsa-");
    private readonly LoopbackHttp _http;

    private OpensslAuthority(int port, bool rsa, OpensslResponder? issuer)
    {
        Url = $"http://127.0.0.1:{port}/tsa";
        MakeCertificates(rsa, issuer);
        _http = new LoopbackHttp(port, AnswerAsync);
    }

    public string Url { get; }

    public string RootFile => Path.Combine(_folder.FullName, "root.pem");

    /// <summary>The sign-in it asks for (HTTP Basic): <c>name:password</c>; null for none.</summary>
    public string? Credentials { get; set; }

    /// <summary>Answers in place of a token.</summary>
    public Func<byte[]>? Instead { get; set; }

    /// <summary>Asked before each answer, so that a test can hold one back.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    public int Asked { get; private set; }

    /// <param name="rsa">The kind of its key; else P-256.</param>
    /// <param name="issuer">Who issued its certificate and answers on its revocation; null for a root of its own that answers nothing.</param>
    public static OpensslAuthority Start(bool rsa = true, OpensslResponder? issuer = null) => new(FreePort.Next(), rsa, issuer);

    public async ValueTask DisposeAsync()
    {
        await _http.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        Asked++;
        await Before();
        var given = context.Request.Headers["Authorization"];
        if (Credentials is { } asked && given != "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(asked)))
        {
            context.Response.StatusCode = 401;
            context.Response.Close();
            return;
        }

        using var query = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(query);
        var answer = Instead?.Invoke() ?? await ReplyAsync(query.ToArray());
        context.Response.ContentType = "application/timestamp-reply";
        context.Response.Close(answer, willBlock: true);
    }

    private async Task<byte[]> ReplyAsync(byte[] query)
    {
        var (asked, answered) = (Path.Combine(_folder.FullName, $"{Asked}.tsq"), Path.Combine(_folder.FullName, $"{Asked}.tsr"));
        await File.WriteAllBytesAsync(asked, query);
        await Command.RunAsync(DebianProgram.Find("openssl", "openssl"), "ts", "-reply", "-config", Path.Combine(_folder.FullName, "tsa.cnf"), "-queryfile", asked, "-out", answered);
        return await File.ReadAllBytesAsync(answered);
    }

    private void MakeCertificates(bool rsa, OpensslResponder? responder)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (from, until) = (now.AddYears(-1), now.AddYears(9));
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Authority("CN=Racine d'essai", rootKey).CreateSelfSigned(from, until);
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issuer = Authority("CN=Intermédiaire d'horodatage d'essai", issuerKey).Create(root, from, until, [1, 2, 3]).CopyWithPrivateKey(issuerKey);
        using AsymmetricAlgorithm key = rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA rsaKey
            ? new CertificateRequest("CN=Horodatage d'essai", rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=Horodatage d'essai", (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], critical: true));
        using var certificate = responder?.IssueForTimestamps(request) ?? request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), from, until, [4, 5, 6]);

        Write("root.pem", (responder?.Root ?? root).ExportCertificatePem());
        Write("chain.pem", responder?.Root.ExportCertificatePem() ?? issuer.ExportCertificatePem() + "\n" + root.ExportCertificatePem());
        Write("tsa.pem", certificate.ExportCertificatePem());
        Write("tsa.key", key.ExportPkcs8PrivateKeyPem());
        Write("serial", "01");
        Write("tsa.cnf", $"""
            [tsa]
            default_tsa = essai
            [essai]
            serial = {_folder.FullName}/serial
            crypto_device = builtin
            signer_cert = {_folder.FullName}/tsa.pem
            certs = {_folder.FullName}/chain.pem
            signer_key = {_folder.FullName}/tsa.key
            signer_digest = sha256
            default_policy = {Policy}
            other_policies = 1.2.3.4.5
            digests = sha256
            ordering = no
            tsa_name = no
            ess_cert_id_chain = no
            ess_cert_id_alg = sha256
            """);

        void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text + "\n");
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        return request;
    }
}
