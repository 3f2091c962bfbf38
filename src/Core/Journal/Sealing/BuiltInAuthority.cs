using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vaguemestre.Core.Journal.Sealing;

/// <summary>
/// The authority there is until another is configured: a key of the platform's own and the platform's clock. Not qualified in the sense
/// of eIDAS, and its certificate's name says so: it shows the order of things and binds the operator, it is no third party.
/// </summary>
public sealed class BuiltInAuthority(Settings settings, TimeProvider clock) : ITimestampAuthority
{
    public const string Name = "Horodatage interne de Vaguemestre (non qualifié)";

    /// <summary>The policy its tokens name (ITU-T X.667, from a UUID): the instants of a platform's own clock, not qualified.</summary>
    public const string Policy = "2.25.220396838364105324820334465015536340204";

    private const string TimestampInfo = "1.2.840.113549.1.9.16.1.4", TimestampingUsage = "1.3.6.1.5.5.7.3.8";

    private readonly Lazy<X509Certificate2> _certificate = new(() => OwnCertificate.Read(settings.DataDirectory, "timestamping", clock.GetUtcNow(), key => new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256)
    {
        CertificateExtensions =
        {
            new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true),
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true),
            new X509EnhancedKeyUsageExtension([new Oid(TimestampingUsage)], critical: true), // RFC 3161 §2.3
        },
    }));

    public X509Certificate2 Certificate => _certificate.Value;

    public IReadOnlyList<X509Certificate2> Path => [Certificate];

    public Task<byte[]> StampAsync(byte[] sha256, CancellationToken cancel) => Task.FromResult(Cms.Sign(Certificate, TimestampInfo, Info(sha256, clock.GetUtcNow())));

    /// <summary>TSTInfo (RFC 3161 §2.4.2), to the microsecond.</summary>
    private static byte[] Info(byte[] sha256, DateTimeOffset at)
    {
        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            info.WriteInteger(1);
            info.WriteObjectIdentifier(Policy);
            using (info.PushSequence())
            {
                using (info.PushSequence())
                    info.WriteObjectIdentifier(Cms.Sha256);
                info.WriteOctetString(sha256);
            }

            info.WriteInteger(new BigInteger(RandomNumberGenerator.GetBytes(16), isUnsigned: true));
            info.WriteGeneralizedTime(Data.Clock.ToMicroseconds(at));
        }

        return info.Encode();
    }
}
