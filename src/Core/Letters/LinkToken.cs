using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// The text of a personal link's 256 bits: 52 characters of lower-case base32 (RFC 4648 §6, no padding), which a mail filter may fold in
/// case without loss. Links were once written as 43 characters of base64url: these are read for ever and never written again.
/// </summary>
public static class LinkToken
{
    public const int Length = 52;

    /// <summary>Of a link written as base64url.</summary>
    public const int FormerLength = 43;

    private const int Bytes = 32;
    internal const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <param name="secret">32 bytes.</param>
    public static string Write(ReadOnlySpan<byte> secret)
    {
        Span<char> text = stackalloc char[Length];
        for (var place = 0; place < Length; place++)
        {
            var (first, offset) = (place * 5 / 8, place * 5 % 8);
            var pair = (secret[first] << 8) | (first + 1 < Bytes ? secret[first + 1] : 0);
            text[place] = Alphabet[(pair >> (11 - offset)) & 31];
        }

        return new string(text);
    }

    /// <summary>SHA-256 of the token's bits, under which it is looked up; null when the text is no token, in exactly one of the two forms.</summary>
    public static byte[]? HashOf(string token)
    {
        Span<byte> secret = stackalloc byte[Bytes];
        return Read(token, secret) ? SHA256.HashData(secret) : null;
    }

    private static bool Read(string token, Span<byte> secret)
    {
        if (token.Length == FormerLength)
            return Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, secret, out var written) && written == Bytes;
        if (token.Length != Length)
            return false;
        secret.Clear();
        for (var place = 0; place < Length; place++)
        {
            var value = Alphabet.IndexOf(token[place], StringComparison.Ordinal);
            var (first, offset) = (place * 5 / 8, place * 5 % 8);
            var pair = value << (11 - offset);
            if (value < 0 || (first == Bytes - 1 && (pair & 0xFF) != 0))
                return false;
            secret[first] |= (byte)(pair >> 8);
            if (first + 1 < Bytes)
                secret[first + 1] |= (byte)pair;
        }

        return true;
    }

    /// <summary>Whether it is written as a token is, known or not.</summary>
    public static bool IsToken([NotNullWhen(true)] string? text) => text is not null && HashOf(text) is not null;
}
