using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vaguemestre.TestKit.Servers;

/// <summary>
/// A certification authority with its answers on revocation: <c>openssl ocsp</c> behind a few lines of HTTP, and a list beside it. Its
/// certificates, one for a buyer's signature and one for whoever timestamps, say where both are. The instants are those of the machine's clock.
/// </summary>
public sealed class OpensslResponder : IAsyncDisposable
{
    public const string Password = "un mot de passe";

    private static readonly byte[] Serial = [7, 8, 9], TimestampingSerial = [4, 5, 6];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaguemestre-ocsp-");
    private readonly RSA _rootKey = RSA.Create(2048);
    private readonly X509Certificate2 _root;
    private readonly LoopbackHttp _http;
    private readonly string _url;

    private OpensslResponder(int port, string name)
    {
        _url = $"http://127.0.0.1:{port}";
        _root = MakeCertificates(_url, name);
        _http = new LoopbackHttp(port, AnswerAsync);
    }

    public string SigningFile => Path.Combine(_folder.FullName, "signature.pfx");

    public bool ServesOcsp { get; set; } = true;

    public bool ServesList { get; set; } = true;

    /// <summary>Whether a responder that the authority named for it answers, and not the authority itself (RFC 6960 §4.2.2.2).</summary>
    public bool Delegates { get; set; }

    /// <summary>Whether the delegate's certificate says that it is for this.</summary>
    public bool DelegateIsNamed { get; set; } = true;

    /// <summary>Since when the certificate for signatures is revoked; null while it is not.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>The same of the certificate for timestamps.</summary>
    public DateTimeOffset? TimestampingRevokedAt { get; set; }

    /// <summary>Answers in place of the responder and of the list.</summary>
    public Func<byte[]>? Instead { get; set; }

    public int Asked { get; private set; }

    internal X509Certificate2 Root => _root;

    /// <summary>The certificate of whoever timestamps under this authority.</summary>
    internal X509Certificate2 IssueForTimestamps(CertificateRequest request) => Issue(request, _root, _url, TimestampingSerial);

    public static OpensslResponder Start(string name = "Ville de Montrevel-sur-Loire") => new(FreePort.Next(), name);

    public async ValueTask DisposeAsync()
    {
        await _http.DisposeAsync();
        _root.Dispose();
        _rootKey.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        Asked++;
        var ocsp = context.Request.Url!.AbsolutePath == "/ocsp";
        if (ocsp ? !ServesOcsp : !ServesList)
        {
            context.Response.StatusCode = 503;
            context.Response.Close();
            return;
        }

        using var asked = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(asked);
        context.Response.Close(Instead?.Invoke() ?? (ocsp ? await RespondAsync(asked.ToArray()) : List()), willBlock: true);
    }

    private async Task<byte[]> RespondAsync(byte[] request)
    {
        const string Expires = "401231235959Z";
        var lines = Revocations().Select(r => (r.Serial, Revoked: r.At?.UtcDateTime.ToString("yyMMddHHmmss'Z'", CultureInfo.InvariantCulture)))
            .Select(r => $"{(r.Revoked is null ? "V" : "R")}\t{Expires}\t{r.Revoked}\t{Convert.ToHexString(r.Serial)}\tunknown\t/CN=essai {Convert.ToHexString(r.Serial)}\n");
        await File.WriteAllTextAsync(In("index.txt"), string.Concat(lines));
        await File.WriteAllBytesAsync(In("request.der"), request);
        if (Delegates)
            MakeDelegate();
        var signer = Delegates ? "delegate" : "root";
        await Command.RunAsync(
            DebianProgram.Find("openssl", "openssl"), "ocsp", "-index", In("index.txt"), "-CA", In("root.pem"), "-rsigner", In(signer + ".pem"), "-rkey", In(signer + ".key"), "-ndays", "7",
            "-reqin", In("request.der"), "-respout", In("response.der"));
        return await File.ReadAllBytesAsync(In("response.der"));
    }

    private IEnumerable<(byte[] Serial, DateTimeOffset? At)> Revocations() => [(Serial, RevokedAt), (TimestampingSerial, TimestampingRevokedAt)];

    private byte[] List()
    {
        var now = TimeProvider.System.GetUtcNow();
        var list = new CertificateRevocationListBuilder();
        foreach (var (serial, at) in Revocations().Where(r => r.At is not null))
            list.AddEntry(serial, at);
        return list.Build(_root, 1, now.AddDays(7), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, now.AddMinutes(-1));
    }

    private X509Certificate2 MakeCertificates(string url, string name)
    {
        var now = TimeProvider.System.GetUtcNow();
        var root = new CertificateRequest($"CN=Racine de {name}", _rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        root.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(root.PublicKey, critical: false));
        var made = root.CreateSelfSigned(now.AddYears(-1), now.AddYears(5));
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, critical: true));
        using var certificate = Issue(request, made, url, Serial).CopyWithPrivateKey(key);
        File.WriteAllBytes(SigningFile, new X509Certificate2Collection { certificate, X509CertificateLoader.LoadCertificate(made.RawData) }.Export(X509ContentType.Pkcs12, Password)!);
        File.WriteAllText(In("root.pem"), made.ExportCertificatePem() + "\n");
        File.WriteAllText(In("root.key"), _rootKey.ExportPkcs8PrivateKeyPem() + "\n");
        return made;
    }

    private static X509Certificate2 Issue(CertificateRequest request, X509Certificate2 root, string url, byte[] serial)
    {
        var now = TimeProvider.System.GetUtcNow();
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([url + "/ocsp"], null));
        request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([url + "/list.crl"]));
        return request.Create(root.SubjectName, X509SignatureGenerator.CreateForRSA(root.GetRSAPrivateKey()!, RSASignaturePadding.Pkcs1), now.AddMonths(-1), now.AddYears(3), serial);
    }

    private void MakeDelegate()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Répondeur d'essai", key, HashAlgorithmName.SHA256);
        if (DelegateIsNamed)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.9")], critical: false));
        using var certificate = request.Create(_root.SubjectName, X509SignatureGenerator.CreateForRSA(_rootKey, RSASignaturePadding.Pkcs1), now.AddDays(-1), now.AddDays(30), [1, 1]);
        File.WriteAllText(In("delegate.pem"), certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(In("delegate.key"), key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
