using System.Buffers.Binary;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Delivery.Returned;

/// <summary>
/// Where what a sending brings comes back: reports to <c>bounces+TOKEN@DOMAIN</c>, its envelope sender; answers by the mail client to
/// <c>reponse+TOKEN@DOMAIN</c>, its Reply-To. Both carry the sending's one token.
/// </summary>
public static class ReturnAddress
{
    private const int LongestToken = 64;

    private static readonly string[] Prefixes = ["bounces+", "reponse+"];

    public static string ForReports(string token, Settings settings) => $"{Prefixes[0]}{token}@{settings.Mail.BounceDomain}";

    public static string ForReplies(string token, Settings settings) => $"{Prefixes[1]}{token}@{settings.Mail.BounceDomain}";

    /// <summary>Whether it is the form that answers come to.</summary>
    public static bool IsForReplies(string address) => address.StartsWith(Prefixes[1], StringComparison.OrdinalIgnoreCase);

    /// <summary>For what is no sending: written as its token is, and leads to none.</summary>
    public static string TokenOf(Guid id) => string.Create(26, BinaryPrimitives.ReadUInt128BigEndian(id.ToByteArray(bigEndian: true)), (token, bits) =>
    {
        for (var place = token.Length - 1; place >= 0; place--, bits >>= 5)
            token[place] = LinkToken.Alphabet[(int)(bits & 31)];
    });

    /// <summary>As we wrote it, whatever case mail gave it: what came twice is recognised by it.</summary>
    public static string Folded(string address) => address.ToLowerInvariant();

    /// <summary>The token in an address of either form, folded to lower case as mail may have changed it; null when it is none.</summary>
    public static string? TokenIn(string address)
    {
        var folded = Folded(address);
        var at = folded.LastIndexOf('@');
        if (at < 0 || Prefixes.FirstOrDefault(p => folded.StartsWith(p, StringComparison.Ordinal)) is not { } prefix)
            return null;
        var token = folded[prefix.Length..Math.Max(at, prefix.Length)];
        return token.Length is > 0 and <= LongestToken && token.All(char.IsAsciiLetterOrDigit) ? token : null;
    }

    /// <summary>The same for an address of our domain; null for any other domain's.</summary>
    public static string? TokenIn(string address, Settings settings) =>
        address.EndsWith("@" + settings.Mail.BounceDomain, StringComparison.OrdinalIgnoreCase) ? TokenIn(address) : null;
}
