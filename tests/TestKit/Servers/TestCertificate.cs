using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vaguemestre.TestKit.Servers;

/// <summary>A self-made certificate in a folder of its own, in the forms that servers are given.</summary>
public sealed class TestCertificate : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaguemestre-certificate-");

    public TestCertificate(string name = "mx.ville.test") => Write(name);

    public string CertificateFile => Path.Combine(_folder.FullName, "fullchain.pem");

    public string KeyFile => Path.Combine(_folder.FullName, "privkey.pem");

    /// <summary>Certificate and key in one PEM file.</summary>
    public string BothFile => Path.Combine(_folder.FullName, "both.pem");

    public string Pkcs12File => Path.Combine(_folder.FullName, "store.p12");

    public string Thumbprint { get; private set; } = "";

    /// <summary>Writes a new certificate over the old one, as a renewal does.</summary>
    public void Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(BothFile, File.ReadAllText(CertificateFile) + File.ReadAllText(KeyFile));
        File.WriteAllBytes(Pkcs12File, certificate.Export(X509ContentType.Pkcs12));
        Thumbprint = certificate.Thumbprint;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
