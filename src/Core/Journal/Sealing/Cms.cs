using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Vaguemestre.Core.Journal.Sealing;

/// <summary>Signatures as the platform makes them: CMS (RFC 5652) with SHA-256 and one signer, its certificates inside and each bound by ESSCertIDv2 (RFC 5035 §3).</summary>
public static class Cms
{
    public const string Sha256 = "2.16.840.1.101.3.4.2.1", PlainData = "1.2.840.113549.1.7.1", SigningCertificate = "1.2.840.113549.1.9.16.2.47";

    /// <summary>A signature that holds what it signs.</summary>
    public static byte[] Sign(X509Certificate2 certificate, string contentType, byte[] content) => Sign([certificate], new ContentInfo(new Oid(contentType), content), detached: false).Encode();

    /// <summary>A signature of what stands elsewhere.</summary>
    /// <param name="path">The signer's certificate, with its key, then its issuers, which the signature names too.</param>
    /// <param name="content">What is signed.</param>
    public static SignedCms SignDetached(IReadOnlyList<X509Certificate2> path, byte[] content) => Sign(path, new ContentInfo(new Oid(PlainData), content), detached: true);

    private static SignedCms Sign(IReadOnlyList<X509Certificate2> path, ContentInfo content, bool detached)
    {
        var cms = new SignedCms(content, detached);
        var signer = new CmsSigner(path[0]) { DigestAlgorithm = new Oid(Sha256), IncludeOption = X509IncludeOption.EndCertOnly };
        signer.Certificates.AddRange(path.Skip(1).ToArray());
        signer.SignedAttributes.Add(new AsnEncodedData(new Oid(SigningCertificate), References(path)));
        cms.ComputeSignature(signer);
        return cms;
    }

    /// <summary>SigningCertificateV2: the hash of each certificate, the signer's first, so that none can be put in its place.</summary>
    internal static byte[] References(IEnumerable<X509Certificate2> certificates)
    {
        var references = new AsnWriter(AsnEncodingRules.DER);
        using (references.PushSequence())
        using (references.PushSequence())
        {
            foreach (var certificate in certificates)
            {
                using (references.PushSequence())
                    references.WriteOctetString(SHA256.HashData(certificate.RawData));
            }
        }

        return references.Encode();
    }
}
