using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Vaguemestre.Core.Journal;

/// <summary>
/// JSON in the one form that RFC 8785 (JCS) gives it, so that a hash can be taken of it. Numbers are whole and within
/// ±(2^53 − 1); the journal writes no others, and <see cref="Write"/> throws on one.
/// </summary>
public static class CanonicalJson
{
    private const long LargestExactInteger = (1L << 53) - 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower), new InstantConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The canonical form of a value's public properties (camel case, no nulls, instants RFC 3339 UTC to the microsecond).</summary>
    public static string Serialize(object value) => Write(JsonSerializer.SerializeToNode(value, value.GetType(), Options));

    public static T? Deserialize<T>(string json) => JsonSerializer.Deserialize<T>(json, Options);

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
                    WriteString(m.Key, text);
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
                WriteString(node.GetValue<string>(), text);
                break;
            case JsonValueKind.True:
            case JsonValueKind.False:
                text.Append(node.GetValue<bool>() ? "true" : "false");
                break;
            default:
                if (!long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number is < -LargestExactInteger or > LargestExactInteger)
                    throw new ArgumentException($"Only whole numbers within ±(2^53 − 1) have a canonical form here: {node.ToJsonString()}", nameof(node));
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>RFC 8785 §3.2.2.2: only what JSON must escape is escaped, in its shortest form; a lone surrogate has no form.</summary>
    private static void WriteString(string value, StringBuilder text)
    {
        if (!SoundText.IsUnicode(value))
            throw new ArgumentException("A lone surrogate has no canonical form.", nameof(value));
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Instants.Rfc3339(value));
    }
}

public static class Instants
{
    /// <summary>RFC 3339 in UTC, always with six digits of the second: <c>2025-03-03T13:05:00.000000Z</c>.</summary>
    public static string Rfc3339(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
