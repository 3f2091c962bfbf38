using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vaguemestre.Core.Evidence.Signing;

/// <summary>What a certificate is called before a reader.</summary>
internal static class Certificates
{
    public static string NameOf(X509Certificate2 certificate) => Short(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));

    public static string IssuerOf(X509Certificate2 certificate) => Short(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true));

    /// <summary>SHA-256 of the certificate in DER, as <c>openssl x509 -fingerprint -sha256</c> gives it but in lower case and without colons.</summary>
    public static string FingerprintOf(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

    private static string Short(string name) => name.Length <= 200 ? name : name[..200] + "…";
}
