using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Caching.Memory;

namespace Vaguemestre.Core.Evidence.Signing;

/// <summary>What an RFC 3161 token says of a hash, once its signature was found good: an authority's word, whose weight depends on who that is.</summary>
/// <param name="At">The hash existed at this instant, by the authority's clock.</param>
/// <param name="Policy">Under which the authority gave it.</param>
/// <param name="Path">The authority's certificate, then its issuers.</param>
/// <param name="SaysQualified">The token declares itself a qualified timestamp of the European Union (ETSI EN 319 422 §9.1). A declaration: the trusted list tells.</param>
internal sealed record Stamp(DateTimeOffset At, string Policy, IReadOnlyList<X509Certificate2> Path, bool SaysQualified)
{
    private const string QualifiedStatements = "1.3.6.1.5.5.7.1.3";

    /// <summary><c>esi4-qtstStatement-1</c>, 0.4.0.19422.1.1, in DER.</summary>
    private static readonly byte[] Qualified = [0x06, 0x07, 0x04, 0x00, 0x81, 0x97, 0x5E, 0x01, 0x01];

    public X509Certificate2 Authority => Path[0];

    /// <summary>What was read of the platform's own seals' tokens, the size in bytes of the token: one is the same in the attestations of all whose facts its seal holds.</summary>
    private static readonly MemoryCache Own = new(new MemoryCacheOptions { SizeLimit = 1024 * 1024 });

    /// <summary>Null where it is no token, is over another hash, or its signature is false.</summary>
    public static Stamp? Read(byte[] token, byte[] sha256) => Own.Get<Stamp>(KeyOf(token, sha256)) ?? ReadAnew(token, sha256);

    /// <summary>Has a token of the platform's own journal read once for the attestations to come. What is only verified here is kept nowhere.</summary>
    public static void Remember(byte[] token, byte[] sha256)
    {
        var key = KeyOf(token, sha256);
        if (Own.Get<Stamp>(key) is null && ReadAnew(token, sha256) is { } stamp)
            Own.Set(key, stamp, new MemoryCacheEntryOptions { Size = token.Length });
    }

    private static (string, string) KeyOf(byte[] token, byte[] sha256) => (Convert.ToHexStringLower(sha256), Convert.ToHexStringLower(SHA256.HashData(token)));

    private static Stamp? ReadAnew(byte[] token, byte[] sha256)
    {
        try
        {
            return Rfc3161TimestampToken.TryDecode(token, out var read, out var length) && length == token.Length
                && read.VerifySignatureForHash(sha256, HashAlgorithmName.SHA256, out var authority)
                ? new Stamp(
                    read.TokenInfo.Timestamp,
                    read.TokenInfo.PolicyId.Value!,
                    CertificatePath.Of(authority, read.AsSignedCms().Certificates),
                    read.TokenInfo.GetExtensions().Any(e => e.Oid?.Value == QualifiedStatements && e.RawData.AsSpan().IndexOf(Qualified) >= 0))
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The certificates of whoever made a token that was checked before: the authority's, then its issuers.</summary>
    public static IReadOnlyList<X509Certificate2> PathOf(byte[] token) =>
        Rfc3161TimestampToken.TryDecode(token, out var read, out _) && read.AsSignedCms() is { SignerInfos: [{ Certificate: { } authority }] } cms ? CertificatePath.Of(authority, cms.Certificates) : [];

    /// <summary>The token in the one form that may stand unsigned beside a signature; null where it has none. See <see cref="ExactCms"/>.</summary>
    /// <param name="token">Of one authority.</param>
    /// <param name="path">Its certificate, then its issuers, where they are known and need not be read out of the token.</param>
    public static byte[]? Exact(byte[] token, IReadOnlyList<X509Certificate2>? path = null)
    {
        try
        {
            var cms = new SignedCms();
            cms.Decode(token);
            return path is { Count: > 0 } ? ExactCms.Of(cms, path, timestamp: null) : ExactCms.Of(cms, CertificatePath.VerifiedOf);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
