using System.Buffers.Text;
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

    public string TokenOf(Guid conversationId)
    {
        Span<byte> message = stackalloc byte[17];
        conversationId.TryWriteBytes(message, bigEndian: true, out _);
        message[16] = Generation;
        return Base64Url.EncodeToString(HMACSHA256.HashData(keys.Links, message));
    }

    public Uri UrlOf(Guid conversationId) => settings.Link("/c/" + TokenOf(conversationId));

    public byte[] HashOf(Guid conversationId) => SHA256.HashData(Base64Url.DecodeFromChars(TokenOf(conversationId)));

    /// <summary>The hash under which a token is looked up, or null when the text is no token at all.</summary>
    public static byte[]? HashOf(string token)
    {
        var bytes = new byte[32];
        return token.Length <= 64 && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out var written) && written == 32 ? SHA256.HashData(bytes) : null;
    }
}
