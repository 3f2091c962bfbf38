using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Vaguemestre.Core.Letters.Historique;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters.Historique;

public sealed class HistoriqueReaderTests
{
    private static string Sample => TestKit.World.Historique.Sample;

    [Fact]
    public void The_sample_of_the_documentation_is_read_and_is_what_the_schema_says()
    {
        var read = Read(Sample);
        read.Errors.ShouldBeEmpty();
        var consultation = read.Consultations.ShouldHaveSingleItem();
        consultation.Errors.ShouldBeEmpty();
        consultation.Messages.Select(m => m.Kind).ShouldBe([ImportedKind.Sent, ImportedKind.Reply]);
        consultation.Messages[0].Recipients[0].AcknowledgedAt.ShouldBe(new DateTimeOffset(2024, 11, 18, 10, 30, 5, TimeSpan.Zero));
        consultation.Messages[0].Attachments[0].Content.ShouldBe("Plan du réfectoire\n"u8.ToArray());

        var schema = JsonSchema.FromText(File.ReadAllText(Path.Combine(Repository.Root, "docs", "integrate", "historique.schema.json")));
        schema.Evaluate(JsonDocument.Parse(Sample).RootElement).IsValid.ShouldBeTrue();
        schema.Evaluate(JsonDocument.Parse(With(m => m.Remove("recipients"))).RootElement).IsValid.ShouldBeFalse();
    }

    public static TheoryData<string, string, string?> Faults => new()
    {
        { "id", "null", null },
        { "id", "\"\"", null },
        { "id", "\"a\\nb\"", null },
        { "id", "42", null },
        { "kind", "\"draft\"", null },
        { "at", "\"2024-11-18T10:02:41\"", null },
        { "at", "\"18/11/2024\"", null },
        { "at", "\"2031-01-01T00:00:00Z\"", null },
        { "at", "\"1970-01-01T00:00:00Z\"", null },
        { "sender", "{}", null },
        { "sender", "{\"email\":\"pas une adresse\"}", "sender.email" },
        { "sender", "\"Camille\"", null },
        { "recipients", "[]", null },
        { "recipients", "\"a@alpha.test\"", null },
        { "recipients", "[{\"email\":\"a@alpha\"}]", "recipients[0].email" },
        { "recipients", "[{\"email\":\"a@alpha.test\",\"readAt\":\"2024-11-18T11:30:05+01:00\"}]", "recipients[0].readAt" },
        { "subject", "\"a\\u0000b\"", null },
        { "text", "\"\\ud800\"", null },
        { "text", "{}", null },
        { "attachments", "[{\"name\":\"a.txt\",\"content\":\"\\ud800\"}]", "attachments[0].content" },
        { "html", "\"<p>a</p>\"", null },
        { "attachments", "[{\"name\":\"\"}]", "attachments[0].name" },
        { "attachments", "[{\"name\":\"a.txt\",\"size\":-1}]", "attachments[0].size" },
        { "attachments", "[{\"name\":\"a.txt\",\"sha256\":\"abc\"}]", "attachments[0].sha256" },
        { "attachments", "[{\"name\":\"a.txt\",\"content\":\"***\"}]", "attachments[0].content" },
        { "attachments", "[{\"name\":\"a.txt\",\"content\":\"\"}]", "attachments[0].content" },
        { "attachments", "[{\"name\":\"a.txt\",\"content\":\"QQ==\",\"size\":2}]", "attachments[0].size" },
        { "attachments", "[{\"name\":\"a.exe\",\"content\":\"QQ==\"}]", "attachments[0].name" },
        { "attachments", "[{\"name\":\"a.pdf\",\"content\":\"TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAA=\"}]", "attachments[0].content" },
    };

    [Theory, MemberData(nameof(Faults))]
    public void What_cannot_be_taken_names_its_field_and_the_remedy(string field, string value, string? where)
    {
        var read = Read(With(m => m[field] = JsonNode.Parse(value.Replace("\\ud800", "x", StringComparison.Ordinal))).Replace("\"x\"", "\"\\ud800\"", StringComparison.Ordinal));

        read.Errors.ShouldBeEmpty();
        var error = read.Consultations[0].Errors.ShouldHaveSingleItem();
        error.Field.ShouldBe($"consultations[0].messages[0].{where ?? field}");
        error.Message.Length.ShouldBeGreaterThan(15);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("{", "JSON")]
    [InlineData("[]", "objet")]
    [InlineData("{\"format\":\"autre\",\"consultations\":[]}", "vaguemestre-historique-1")]
    [InlineData("{\"format\":\"vaguemestre-historique-1\",\"consultations\":[]}", "vide")]
    [InlineData("{\"format\":\"vaguemestre-historique-1\"}", "obligatoire")]
    [InlineData("{\"format\":\"vaguemestre-historique-1\",\"format\":\"vaguemestre-historique-1\",\"consultations\":[]}", "deux fois")]
    [InlineData("{\"\\udc00\":1}", "Unicode")]
    [InlineData("{\"a\":1,\"\\ud800\":1,\"\\udc00\":1}", "Unicode")]
    [InlineData("{\"format\":\"vaguemestre-historique-1\",\"consultations\":[{\"reference\":\"A\",\"messages\":[{\"\\ud800\":1}]}]}", "Unicode")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "niveaux")]
    public void A_file_that_is_none_is_refused_as_a_whole(string file, string why)
    {
        var read = Read(file);
        read.Consultations.ShouldBeEmpty();
        var message = read.Errors.ShouldHaveSingleItem().Message;
        message.ShouldContain(why);
        message.ShouldNotContain("ligne ,");
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_and_files_too_large_are_refused()
    {
        HistoriqueReader.Read(new byte[] { 0x22, 0xE9, 0x22 }, TestWorld.Start).Errors.ShouldHaveSingleItem().Message.ShouldContain("UTF-8");
        HistoriqueReader.Read(new byte[HistoriqueReader.MaxBytes + 1], TestWorld.Start).Errors.ShouldHaveSingleItem().Message.ShouldContain("100 Mo");
    }

    [Fact]
    public void Errors_are_bounded_and_one_consultation_does_not_spoil_another()
    {
        var messages = string.Join(',', Enumerable.Repeat("{}", 1000));
        var read = Read($$"""{"format":"vaguemestre-historique-1","consultations":[{"reference":"A","messages":[{{messages}}]},{"reference":"B","messages":[]}]}""");
        read.Consultations[0].Errors.Count.ShouldBe(HistoriqueReader.MostErrors);
        read.Consultations[1].Errors.ShouldBeEmpty();
    }

    [Fact]
    public void Two_messages_of_one_identifier_are_refused()
    {
        var error = Read(Sample.Replace("\"id\": \"55047\"", "\"id\": \"55012\"", StringComparison.Ordinal)).Consultations[0].Errors.ShouldHaveSingleItem();
        error.Field.ShouldBe("consultations[0].messages[1].id");
    }

    private static HistoriqueFile Read(string json) => HistoriqueReader.Read(Encoding.UTF8.GetBytes(json), TestWorld.Start);

    /// <summary>The sample with its first message changed.</summary>
    private static string With(Action<JsonObject> change)
    {
        var file = JsonNode.Parse(Sample)!;
        change(file["consultations"]![0]!["messages"]![0]!.AsObject());
        return file.ToJsonString();
    }
}
