using System.Globalization;

namespace Vaguemestre.Core;

/// <summary>Instants of RFC 3339, the offset being obligatory.</summary>
public static class InstantText
{
    private static readonly string[] Forms = [.. Enumerable.Range(0, 8).Select(n => n == 0 ? "yyyy-MM-dd'T'HH:mm:ssK" : $"yyyy-MM-dd'T'HH:mm:ss.{new string('f', n)}K").Append("yyyy-MM-dd'T'HH:mmK")];

    public static DateTimeOffset? Parse(string? text) =>
        text is { Length: > 0 and < 40 } && HasOffset(text) && DateTimeOffset.TryParseExact(text.ToUpperInvariant(), Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) && IsWithinYears(instant)
            ? instant.ToUniversalTime()
            : null;

    private static readonly string[] LocalForms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    /// <summary>The same, or a day or a time without offset, which is Paris's; never this machine's.</summary>
    public static DateTimeOffset? ParseInParis(string? text) =>
        Parse(text) ?? (DateTime.TryParseExact(text, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && IsWithinYears(local) ? ParisTime.From(local) : null);

    private static bool HasOffset(string text) => text[^1] is 'Z' or 'z' || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');

    // The first and the last day have no UTC in every offset.
    private static bool IsWithinYears(DateTimeOffset instant) => instant.Year is > 1 and < 9999;

    private static bool IsWithinYears(DateTime local) => local.Year is > 1 and < 9999;
}
