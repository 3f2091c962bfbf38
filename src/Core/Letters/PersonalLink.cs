using System.Security.Cryptography;
using Vaguemestre.Core.Files;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// The recipient's personal link. Its token is an HMAC-SHA-256 of a secret key over the conversation and the link's
/// generation: 256 bits that can be made again for a retry or a resending, while the database holds only their hash.
/// </summary>
public sealed class PersonalLink(SecretKeys keys, Settings settings)
{
    private const int Generation = 1;

    public string TokenOf(Guid conversationId) => LinkToken.Write(SecretOf(conversationId));

    public Uri UrlOf(Guid conversationId) => settings.Link("/c/" + TokenOf(conversationId));

    public byte[] HashOf(Guid conversationId) => SHA256.HashData(SecretOf(conversationId));

    private byte[] SecretOf(Guid conversationId)
    {
        Span<byte> message = stackalloc byte[17];
        conversationId.TryWriteBytes(message, bigEndian: true, out _);
        message[16] = Generation;
        return HMACSHA256.HashData(keys.Links, message);
    }
}
