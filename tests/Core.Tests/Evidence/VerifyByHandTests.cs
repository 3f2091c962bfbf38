using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Core.Tests.Evidence.Verification;
using Vaguemestre.Core.Tests.Journal.Sealing;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

/// <summary>The documents that a stranger goes by, followed to the letter.</summary>
public sealed partial class VerifyByHandTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task The_walk_through_ends_well_on_an_attestation(bool foreign)
    {
        var output = await FollowAsync(foreign, pdf => pdf);

        output.ShouldContain("format vaguemestre-evidence/2, 8 facts, 1 seals");
        output.ShouldContain("fact 8 is in seal 1");
        output.ShouldContain("Verification: OK");
        output.ShouldMatch(foreign ? "subject=CN ?= ?Horodatage d'essai" : "subject=CN ?= ?Horodatage interne de Vaguemestre");
        output.ShouldContain("the pages print the last hash");
    }

    [Fact]
    public async Task The_walk_through_stops_on_a_changed_one() =>
        await Should.ThrowAsync<InvalidOperationException>(() => FollowAsync(false, pdf =>
        {
            pdf[pdf.Length / 2] ^= 1;
            return pdf;
        }));

    [Fact]
    public async Task The_schema_describes_the_evidence_and_what_is_hashed_in_it()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = await Exchanges.RepliedAsync(world);
        await world.SealAsync();
        (await world.RunAsync((RenewTimestamps o) => o.RunAsync(all: true, default))).Seals.ShouldBe(1);
        var pdf = (await world.IssueAsync(conversation.Id)).Value.Pdf;
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "evidence.schema.json"));
        var schema = JsonSchema.FromText(text);
        using var definitions = JsonDocument.Parse(text);
        using var evidence = JsonDocument.Parse(Exchanges.EvidenceOf(pdf));
        var options = new EvaluationOptions { OutputFormat = OutputFormat.List };

        Faults(schema.Evaluate(evidence.RootElement, options)).ShouldBeEmpty();
        foreach (var fact in evidence.RootElement.GetProperty("evidence").GetProperty("facts").EnumerateArray())
            Faults(Part("header").Evaluate(JsonDocument.Parse(fact.GetProperty("header").GetString()!).RootElement, options)).ShouldBeEmpty();
        foreach (var seal in evidence.RootElement.GetProperty("evidence").GetProperty("seals").EnumerateArray())
        {
            Faults(Part("statement").Evaluate(JsonDocument.Parse(seal.GetProperty("statement").GetString()!).RootElement, options)).ShouldBeEmpty();
            Faults(Part("renewal").Evaluate(JsonDocument.Parse(seal.GetProperty("renewals")[0].GetProperty("statement").GetString()!).RootElement, options)).ShouldBeEmpty();
        }

        Faults(schema.Evaluate(JsonDocument.Parse("""{"evidence":{},"signature":""}""").RootElement, options)).ShouldNotBeEmpty();

        JsonSchema Part(string name) => JsonSchema.FromText($$"""{"$defs":{{definitions.RootElement.GetProperty("$defs").GetRawText()}},"$ref":"#/$defs/{{name}}"}""");
        static IEnumerable<string> Faults(EvaluationResults results) => results.IsValid ? [] : (results.Details ?? []).Where(d => d.Errors is { Count: > 0 }).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}")).DefaultIfEmpty("not valid");
    }

    private static async Task<string> FollowAsync(bool foreign, Func<byte[], byte[]> change)
    {
        await using var authority = OpensslAuthority.Start();
        using var signing = new TestSigner("Ville de Montrevel-sur-Loire");
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s =>
        {
            if (!foreign)
                return;
            s.Timestamping.Url = authority.Url;
            (s.Signing.CertificateFile, s.Signing.Password) = (signing.File, TestSigner.Password);
        });
        if (foreign)
            world.Clock.AdjustTime(TimeProvider.System.GetUtcNow().AddDays(-3));
        var pdf = (await world.IssueAsync((await Exchanges.RepliedAsync(world)).Id)).Value.Pdf;
        var folder = Directory.CreateDirectory(Path.Combine(world.Settings.DataDirectory, "hand")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "attestation.pdf"), change(pdf));
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "verify-by-hand.md"));
        var script = string.Join('\n', Block().Matches(page).Select(m => m.Groups["block"].Value));
        return await Command.RunAsync("bash", "-c", $"set -euo pipefail; cd '{folder}'\n{script}");
    }

    [GeneratedRegex(@"```sh\n(?<block>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();
}
