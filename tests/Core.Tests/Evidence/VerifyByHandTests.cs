using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Core.Tests.Evidence.Verification;
using Vaguemestre.Core.Tests.Journal.Sealing;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

/// <summary>The documents that a stranger goes by, followed to the letter.</summary>
[Collection(nameof(ByThemselves))]
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
        output.ShouldContain("the pages print the hash of the evidence, and the last one");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_walk_through_ends_well_on_the_attestation_of_a_letter(bool masked)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversations = await CollectionTests.ManyAsync(world);

        var output = await FollowAsync(world, (await world.AttestAsync(conversations[0].LetterId, masked ? conversations[0].Id : null)).Value.Pdf);

        output.ShouldContain("format vaguemestre-evidence-collection/1, 10 facts, 1 seals");
        output.ShouldContain("recipient 4");
        output.ShouldContain("fact 10 is in seal 1");
        output.ShouldContain("the pages print the hash of the evidence, and the last one");
    }

    [Theory, InlineData(true, "Cert Status: good"), InlineData(false, "Issuer: CN = Racine de Ville de Montrevel-sur-Loire")]
    public async Task The_walk_through_reads_what_an_issuer_said(bool ocsp, string told)
    {
        await using var responder = OpensslResponder.Start();
        responder.ServesOcsp = ocsp;
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => (s.Signing.CertificateFile, s.Signing.Password) = (responder.SigningFile, OpensslResponder.Password));
        world.Clock.AdjustTime(TimeProvider.System.GetUtcNow());

        (await FollowAsync(world, (await world.IssueAsync((await Exchanges.SentAsync(world)).Id)).Value.Pdf)).Replace("CN=", "CN = ").ShouldContain(told);
    }

    [Fact]
    public async Task The_walk_through_ends_well_before_an_agent_opened_the_reply()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);

        (await FollowAsync(world, (await world.IssueAsync((await Exchanges.RepliedAsync(world, read: false)).Id)).Value.Pdf)).ShouldContain(" replied");
    }

    [Fact]
    public async Task The_walk_through_stops_on_a_changed_one() =>
        await Should.ThrowAsync<InvalidOperationException>(() => FollowAsync(false, pdf =>
        {
            pdf[pdf.Length / 2] ^= 1;
            return pdf;
        }));

    /// <summary>What renewals are for: the certificate behind the seals' own tokens ended a year before.</summary>
    [Fact]
    public async Task The_walk_through_ends_well_after_an_authoritys_end_where_timestamps_were_renewed_before()
    {
        await using var authority = OpensslAuthority.Start();
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => s.Timestamping.Url = authority.Url);

        var output = await FollowAsync(world, await IssuedInTenYearsAsync(world, 7, 8));

        output.ShouldContain(", 2 seals, issued ");
        output.ShouldContain("seal 2 is in renewal 2");
        (output.Split("Verification: OK").Length - 1).ShouldBe(6, "the token of each seal, and of its two renewals");
        output.ShouldMatch("subject=CN ?= ?Horodatage d'essai");
        output.ShouldMatch("subject=CN ?= ?Horodatage interne de Vaguemestre");
        output.ShouldContain("the pages print the hash of the evidence, and the last one");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_walk_through_stops_after_an_authoritys_end_where_nothing_was_renewed_before(bool late)
    {
        await using var authority = OpensslAuthority.Start();
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => s.Timestamping.Url = authority.Url);
        var pdf = await IssuedInTenYearsAsync(world, late ? [10] : []);

        (await Should.ThrowAsync<InvalidOperationException>(() => FollowAsync(world, pdf))).Message.ShouldContain("certificate has expired");
    }

    /// <summary>By whoever holds the signing key: each change is signed anew.</summary>
    [Fact]
    public async Task The_walk_through_stops_on_a_changed_renewal_and_on_a_seal_that_does_not_follow_the_one_before()
    {
        await using var authority = OpensslAuthority.Start();
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => s.Timestamping.Url = authority.Url);
        var pdf = await IssuedInTenYearsAsync(world, 7, 8);
        var changes = new (Func<EvidenceSeal, EvidenceSeal> Change, string Told)[]
        {
            (Swapped, "message imprint mismatch"),
            (Rooted, """renewal["path"]) == over["root"]"""),
            (Unchained, """statement.get("previousHash") == hashes[number - 1]"""),
        };

        foreach (var (change, told) in changes)
            (await Should.ThrowAsync<InvalidOperationException>(() => FollowAsync(world, Resigned(world, pdf, change)))).Message.ShouldContain(told);

        static EvidenceSeal Swapped(EvidenceSeal seal) => Renewed(seal, (first, last) => last with { Token = first.Token });
        static EvidenceSeal Rooted(EvidenceSeal seal) => Renewed(seal, (_, last) =>
        {
            var statement = last.Statement.Replace(last.Read().Root, seal.Hash);
            return last with { Statement = statement, Hash = HashOf(statement) };
        });
        static EvidenceSeal Unchained(EvidenceSeal seal)
        {
            var statement = seal.Read().PreviousHash is { } previous ? seal.Statement.Replace(previous, seal.Hash) : seal.Statement;
            return seal with { Statement = statement, Hash = HashOf(statement), Renewals = null };
        }

        static EvidenceSeal Renewed(EvidenceSeal seal, Func<EvidenceRenewal, EvidenceRenewal, EvidenceRenewal> change) => seal.Renewals is [var first, var last] ? seal with { Renewals = [first, change(first, last)] } : seal;
        static string HashOf(string statement) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(statement)));
    }

    [Fact]
    public async Task The_schema_describes_the_evidence_and_what_is_hashed_in_it()
    {
        await using var responder = OpensslResponder.Start();
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => (s.Signing.CertificateFile, s.Signing.Password) = (responder.SigningFile, OpensslResponder.Password), new CollectionLimits(Conversations: 4, InVolume: 3));
        world.Clock.AdjustTime(TimeProvider.System.GetUtcNow().AddDays(-3));
        var conversations = await CollectionTests.ManyAsync(world);
        var replied = await Exchanges.RepliedAsync(world);
        await world.SealAsync();
        (await world.RunAsync((RenewTimestamps o) => o.RunAsync(all: true, default))).Seals.ShouldBePositive();
        byte[][] all =
        [
            Exchanges.EvidenceOf((await world.IssueAsync(replied.Id)).Value.Pdf),
            (await world.AttestAsync(conversations[0].LetterId)).Value.Evidence,
            (await world.AttestAsync(conversations[0].LetterId, conversations[0].Id)).Value.Evidence,
            (await world.AttestConsultationAsync(volume: 2)).Value.Evidence,
        ];
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "evidence.schema.json"));
        var schema = JsonSchema.FromText(text);
        using var definitions = JsonDocument.Parse(text);
        var options = new EvaluationOptions { OutputFormat = OutputFormat.List };

        foreach (var file in all)
        {
            using var evidence = JsonDocument.Parse(file);
            evidence.RootElement.GetProperty("evidence").GetProperty("revocations").GetArrayLength().ShouldBe(1);
            Faults(schema.Evaluate(evidence.RootElement, options)).ShouldBeEmpty();
            foreach (var header in Hashed(evidence.RootElement, "header"))
                Faults(Part("header").Evaluate(JsonDocument.Parse(header).RootElement, options)).ShouldBeEmpty();
            foreach (var statement in Hashed(evidence.RootElement, "statement"))
                Faults(Part(statement.Contains("vaguemestre-renewal", StringComparison.Ordinal) ? "renewal" : "statement").Evaluate(JsonDocument.Parse(statement).RootElement, options)).ShouldBeEmpty();
        }

        Faults(schema.Evaluate(JsonDocument.Parse("""{"evidence":{},"signature":""}""").RootElement, options)).ShouldNotBeEmpty();

        JsonSchema Part(string name) => JsonSchema.FromText($$"""{"$defs":{{definitions.RootElement.GetProperty("$defs").GetRawText()}},"$ref":"#/$defs/{{name}}"}""");
        static IEnumerable<string> Hashed(JsonElement element, string name) => element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(m => m.Name == name ? [m.Value.GetString()!] : Hashed(m.Value, name)),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Hashed(item, name)),
            _ => [],
        };
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
        return await FollowAsync(world, change((await world.IssueAsync((await Exchanges.RepliedAsync(world)).Id)).Value.Pdf));
    }

    /// <summary>Two seals of a foreign authority, whose certificate ends in nine years; renewed by the platform's own, each time after so many years.</summary>
    private static async Task<byte[]> IssuedInTenYearsAsync(TestWorld world, params IEnumerable<int> renewed)
    {
        var now = TimeProvider.System.GetUtcNow();
        world.Clock.AdjustTime(now);
        var conversation = await Exchanges.SentAsync(world);
        await world.SealAsync();
        await world.AppendAsync(conversation.Id, FactKind.AcceptedByRelay, new ServerSaid("smtp.montrevel.test [192.0.2.10]:25", "250 2.0.0 Ok: queued as 9C1D22", "2.0.0"));
        await world.SealAsync();
        foreach (var years in renewed)
        {
            world.Clock.AdjustTime(now.AddYears(years));
            (await world.InScopeAsync(s => new RenewTimestamps(s.GetRequiredService<VaguemestreDb>(), s.GetRequiredService<BuiltInAuthority>(), world.Clock).RunAsync(all: true, default))).ShouldBe(new RenewingTurn(1, 2));
        }

        world.Clock.AdjustTime(now.AddYears(10));
        return (await world.IssueAsync(conversation.Id)).Value.Pdf;
    }

    private static byte[] Resigned(TestWorld world, byte[] pdf, Func<EvidenceSeal, EvidenceSeal> change)
    {
        var certificate = world.RunSync((SigningCertificate c) => c);
        var evidence = EvidenceFile.Read(Exchanges.EvidenceOf(pdf))!.Evidence;
        var unsigned = AttestationPage.Write(EvidenceFile.Sign(evidence with { Seals = [.. evidence.Seals.Select(change)] }, certificate), certificate.Certificate);
        return unsigned.With(Signature.Make(certificate, unsigned.ToSign));
    }

    private static async Task<string> FollowAsync(TestWorld world, byte[] pdf)
    {
        var folder = Directory.CreateDirectory(Path.Combine(world.Settings.DataDirectory, "hand")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "attestation.pdf"), pdf);
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "verify-by-hand.md"));
        var script = string.Join('\n', Block().Matches(page).Select(m => m.Groups["block"].Value));
        return await Command.RunAsync("bash", "-c", $"set -euo pipefail; cd '{folder}'\n{script}");
    }

    [GeneratedRegex(@"```sh\n(?<block>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();
}
