using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence.Signing;

/// <summary>A detached CMS signature that was found good, and who made it. Whether that is somebody to believe is another question.</summary>
/// <param name="Path">The signer's certificate, then its issuers.</param>
/// <param name="Stamp">When the signature existed, by an authority's word; null without one.</param>
internal sealed record Signature(IReadOnlyList<X509Certificate2> Path, Stamp? Stamp)
{
    public X509Certificate2 Signer => Path[0];

    public static byte[] Make(SigningCertificate certificate, byte[] content) => ExactCms.Of(Cms.SignDetached(certificate.Path, content), certificate.Path, timestamp: null)!;

    /// <summary>The same with an authority's token over it (CAdES-T); without where the authority gives none, or one that has no exact form.</summary>
    public static async Task<byte[]> MakeTimestampedAsync(SigningCertificate certificate, byte[] content, ITimestampAuthority authority, CancellationToken cancel)
    {
        var cms = Cms.SignDetached(certificate.Path, content);
        byte[]? token = null;
        try
        {
            token = Stamp.Exact(await authority.StampAsync(SHA256.HashData(cms.SignerInfos[0].GetSignature()), cancel), authority.Path);
        }
        catch (TimestampingException)
        {
            // The facts' own timestamps do not depend on this one; verification says that it is missing.
        }

        return ExactCms.Of(cms, certificate.Path, token)!;
    }

    /// <summary>Null where it is none, covers something else, is false, or is not in its one encoding.</summary>
    public static Signature? Read(byte[] der, byte[] content)
    {
        try
        {
            var cms = new SignedCms(new ContentInfo(new Oid(Cms.PlainData), content), detached: true);
            cms.Decode(der);
            if (cms.SignerInfos is not [{ Certificate: { } signer } info] || cms.ContentInfo.ContentType.Value != Cms.PlainData)
                return null;
            cms.CheckSignature(verifySignatureOnly: true);
            var path = CertificatePath.Of(signer, cms.Certificates);
            if (!Names(info, path) || ExactCms.Of(cms, CertificatePath.Of) is not { } exact || !exact.AsSpan().SequenceEqual(der))
                return null;
            return (info.UnsignedAttributes.Cast<CryptographicAttributeObject>().ToList(), path) switch
            {
                ([], _) => new Signature(path, null),
                ([{ Values: [var token] }], _) when Stamp.Read(token.RawData, SHA256.HashData(info.GetSignature())) is { } stamp && Stamp.Exact(token.RawData) is { } form && form.AsSpan().SequenceEqual(token.RawData) =>
                    new Signature(path, stamp),
                _ => null,
            };
        }
        catch (Exception malformed) when (malformed is CryptographicException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether the signed attributes name each certificate (RFC 5035 §3), so that no other can stand for it, nor a byte of it change.</summary>
    private static bool Names(SignerInfo info, IReadOnlyList<X509Certificate2> path) =>
        info.SignedAttributes.Cast<CryptographicAttributeObject>().Where(a => a.Oid.Value == Cms.SigningCertificate).ToList() is [{ Values: [var reference] }]
        && reference.RawData.AsSpan().SequenceEqual(Cms.References(path));
}
