using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

/// <summary>Reads <c>preuves.json</c> as docs/evidence.md tells a stranger to: with JSON and SHA-256, and nothing of ours.</summary>
public sealed class EvidenceFileTests
{
    /// <summary>Some 600 words stand on a printed page with its tables, and a stranger is to read two.</summary>
    [Fact]
    public void A_stranger_is_told_of_every_member_in_few_words()
    {
        var specification = Document("evidence.md");
        var whole = specification + Document("evidence-annexes.md");
        using var schema = JsonDocument.Parse(Document("evidence.schema.json"));

        specification.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeLessThan(1_200);
        var members = MembersIn(schema.RootElement).Distinct().ToList();
        members.ShouldContain("issuedBy");
        members.ShouldContain("firstSeal");
        members.Except(whole.Split('`').SelectMany(part => part.Split("[]."))).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Every_hash_is_recomputed_from_the_file_alone(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RepliedAsync(world);
        var attestation = (await world.IssueAsync(conversation.Id)).Value;

        using var evidence = JsonDocument.Parse(Exchanges.EvidenceOf(attestation.Pdf));
        var root = evidence.RootElement.GetProperty("evidence");
        root.GetProperty("format").GetString().ShouldBe("vaguemestre-evidence/2");
        root.GetProperty("conversation").GetGuid().ShouldBe(conversation.Id);

        string? previous = null;
        var payloads = new List<(string Kind, JsonElement Payload)>();
        foreach (var fact in root.GetProperty("facts").EnumerateArray())
        {
            var header = JsonDocument.Parse(Text(fact, "header")).RootElement;
            Sha256(Encoding.UTF8.GetBytes(Text(fact, "header"))).ShouldBe(Text(fact, "hash"));
            Sha256([.. Convert.FromHexString(Text(fact, "salt")), .. Encoding.UTF8.GetBytes(Text(fact, "payload"))]).ShouldBe(Text(header, "payloadHash"));
            (header.TryGetProperty("previousHash", out var before) ? before.GetString() : null).ShouldBe(previous);
            header.GetProperty("sequence").GetInt32().ShouldBe(payloads.Count + 1);
            previous = Text(fact, "hash");
            payloads.Add((Text(header, "kind"), JsonDocument.Parse(Text(fact, "payload")).RootElement));
        }

        payloads.Select(p => p.Kind).ShouldBe(["submitted", "accepted-by-relay", "delivered", "automated-access", "opened", "attachment-downloaded", "replied", "reply-opened"]);
        Sha256(Encoding.UTF8.GetBytes(Text(root, "letter"))).ShouldBe(Text(payloads[0].Payload, "contentSha256"));
        var reply = root.GetProperty("replies").EnumerateArray().ShouldHaveSingleItem();
        Sha256(Encoding.UTF8.GetBytes(Text(reply, "body"))).ShouldBe(Text(payloads[6].Payload, "bodySha256"));
        var pages = Exchanges.TextOf(attestation.Pdf);
        pages.ShouldContain(previous!);
        pages.ShouldContain($"liste des fichiers{Size(Text(root, "letter"))}{Text(payloads[0].Payload, "contentSha256")}");
        pages.ShouldContain($"événement n° 7 : texte{Size(Text(reply, "body"))}{Text(payloads[6].Payload, "bodySha256")}");
    }

    /// <summary>The evidence does not hold its text: no verifier could write the page anew.</summary>
    [Fact]
    public async Task The_size_of_a_reply_that_nobody_opened_is_not_printed()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = await Exchanges.RepliedAsync(world, read: false);
        var replied = (await world.FactsAsync(conversation.Id)).Single(f => f.Kind == FactKind.Replied).Content<ReplyContent>();

        Exchanges.TextOf((await world.IssueAsync(conversation.Id)).Value.Pdf).ShouldContain($"événement n° 7 : texte{replied.BodySha256}");
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string Document(string name) => File.ReadAllText(Path.Combine(Repository.Root, "docs", name));

    private static IEnumerable<string> MembersIn(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => schema.EnumerateObject().SelectMany(p => p.Name == "properties" ? p.Value.EnumerateObject().SelectMany(m => MembersIn(m.Value).Prepend(m.Name)) : MembersIn(p.Value)),
        JsonValueKind.Array => schema.EnumerateArray().SelectMany(MembersIn),
        _ => [],
    };

    private static string Size(string text) => French.Bytes(Encoding.UTF8.GetByteCount(text));

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
