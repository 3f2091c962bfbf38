using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Oiw;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Ocsp;
using Org.BouncyCastle.X509;
using X509Certificate = Org.BouncyCastle.X509.X509Certificate;

namespace Vaguemestre.Core.Evidence.Signing;

/// <summary>What the issuer of a certificate says of its revocation, once its signature was found good.</summary>
/// <param name="At">It was so at this instant, by the issuer's clock.</param>
/// <param name="Until">A newer one was to be had then; null where it says nothing of it.</param>
/// <param name="RevokedAt">Since when it is revoked; null while it is not.</param>
internal sealed record RevocationStatement(DateTimeOffset At, DateTimeOffset? Until, DateTimeOffset? RevokedAt)
{
    public const string Ocsp = "ocsp", Crl = "crl";

    /// <summary>Null where it is none, is of another certificate, is false, or says that the issuer does not know.</summary>
    /// <param name="kind"><see cref="Ocsp"/> or <see cref="Crl"/>.</param>
    /// <param name="der">A response of RFC 6960, or a list of RFC 5280 §5.</param>
    /// <param name="certificate">Of which it is.</param>
    /// <param name="issuer">Who issued that certificate.</param>
    public static RevocationStatement? Read(string kind, byte[] der, X509Certificate2 certificate, X509Certificate2 issuer)
    {
        try
        {
            var (own, by) = (new X509Certificate(certificate.RawData), new X509Certificate(issuer.RawData));
            return kind switch
            {
                Ocsp => OfResponse(new OcspResp(der), own, by),
                Crl => OfList(new X509Crl(der), own, by),
                _ => null,
            };
        }
        catch (Exception hostile) when (hostile is not OutOfMemoryException)
        {
            // What is read here came from the network, or from whoever made the evidence.
            return null;
        }
    }

    /// <summary>A request for one certificate (RFC 6960 §4.1), without a nonce, so that a responder may answer what it has signed already.</summary>
    public static byte[] Request(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        var request = new OcspReqGenerator();
        request.AddRequest(new CertificateID(new AlgorithmIdentifier(OiwObjectIdentifiers.IdSha1, DerNull.Instance), new X509Certificate(issuer.RawData), new X509Certificate(certificate.RawData).SerialNumber));
        return request.Generate().GetEncoded();
    }

    private static RevocationStatement? OfResponse(OcspResp response, X509Certificate certificate, X509Certificate issuer)
    {
        if (response.Status != OcspRespStatus.Successful || response.GetResponseObject() is not BasicOcspResp basic || !IsBy(basic, issuer))
            return null;
        if (Array.Find(basic.Responses, r => r.GetCertID().SerialNumber.Equals(certificate.SerialNumber) && r.GetCertID().MatchesIssuer(issuer)) is not { } single)
            return null;
        return single.GetCertStatus() switch
        {
            null => new(Utc(single.ThisUpdate), single.NextUpdate is { } next ? Utc(next) : null, null),
            RevokedStatus revoked => new(Utc(single.ThisUpdate), single.NextUpdate is { } next ? Utc(next) : null, Utc(revoked.RevocationTime)),
            _ => null,
        };
    }

    /// <summary>By the issuer, or by whom it named for that (RFC 6960 §4.2.2.2).</summary>
    private static bool IsBy(BasicOcspResp response, X509Certificate issuer)
    {
        if (IsSigned(response, issuer))
            return true;
        return response.GetCerts().Any(responder => responder.IssuerDN.Equivalent(issuer.SubjectDN) && responder.IsValid(response.ProducedAt)
            && responder.GetExtendedKeyUsage()?.Contains(KeyPurposeID.id_kp_OCSPSigning) == true && responder.IsSignatureValid(issuer.GetPublicKey()) && IsSigned(response, responder));
    }

    /// <summary>A key of another kind than the signature's has not made it, which the library says by an exception.</summary>
    private static bool IsSigned(BasicOcspResp response, X509Certificate by)
    {
        try
        {
            return response.Verify(by.GetPublicKey());
        }
        catch (Exception otherKind) when (otherKind is not OutOfMemoryException)
        {
            return false;
        }
    }

    /// <summary>A whole list of the issuer's own, that covers such a certificate.</summary>
    private static RevocationStatement? OfList(X509Crl list, X509Certificate certificate, X509Certificate issuer)
    {
        if (!list.IsSignatureValid(issuer.GetPublicKey()) || !list.IssuerDN.Equivalent(issuer.SubjectDN) || !Covers(list, certificate.GetBasicConstraints() >= 0))
            return null;
        return new(Utc(list.ThisUpdate), list.NextUpdate is { } next ? Utc(next) : null, list.GetRevokedCertificate(certificate.SerialNumber) is { } entry ? Utc(entry.RevocationDate) : null);
    }

    /// <summary>RFC 5280 §5.2.4 and §5.2.5: neither the changes to another list, nor the list of some reasons or of another's certificates.</summary>
    private static bool Covers(X509Crl list, bool authority)
    {
        if (list.GetExtensionValue(X509Extensions.DeltaCrlIndicator) is not null)
            return false;
        if (list.GetExtensionValue(X509Extensions.IssuingDistributionPoint) is not { } value)
            return true;
        var point = IssuingDistributionPoint.GetInstance(Asn1Object.FromByteArray(value.GetOctets()));
        return point is { IsIndirectCrl: false, OnlySomeReasons: null, OnlyContainsAttributeCerts: false } && !(authority ? point.OnlyContainsUserCerts : point.OnlyContainsCACerts);
    }

    private static DateTimeOffset Utc(DateTime at) => new(DateTime.SpecifyKind(at, at.Kind == DateTimeKind.Local ? DateTimeKind.Local : DateTimeKind.Utc));
}
