using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vaguemestre.Core.Journal;

/// <summary>
/// JSON in the one form that RFC 8785 (JCS) gives it, so that a hash can be taken of it. Numbers are whole and within
/// ±(2^53 − 1); the journal writes no others, and <see cref="Write"/> throws on one.
/// </summary>
public static class CanonicalJson
{
    /// <summary>
    /// The canonical form of a value's public properties (camel case, no nulls, instants RFC 3339 UTC to the microsecond), straight from the
    /// value: the same as <see cref="Write"/> of its JSON.
    /// </summary>
    /// <exception cref="NotSupportedException">Its type holds what has no form here: a fraction, a dictionary.</exception>
    public static string Serialize(object value) => JsonSerializer.Serialize(value, value.GetType(), CanonicalForm.Options);

    public static T? Deserialize<T>(string json) => JsonSerializer.Deserialize<T>(json, CanonicalForm.Options);

    /// <summary>The same for what comes from outside: every member there that may not be left out, and none null that may not be.</summary>
    public static T? DeserializeStrictly<T>(string json) => JsonSerializer.Deserialize<T>(json, Strict);

    private static JsonSerializerOptions Strict { get; } = new(CanonicalForm.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>The canonical form of JSON of any shape.</summary>
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                WriteAll(members.OrderBy(m => m.Key, StringComparer.Ordinal), text, '{', '}', m =>
                {
                    CanonicalForm.WriteString(m.Key, text);
                    text.Append(':');
                    Write(m.Value, text);
                });
                break;
            case JsonArray items:
                WriteAll(items, text, '[', ']', item => Write(item, text));
                break;
            default:
                WriteValue(node, text);
                break;
        }
    }

    private static void WriteAll<T>(IEnumerable<T> items, StringBuilder text, char open, char close, Action<T> write)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                text.Append(',');
            first = false;
            write(item);
        }

        text.Append(close);
    }

    private static void WriteValue(JsonNode node, StringBuilder text)
    {
        switch (node.GetValueKind())
        {
            case JsonValueKind.String:
                CanonicalForm.WriteString(node.GetValue<string>(), text);
                break;
            case JsonValueKind.True:
            case JsonValueKind.False:
                text.Append(node.GetValue<bool>() ? "true" : "false");
                break;
            default:
                if (!long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number is < -CanonicalForm.LargestExactInteger or > CanonicalForm.LargestExactInteger)
                    throw new ArgumentException($"Only whole numbers within ±(2^53 − 1) have a canonical form here: {node.ToJsonString()}", nameof(node));
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
        }
    }
}

public static class Instants
{
    /// <summary>RFC 3339 in UTC, always with six digits of the second: <c>2025-03-03T13:05:00.000000Z</c>.</summary>
    public static string Rfc3339(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
