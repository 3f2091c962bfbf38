using System.Security.Cryptography;
using Vaguemestre.Core.Files;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// The links that let somebody in without an account. A token is an HMAC-SHA-256 of a secret key over what it opens and its kind:
/// 256 bits that can be made again for a retry or a resending, while the database holds only their hash.
/// </summary>
public sealed class PersonalLink(SecretKeys keys, Settings settings)
{
    /// <summary>What a token opens; the first is also the generation of the recipients' links.</summary>
    private enum Kind : byte
    {
        Recipient = 1,
        Reader = 2,
        SpaceSignIn = 3,
    }

    public string TokenOf(Guid conversationId) => LinkToken.Write(SecretOf(conversationId, Kind.Recipient));

    public Uri UrlOf(Guid conversationId) => settings.Link("/c/" + TokenOf(conversationId));

    public byte[] HashOf(Guid conversationId) => SHA256.HashData(SecretOf(conversationId, Kind.Recipient));

    /// <summary>Of an invited colleague, to one letter.</summary>
    public string TokenOfReader(Guid readerId) => LinkToken.Write(SecretOf(readerId, Kind.Reader));

    public Uri UrlOfReader(Guid readerId) => settings.Link("/c/" + TokenOfReader(readerId));

    public byte[] HashOfReader(Guid readerId) => SHA256.HashData(SecretOf(readerId, Kind.Reader));

    /// <summary>Of one way into a company's space.</summary>
    public string TokenOfSpaceSignIn(Guid signInId) => LinkToken.Write(SecretOf(signInId, Kind.SpaceSignIn));

    public Uri UrlOfSpaceSignIn(Guid signInId) => settings.Link("/mes-courriers/entree/" + TokenOfSpaceSignIn(signInId));

    public byte[] HashOfSpaceSignIn(Guid signInId) => SHA256.HashData(SecretOf(signInId, Kind.SpaceSignIn));

    private byte[] SecretOf(Guid id, Kind kind)
    {
        Span<byte> message = stackalloc byte[17];
        id.TryWriteBytes(message, bigEndian: true, out _);
        message[16] = (byte)kind;
        return HMACSHA256.HashData(keys.Links, message);
    }
}
