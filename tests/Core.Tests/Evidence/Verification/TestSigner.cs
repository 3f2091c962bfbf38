using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vaguemestre.Core.Tests.Evidence.Verification;

/// <summary>A certificate as a buyer gets one: RSA, under a root of its own, in a PKCS#12 file.</summary>
internal sealed class TestSigner : IDisposable
{
    public const string Password = "un mot de passe";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vaguemestre-signer-");

    public TestSigner(string name)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var rootKey = RSA.Create(2048);
        var root = new CertificateRequest($"CN=Racine de {name}", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        var rootCertificate = root.CreateSelfSigned(now.AddYears(-1), now.AddYears(5));
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, critical: true));
        using var certificate = request.Create(rootCertificate, now.AddMonths(-1), now.AddYears(3), [7, 8, 9]).CopyWithPrivateKey(key);
        System.IO.File.WriteAllBytes(File, new X509Certificate2Collection { certificate, rootCertificate }.Export(X509ContentType.Pkcs12, Password)!);
        Root = X509CertificateLoader.LoadCertificate(rootCertificate.RawData);
    }

    public string File => Path.Combine(_folder.FullName, "signature.pfx");

    public X509Certificate2 Root { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}
