using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Web.Api;

/// <summary>JSON as this API writes and reads it: camel case, words for enumerations, instants in RFC 3339 UTC, no field twice.</summary>
internal static class ApiJson
{
    public static void Configure(JsonSerializerOptions json)
    {
        json.Converters.Add(new WordConverterFactory());
        json.Converters.Add(new InstantConverter());
        json.Converters.Add(new SoundTextConverter());
        // It is only ever served as JSON, never put into a page: quotes and accents stay readable.
        json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.AllowDuplicateProperties = false;
    }
}

/// <summary>A value that its field does not take; the message says what it takes.</summary>
internal sealed class RefusedValueException(string message) : JsonException(message);

/// <summary>What a value is told that is not taken.</summary>
internal static class Admitted
{
    public const string Instant = "un instant RFC 3339 avec son décalage, par exemple 2026-03-31T12:00:00+02:00 ou 2026-03-31T10:00:00Z";

    public static string Words<T>()
        where T : struct, Enum => $"Valeurs admises : {string.Join(", ", Core.Data.Words.All<T>())}.";

    public static string NotAWord<T>(string? text)
        where T : struct, Enum => $"« {Shorten(text)} » n'est pas une valeur admise. {Words<T>()}";

    public static string NotAnInstant(string? text) => $"« {Shorten(text)} » n'est pas un instant. Attendu : {Instant}.";

    private static string? Shorten(string? text) => text is { Length: > 50 } ? SoundText.Beginning(text, 50) + "…" : text;
}

/// <summary>Texts that both databases keep as they are.</summary>
internal sealed class SoundTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return text is null || SoundText.CanBeKept(text) ? text : throw new RefusedValueException(SoundText.Refusal);
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException();
        var text = reader.GetString();
        return InstantText.Parse(text) ?? throw new RefusedValueException(Admitted.NotAnInstant(text));
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Instants.Rfc3339(value));
}

/// <summary>Enumerations as their words (<see cref="Words"/>), exactly.</summary>
internal sealed class WordConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
                throw new RefusedValueException($"Cette valeur n'est pas un texte. {Admitted.Words<T>()}");
            var word = reader.GetString();
            return Words.Parse<T>(word) ?? throw new RefusedValueException(Admitted.NotAWord<T>(word));
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Words.Of(value));
    }
}
