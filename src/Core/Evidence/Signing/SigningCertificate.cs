using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence.Signing;

/// <summary>
/// What attestations are signed with: the configured certificate with its key and issuers, or one that the platform made itself, whose
/// name says so. A signature shows which key signed; who holds it is the certificate's word.
/// </summary>
public sealed class SigningCertificate(Settings settings, TimeProvider clock)
{
    public const string OwnName = "Attestations Vaguemestre (certificat auto-signé)";

    private readonly Lazy<IReadOnlyList<X509Certificate2>> _path = new(() => string.IsNullOrEmpty(settings.Signing.CertificateFile)
        ? [OwnCertificate.Read(settings.DataDirectory, "signing", clock.GetUtcNow(), Own)]
        : Configured(settings.Signing));

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate => Path[0];

    /// <summary>The certificate, then those that lead from it to its root, as far as the file holds them.</summary>
    public IReadOnlyList<X509Certificate2> Path => _path.Value;

    /// <exception cref="CryptographicException">The file is no PKCS#12 with that password, or holds no certificate with its key.</exception>
    private static IReadOnlyList<X509Certificate2> Configured(SigningSettings settings)
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(settings.CertificateFile!, settings.Password, X509KeyStorageFlags.EphemeralKeySet);
        var own = all.FirstOrDefault(c => c.HasPrivateKey) ?? throw new CryptographicException("Ce fichier ne contient pas de certificat avec sa clé.");
        return CertificatePath.Of(own, all);
    }

    private static CertificateRequest Own(ECDsa key) => new($"CN={OwnName}", key, HashAlgorithmName.SHA256)
    {
        CertificateExtensions =
        {
            new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true),
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, critical: true),
        },
    };
}
