using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vaguemestre.Core.Evidence.Signing;

/// <summary>What a certificate is called before a reader. Read once of each: those that sign come again with every attestation.</summary>
internal static class Certificates
{
    private static readonly ConditionalWeakTable<X509Certificate2, Words> Known = [];

    public static string NameOf(X509Certificate2 certificate) => Of(certificate).Name;

    public static string IssuerOf(X509Certificate2 certificate) => Of(certificate).Issuer;

    /// <summary>SHA-256 of the certificate in DER, as <c>openssl x509 -fingerprint -sha256</c> gives it but in lower case and without colons.</summary>
    public static string FingerprintOf(X509Certificate2 certificate) => Of(certificate).Fingerprint;

    public static bool IsSelfSigned(X509Certificate2 certificate) => Of(certificate).IsSelfSigned.Value;

    private static Words Of(X509Certificate2 certificate) => Known.GetValue(certificate, c => new Words(
        Short(c.GetNameInfo(X509NameType.SimpleName, forIssuer: false)),
        Short(c.GetNameInfo(X509NameType.SimpleName, forIssuer: true)),
        Convert.ToHexStringLower(SHA256.HashData(c.RawData)),
        new Lazy<bool>(() => CertificatePath.IsIssuedBy(certificate, certificate))));

    private static string Short(string name) => name.Length <= 200 ? name : name[..200] + "…";

    private sealed record Words(string Name, string Issuer, string Fingerprint, Lazy<bool> IsSelfSigned);
}
