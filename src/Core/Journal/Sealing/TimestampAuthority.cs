using System.Security.Cryptography.X509Certificates;

namespace Vaguemestre.Core.Journal.Sealing;

/// <summary>Says, with its signature, that a hash existed at an instant (RFC 3161).</summary>
public interface ITimestampAuthority
{
    /// <summary>A token over a SHA-256 hash, in DER, whose signature was checked.</summary>
    /// <exception cref="TimestampingException">The authority gave none: facts wait, nothing else does.</exception>
    Task<byte[]> StampAsync(byte[] sha256, CancellationToken cancel);

    /// <summary>The certificate that its tokens are signed with, then its issuers, where that is known beforehand; empty where its tokens tell.</summary>
    IReadOnlyList<X509Certificate2> Path => [];
}

/// <summary>The authority could not be reached, refused, or answered what is not a good token. The message is for the operator.</summary>
public sealed class TimestampingException(string message, Exception? inner = null) : Exception(message, inner);
