using System.Globalization;
using System.Text.Json;

namespace Vaguemestre.Core.Consultations.Ocds;

/// <summary>Reads of a checked release: what is absent, null or of another kind is null or empty.</summary>
internal static class OcdsJson
{
    public static JsonElement? At(this JsonElement? value, string name) =>
        value is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member)
        && member.ValueKind is not JsonValueKind.Null
            ? member
            : null;

    public static JsonElement? At(this JsonElement value, string name) => ((JsonElement?)value).At(name);

    public static IEnumerable<JsonElement> Items(this JsonElement? value, string name) =>
        value.At(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static IEnumerable<JsonElement> Items(this JsonElement value, string name) => ((JsonElement?)value).Items(name);

    /// <summary>The text, byte-exact; null when it is empty or blank.</summary>
    public static string? Text(this JsonElement? value, string name) =>
        value.At(name) is { ValueKind: JsonValueKind.String } text && text.GetString() is var found
        && !string.IsNullOrWhiteSpace(found)
            ? found
            : null;

    public static string? Text(this JsonElement value, string name) => ((JsonElement?)value).Text(name);

    /// <summary>An identifier: OCDS writes it as text or as an integer.</summary>
    public static string? Identity(this JsonElement value, string name) =>
        value.At(name) is { } id ? Identity(id) : null;

    public static string? Identity(this JsonElement id) => id.ValueKind switch
    {
        JsonValueKind.String when id.GetString() is { Length: > 0 } text => text,
        JsonValueKind.Number => id.GetRawText(),
        _ => null,
    };

    /// <summary>An ISO 8601 date, with or without time and offset (UTC when left out); null when unreadable.</summary>
    public static DateTimeOffset? Instant(this JsonElement? value, string name) =>
        value.Text(name) is { } text && DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var instant)
            ? instant
            : null;

    public static DateTimeOffset? Instant(this JsonElement value, string name) => ((JsonElement?)value).Instant(name);
}
