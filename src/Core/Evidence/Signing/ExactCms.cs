using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence.Signing;

/// <summary>
/// A CMS signature (RFC 5652 §5) in the one encoding that is written and accepted here. A signature covers only some bytes of itself; the
/// rest (versions, algorithm parameters, spare certificates, lengths) has one value each, so that no byte can be changed unseen.
/// </summary>
internal static class ExactCms
{
    public const string SignatureTimestamp = "1.2.840.113549.1.9.16.2.14";

    private const string SignedData = "1.2.840.113549.1.7.2", Rsa = "1.2.840.113549.1.1.1", RsaFamily = "1.2.840.113549.1.1.", EcdsaFamily = "1.2.840.10045.4.3.";

    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0), One = new(TagClass.ContextSpecific, 1);

    /// <summary>
    /// Null for what has no such form: no or several signers, a signer named otherwise than by issuer and number, RSA-PSS. A token of a foreign
    /// authority brought into it says the same: what is set here is not covered by its signature.
    /// </summary>
    /// <param name="cms">What was read or signed.</param>
    /// <param name="path">Which of its certificates stand in it, by its signer and those that it holds.</param>
    public static byte[]? Of(SignedCms cms, Func<X509Certificate2, X509Certificate2Collection, IReadOnlyList<X509Certificate2>> path) =>
        cms.SignerInfos is [{ Certificate: { } certificate } signer]
            ? Of(cms, signer, path(certificate, cms.Certificates), [.. signer.UnsignedAttributes.Cast<CryptographicAttributeObject>().Where(a => a.Oid.Value == SignatureTimestamp)])
            : null;

    /// <summary>The same of what was signed just now, with certificates that are known and need not be read out of it again.</summary>
    /// <param name="cms">With one signer.</param>
    /// <param name="path">The signer's certificate, then its issuers.</param>
    /// <param name="timestamp">A token over the signature, in its exact form; null for none.</param>
    public static byte[]? Of(SignedCms cms, IReadOnlyList<X509Certificate2> path, byte[]? timestamp) =>
        Of(cms, cms.SignerInfos[0], path, timestamp is null ? [] : [new CryptographicAttributeObject(new Oid(SignatureTimestamp), [new AsnEncodedData(new Oid(SignatureTimestamp), timestamp)])]);

    private static byte[]? Of(SignedCms cms, SignerInfo signer, IReadOnlyList<X509Certificate2> path, IReadOnlyList<CryptographicAttributeObject> timestamps)
    {
        if (signer.SignerIdentifier.Type != SubjectIdentifierType.IssuerAndSerialNumber || Algorithm(signer.SignatureAlgorithm.Value!) is not { } algorithm)
            return null;
        var der = new AsnWriter(AsnEncodingRules.DER);
        using (der.PushSequence())
        {
            der.WriteObjectIdentifier(SignedData);
            using (der.PushSequence(Zero))
            using (der.PushSequence())
            {
                der.WriteInteger(cms.ContentInfo.ContentType.Value == Cms.PlainData ? 1 : 3);
                using (der.PushSetOf())
                    WriteAlgorithm(der, signer.DigestAlgorithm.Value!, withNull: false);
                WriteContent(der, cms);
                using (der.PushSetOf(Zero))
                {
                    foreach (var known in path)
                        der.WriteEncodedValue(known.RawDataMemory.Span);
                }

                using (der.PushSetOf())
                    WriteSigner(der, signer, path[0], algorithm, timestamps);
            }
        }

        return der.Encode();
    }

    private static void WriteContent(AsnWriter der, SignedCms cms)
    {
        using (der.PushSequence())
        {
            der.WriteObjectIdentifier(cms.ContentInfo.ContentType.Value!);
            if (cms.Detached)
                return;
            using (der.PushSequence(Zero))
                der.WriteOctetString(cms.ContentInfo.Content);
        }
    }

    private static void WriteSigner(AsnWriter der, SignerInfo signer, X509Certificate2 certificate, string algorithm, IReadOnlyList<CryptographicAttributeObject> timestamps)
    {
        using (der.PushSequence())
        {
            der.WriteInteger(1);
            using (der.PushSequence())
            {
                der.WriteEncodedValue(certificate.IssuerName.RawData);
                der.WriteInteger(certificate.SerialNumberBytes.Span);
            }

            WriteAlgorithm(der, signer.DigestAlgorithm.Value!, withNull: false);
            WriteAttributes(der, signer.SignedAttributes.Cast<CryptographicAttributeObject>(), Zero);
            WriteAlgorithm(der, algorithm, withNull: algorithm == Rsa);
            der.WriteOctetString(signer.GetSignature());
            if (timestamps.Count > 0)
                WriteAttributes(der, timestamps, One);
        }
    }

    private static void WriteAttributes(AsnWriter der, IEnumerable<CryptographicAttributeObject> attributes, Asn1Tag tag)
    {
        using (der.PushSetOf(tag))
        {
            foreach (var attribute in attributes)
            {
                using (der.PushSequence())
                {
                    der.WriteObjectIdentifier(attribute.Oid.Value!);
                    using (der.PushSetOf())
                    {
                        foreach (var value in attribute.Values)
                            der.WriteEncodedValue(value.RawData);
                    }
                }
            }
        }
    }

    private static void WriteAlgorithm(AsnWriter der, string oid, bool withNull)
    {
        using (der.PushSequence())
        {
            der.WriteObjectIdentifier(oid);
            if (withNull)
                der.WriteNull();
        }
    }

    /// <summary>Of the two ways to name RSA's (RFC 3370 §3.2, RFC 5754 §3.2) the first; the hash is named beside it.</summary>
    private static string? Algorithm(string oid) => oid switch
    {
        RsaFamily + "10" => null,
        _ when oid.StartsWith(RsaFamily, StringComparison.Ordinal) => Rsa,
        _ when oid.StartsWith(EcdsaFamily, StringComparison.Ordinal) => oid,
        _ => null,
    };
}
