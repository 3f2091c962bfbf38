using System.Text.Json.Nodes;
using CsCheck;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tests.Journal;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b": 1, "a": [ true, false, null ] }""", """{"a":[true,false,null],"b":1}""")]
    [InlineData("""{"a":{"d":{},"c":[]},"A":"","1":-7}""", """{"1":-7,"A":"","a":{"c":[],"d":{}}}""")]
    [InlineData("""{"n":9007199254740991,"m":-9007199254740991,"z":-0}""", """{"m":-9007199254740991,"n":9007199254740991,"z":0}""")]
    [InlineData(@"""\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\""\/""", "\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"")]
    [InlineData(@"""\u0008\u0009\u000a\u000c\u000d\u007f\u0080\u2028é<&""", "\"\\b\\t\\n\\f\\r\u007f\u0080\u2028é<&\"")]
    public void Only_one_form_is_written(string json, string canonical) => CanonicalJson.Write(JsonNode.Parse(json)).ShouldBe(canonical);

    /// <summary>RFC 8785 §3.2.3: an emoji begins with a surrogate, which sorts before U+FB33 although its code point is greater.</summary>
    [Fact]
    public void Members_are_ordered_by_utf_16_units()
    {
        var members = new JsonObject { ["\u20ac"] = 1, ["\r"] = 2, ["\ufb33"] = 3, ["1"] = 4, ["\ud83d\ude00"] = 5, ["\u0080"] = 6, ["\u00f6"] = 7 };

        JsonNode.Parse(CanonicalJson.Write(members))!.AsObject().Select(m => m.Key).ShouldBe(["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"]);
    }

    [Theory]
    [InlineData("0.5")]
    [InlineData("1e30")]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740992")]
    [InlineData("-9223372036854775808")]
    public void A_number_that_is_not_whole_and_exact_is_refused(string number) =>
        Should.Throw<ArgumentException>(() => CanonicalJson.Write(JsonNode.Parse(number)));

    [Fact]
    public void A_lone_surrogate_is_refused()
    {
        foreach (var text in new[] { "\ud800", "a\udc00b", "\ud83d", "\ude00\ud83d", "\ud83dx" })
            Should.Throw<ArgumentException>(() => CanonicalJson.Write(JsonValue.Create(text)));
    }

    [Fact]
    public void A_value_is_written_in_camel_case_without_nulls_with_words_and_instants_in_utc()
    {
        var value = new { ReplyRead = Status.ReplyRead, Nothing = (string?)null, At = new DateTimeOffset(2026, 3, 2, 10, 5, 0, 123, 456, TimeSpan.FromHours(1)), Id = Guid.Empty };

        CanonicalJson.Serialize(value).ShouldBe("""{"at":"2026-03-02T09:05:00.123456Z","id":"00000000-0000-0000-0000-000000000000","replyRead":"reply-read"}""");
    }

    /// <summary>The serializer's way and the writer's are two; the hash of a fact must not know which was taken.</summary>
    [Fact]
    public void A_value_is_written_as_its_json_is() =>
        Gen.Select(Gen.String, Gen.Long[-(1L << 53) + 1, (1L << 53) - 1], Gen.Int, Gen.Bool).Sample((text, number, count, flag) =>
        {
            var sound = string.Concat(text.Where(c => !char.IsSurrogate(c))) + "\u007f\u0085é\u2028😀\"\\";
            var value = new { Zone = sound, B = number, a = new { Text = sound, Count = count }, Flags = new[] { flag }, Texts = new List<string> { sound, "" }, None = (string?)null, AbC = "", Abz = 1 };
            CanonicalJson.Serialize(value).ShouldBe(CanonicalJson.Write(new JsonObject
            {
                ["zone"] = sound,
                ["b"] = number,
                ["a"] = new JsonObject { ["text"] = sound, ["count"] = count },
                ["flags"] = new JsonArray(flag),
                ["texts"] = new JsonArray(sound, ""),
                ["abC"] = "",
                ["abz"] = 1,
            }));
        });

    [Fact]
    public void A_value_without_a_canonical_form_is_refused()
    {
        Should.Throw<ArgumentException>(() => CanonicalJson.Serialize(new { Text = "a\udc00b" }));
        Should.Throw<ArgumentException>(() => CanonicalJson.Serialize(new { Size = 1L << 53 }));
        Should.Throw<NotSupportedException>(() => CanonicalJson.Serialize(new { Share = 0.5 }));
        Should.Throw<NotSupportedException>(() => CanonicalJson.Serialize(new { Map = new Dictionary<string, int>(StringComparer.Ordinal) { ["b"] = 1 } }));
    }

    [Fact]
    public void Writing_what_was_written_changes_nothing() =>
        Gen.String.Array.Sample(texts =>
        {
            var sound = texts.Where(t => !t.Any(char.IsSurrogate)).ToArray();
            var once = CanonicalJson.Write(new JsonArray([.. sound.Select(t => (JsonNode?)t)]));
            CanonicalJson.Write(JsonNode.Parse(once)).ShouldBe(once);
            JsonNode.Parse(once)!.AsArray().Select(n => n!.GetValue<string>()).ShouldBe(sound);
        });
}
