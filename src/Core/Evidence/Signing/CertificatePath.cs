using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vaguemestre.Core.Evidence.Signing;

/// <summary>Certificates from a signer towards its root, each signed by the next. Says who issued whom; not whether anybody is believed.</summary>
internal static class CertificatePath
{
    /// <summary>Certificates that are looked through: a hostile file holds thousands, each issued by all the others.</summary>
    private const int Most = 16;

    private const string RsaOids = "1.2.840.113549.1.1.", EcdsaOids = "1.2.840.10045.4.3.";

    /// <summary>The signer, then its issuer, and so on, as far as <paramref name="known"/> holds them; the signer alone where it holds more than any path has.</summary>
    public static IReadOnlyList<X509Certificate2> Of(X509Certificate2 signer, X509Certificate2Collection known)
    {
        var path = new List<X509Certificate2> { signer };
        while (known.Count <= Most && known.FirstOrDefault(c => path.TrueForAll(p => !Same(p, c)) && IsIssuedBy(path[^1], c)) is { } issuer)
            path.Add(issuer);
        return path;
    }

    /// <summary>
    /// The same without a last one that is not the root: nothing there shows that it is as its issuer signed it. For where no signature binds
    /// the certificates themselves.
    /// </summary>
    public static IReadOnlyList<X509Certificate2> VerifiedOf(X509Certificate2 signer, X509Certificate2Collection known)
    {
        var path = Of(signer, known);
        return path.Count > 1 && !Certificates.IsSelfSigned(path[^1]) ? [.. path.SkipLast(1)] : path;
    }

    public static bool Same(X509Certificate2 one, X509Certificate2 other) => one.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span);

    /// <summary>Whether every byte of a certificate (RFC 5280 §4.1) stands under a signature that its issuer's key made.</summary>
    public static bool IsIssuedBy(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        if (!certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData))
            return false;
        try
        {
            var whole = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER);
            var parts = whole.ReadSequence();
            whole.ThrowIfNotEmpty();
            var signed = parts.ReadEncodedValue();
            var algorithm = parts.ReadEncodedValue();
            var signature = parts.ReadBitString(out var unused);
            parts.ThrowIfNotEmpty();
            return unused == 0 && AlgorithmWithin(signed).Span.SequenceEqual(algorithm.Span)
                && Verifies(issuer, new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier(), signed.Span, signature);
        }
        catch (Exception malformed) when (malformed is AsnContentException or CryptographicException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> AlgorithmWithin(ReadOnlyMemory<byte> signed)
    {
        var parts = new AsnReader(signed, AsnEncodingRules.DER).ReadSequence();
        if (parts.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0)))
            parts.ReadEncodedValue();
        parts.ReadEncodedValue();
        return parts.ReadEncodedValue();
    }

    private static bool Verifies(X509Certificate2 issuer, string algorithm, ReadOnlySpan<byte> signed, byte[] signature)
    {
        if (HashOf(algorithm) is not { } hash)
            return false;
        using var rsa = issuer.GetRSAPublicKey();
        using var ecdsa = issuer.GetECDsaPublicKey();
        return algorithm.StartsWith(RsaOids, StringComparison.Ordinal)
            ? rsa?.VerifyData(signed, signature, hash, RSASignaturePadding.Pkcs1) == true
            : ecdsa?.VerifyData(signed, signature, hash, DSASignatureFormat.Rfc3279DerSequence) == true;
    }

    /// <summary>RFC 4055 §5 and RFC 5758 §3.2.</summary>
    private static HashAlgorithmName? HashOf(string algorithm) => algorithm switch
    {
        RsaOids + "11" or EcdsaOids + "2" => HashAlgorithmName.SHA256,
        RsaOids + "12" or EcdsaOids + "3" => HashAlgorithmName.SHA384,
        RsaOids + "13" or EcdsaOids + "4" => HashAlgorithmName.SHA512,
        _ => null,
    };
}
