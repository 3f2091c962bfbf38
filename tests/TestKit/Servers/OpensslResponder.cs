using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vaguemestre.TestKit.Servers;

/// <summary>
/// A certification authority with its answers on revocation: <c>openssl ocsp</c> behind a few lines of HTTP, and a list beside it. Its one
/// certificate, for a buyer's signature, says where both are. The instants are those of the machine's clock.
/// </summary>
public sealed class OpensslResponder : IAsyncDisposable
{
    public const string Password = "un mot de passe";

    private static readonly byte[] Serial = [7, 8, 9];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaguemestre-ocsp-");
    private readonly RSA _rootKey = RSA.Create(2048);
    private readonly X509Certificate2 _root;
    private readonly LoopbackHttp _http;

    private OpensslResponder(int port, string name)
    {
        _root = MakeCertificates($"http://127.0.0.1:{port}", name);
        _http = new LoopbackHttp(port, AnswerAsync);
    }

    public string SigningFile => Path.Combine(_folder.FullName, "signature.pfx");

    public bool ServesOcsp { get; set; } = true;

    public bool ServesList { get; set; } = true;

    /// <summary>Since when the certificate is revoked; null while it is not.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Answers in place of the responder and of the list.</summary>
    public Func<byte[]>? Instead { get; set; }

    public int Asked { get; private set; }

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
        var revoked = RevokedAt?.UtcDateTime.ToString("yyMMddHHmmss'Z'", CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(In("index.txt"), $"{(revoked is null ? "V" : "R")}\t{Expires}\t{revoked}\t{Convert.ToHexString(Serial)}\tunknown\t/CN=essai\n");
        await File.WriteAllBytesAsync(In("request.der"), request);
        await Command.RunAsync(
            DebianProgram.Find("openssl", "openssl"), "ocsp", "-index", In("index.txt"), "-CA", In("root.pem"), "-rsigner", In("root.pem"), "-rkey", In("root.key"), "-ndays", "7",
            "-reqin", In("request.der"), "-respout", In("response.der"));
        return await File.ReadAllBytesAsync(In("response.der"));
    }

    private byte[] List()
    {
        var now = TimeProvider.System.GetUtcNow();
        var list = new CertificateRevocationListBuilder();
        if (RevokedAt is { } at)
            list.AddEntry(Serial, at);
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
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([url + "/ocsp"], null));
        request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([url + "/list.crl"]));
        using var certificate = request.Create(made, now.AddMonths(-1), now.AddYears(3), Serial).CopyWithPrivateKey(key);
        File.WriteAllBytes(SigningFile, new X509Certificate2Collection { certificate, X509CertificateLoader.LoadCertificate(made.RawData) }.Export(X509ContentType.Pkcs12, Password)!);
        File.WriteAllText(In("root.pem"), made.ExportCertificatePem() + "\n");
        File.WriteAllText(In("root.key"), _rootKey.ExportPkcs8PrivateKeyPem() + "\n");
        return made;
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
