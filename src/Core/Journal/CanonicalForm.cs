using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Vaguemestre.Core.Journal;

/// <summary>What makes the serializer write RFC 8785 by itself: members in order, strings and numbers in their one form, and a refusal of what has none here.</summary>
internal static class CanonicalForm
{
    public const long LargestExactInteger = (1L << 53) - 1;

    /// <summary>Every writer agrees on how these stand in JSON: as they are.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c is not ('"' or '\\'))]);

    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower), new InstantConverter(), new TextConverter(), new WholeNumberConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Order } },
    };

    /// <summary>RFC 8785 §3.2.2.2: only what JSON must escape is escaped, in its shortest form; a lone surrogate has no form.</summary>
    public static void WriteString(string value, StringBuilder text)
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

    /// <summary>RFC 8785 §3.2.3: members by the UTF-16 units of their names.</summary>
    private static void Order(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Dictionary || type.Type == typeof(double) || type.Type == typeof(float) || type.Type == typeof(decimal) || type.Type == typeof(ulong))
            throw new NotSupportedException($"{type.Type} has no canonical form here.");
        var order = 0;
        foreach (var member in type.Properties.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            if (member.Name.AsSpan().ContainsAnyExcept(Plain))
                throw new NotSupportedException($"{type.Type}.{member.Name} is no name for a member here.");
            member.Order = order++;
        }
    }

    private sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
        {
            if (!value.AsSpan().ContainsAnyExcept(Plain))
            {
                writer.WriteStringValue(value);
                return;
            }

            var text = new StringBuilder(value.Length + 16);
            WriteString(value, text);
            writer.WriteRawValue(text.ToString(), skipInputValidation: true);
        }
    }

    private sealed class WholeNumberConverter : JsonConverter<long>
    {
        public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetInt64();

        public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options)
        {
            if (value is < -LargestExactInteger or > LargestExactInteger)
                throw new ArgumentException($"Only whole numbers within ±(2^53 − 1) have a canonical form here: {value}", nameof(value));
            writer.WriteNumberValue(value);
        }
    }

    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Instants.Rfc3339(value));
    }
}
