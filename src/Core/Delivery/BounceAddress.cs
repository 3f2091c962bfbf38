namespace Vaguemestre.Core.Delivery;

/// <summary>The envelope sender of a mail, to which reports come back: <c>bounces+TOKEN@DOMAIN</c>, a token a sending.</summary>
public static class BounceAddress
{
    private const string Prefix = "bounces+";

    public static string Of(string token, Settings settings) => $"{Prefix}{token}@{settings.Mail.BounceDomain}";

    /// <summary>The token in an address of ours, folded to lower case as mail may have changed it; null when it is none.</summary>
    public static string? TokenIn(string address)
    {
        var folded = address.ToLowerInvariant();
        var at = folded.IndexOf('@', StringComparison.Ordinal);
        return folded.StartsWith(Prefix, StringComparison.Ordinal) && at > Prefix.Length ? folded[Prefix.Length..at] : null;
    }
}
