using System.Security.Cryptography.Pkcs;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Core.Tests.Journal.Sealing;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

/// <summary>An authority whose certificate ends soon, and the platform's own, whose ends in thirty years, to renew what it gave.</summary>
public sealed class RenewalTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_renewal_made_in_time_keeps_an_attestation_good_after_its_first_authoritys_end(DatabaseProvider provider)
    {
        await using var authority = OpensslAuthority.Start();
        await using var world = await WorldAsync(provider, authority);
        var conversation = await Exchanges.SentAsync(world);
        var bare = (await world.IssueAsync(conversation.Id)).Value.Evidence;
        var ends = await EndAsync(world);

        (await RenewAsync(world, all: true)).ShouldBe(new RenewingTurn(1, 1));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        (await RenewAsync(world, all: true)).ShouldBe(new RenewingTurn(1, 1), "and again: what was renewed is renewed with its renewal");
        var renewed = (await world.IssueAsync(conversation.Id)).Value.Evidence;

        Codes(bare, ends.AddDays(-1)).ShouldNotContain("authority-ended");
        Codes(bare, ends.AddDays(1)).ShouldContain("authority-ended");
        var report = AttestationVerifier.Verify(renewed, new VerificationOptions(At: ends.AddDays(1)));
        report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
        report.Findings.ShouldContain(f => f.Code == "renewed" && f.Kind == FindingKind.Established && f.Sentence.Contains("renouvelé auparavant"));
        Codes(renewed, ends.AddYears(40)).ShouldContain("authority-ended", "the renewal ends, too");
        await RenewAsync(world, all: true);
        (await ExportedCodesAsync(world, ends.AddDays(-1))).ShouldNotContain("renewed");
        (await ExportedCodesAsync(world, ends.AddDays(1))).ShouldContain("renewed");
        (await ExportedCodesAsync(world, ends.AddDays(1))).ShouldNotContain("authority-ended");
        (await ExportedCodesAsync(world, ends.AddYears(40))).ShouldContain("authority-ended");
        var check = await world.RunAsync((CheckJournal o) => o.RunAsync(default));
        check.Faults.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Only_what_ends_soon_is_renewed_by_itself(DatabaseProvider provider)
    {
        await using var authority = OpensslAuthority.Start();
        await using var world = await WorldAsync(provider, authority);
        await Exchanges.SentAsync(world);
        await world.SealAsync();
        var ends = await EndAsync(world);

        world.Clock.AdjustTime(ends - RenewTimestamps.Before - TimeSpan.FromDays(1));
        (await RenewAsync(world, all: false)).ShouldBe(new RenewingTurn(0, 0));
        world.Clock.AdjustTime(ends - RenewTimestamps.Before + TimeSpan.FromDays(1));
        (await RenewAsync(world, all: false)).ShouldBe(new RenewingTurn(1, 1));
        (await RenewAsync(world, all: false)).ShouldBe(new RenewingTurn(0, 0), "its latest token is good for decades");
        await world.AddConsultationAsync("2026-T-099");
        await world.SealAsync();
        (await RenewAsync(world, all: false)).ShouldBe(new RenewingTurn(1, 2), "a new seal of an authority that ends soon");
    }

    /// <summary>Else it would be made again every day, and stand in every attestation.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_token_that_ends_no_later_renews_nothing_and_it_is_said(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await Exchanges.SentAsync(world);
        await world.SealAsync();
        world.Clock.AdjustTime(await EndAsync(world) - TimeSpan.FromDays(30));

        (await RenewAsync(world, all: false)).Waiting!.ShouldContain("ne finit pas plus tard");
        (await world.QueryAsync(db => db.Renewals.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task While_no_authority_answers_nothing_is_renewed_and_it_is_said(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, s => s.Timestamping.Url = $"http://127.0.0.1:{FreePort.Next()}/");
        await Exchanges.SentAsync(world);
        await world.InScopeAsync(s => new SealFacts(s.GetRequiredService<VaguemestreDb>(), s.GetRequiredService<BuiltInAuthority>(), world.Clock).RunAsync(null, default));

        var turn = await world.RunAsync((RenewTimestamps o) => o.RunAsync(all: true, default));

        turn.Waiting!.ShouldContain("ne répond pas");
        (await world.QueryAsync(db => db.Renewals.CountAsync())).ShouldBe(0);
    }

    /// <summary>By whoever holds the signing key: each change is signed anew.</summary>
    [Fact]
    public async Task A_renewal_that_was_made_too_late_or_changed_keeps_nothing()
    {
        await using var authority = OpensslAuthority.Start();
        await using var world = await WorldAsync(DatabaseProvider.Sqlite, authority);
        var conversation = await Exchanges.SentAsync(world);
        await world.SealAsync();
        var ends = await EndAsync(world);
        world.Clock.AdjustTime(ends.AddDays(2));
        await RenewAsync(world, all: true);
        var late = (await world.IssueAsync(conversation.Id)).Value.Evidence;

        Codes(late, ends.AddDays(3)).ShouldContain("renewed-late");
        Codes(late, ends.AddDays(3)).ShouldNotContain("renewed");
        var exported = await ExportedCodesAsync(world, ends.AddDays(3));
        exported.ShouldContain("renewed-late");
        exported.ShouldNotContain("renewed");
        foreach (var (from, to) in new[] { ("\\\"lastSeal\\\":1", "\\\"lastSeal\\\":2"), ("\\\"number\\\":1,\\\"root", "\\\"number\\\":2,\\\"root") })
            Resigned(world, late, from, to).Outcome.ShouldBe(VerificationOutcome.Refused, to);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_renewal_that_was_changed_in_the_database_is_found(DatabaseProvider provider)
    {
        foreach (var sql in new[] { "UPDATE seal_renewals SET at = (SELECT at FROM seals)", "UPDATE seal_renewals SET token = root", "DELETE FROM renewed_seals" })
        {
            await using var world = await TestWorld.CreateAsync(provider);
            await Exchanges.SentAsync(world);
            await world.SealAsync();
            world.Clock.Advance(TimeSpan.FromDays(1));
            await RenewAsync(world, all: true);
            (await Should.ThrowAsync<System.Data.Common.DbException>(() => world.QueryAsync(db => db.Database.ExecuteSqlRawAsync(sql)))).Message.ShouldContain("append-only");

            await world.QueryAsync(async db =>
            {
                foreach (var name in JournalGuards.Sqlite.Keys)
                    await db.Database.ExecuteSqlRawAsync(provider == DatabaseProvider.Sqlite ? $"DROP TRIGGER {name}" : $"DROP TRIGGER {name} ON {name[..name.IndexOf("_no_", StringComparison.Ordinal)]}");
                return await db.Database.ExecuteSqlRawAsync(sql);
            });
            (await world.RunAsync((CheckJournal o) => o.RunAsync(default))).Faults.ShouldHaveSingleItem().Sentence.ShouldContain("renouvellement d’horodatage n° 1");
        }
    }

    /// <summary>Its clock is the machine's, as the foreign authority's is.</summary>
    private static async Task<TestWorld> WorldAsync(DatabaseProvider provider, OpensslAuthority authority)
    {
        var world = await TestWorld.CreateAsync(provider, s => s.Timestamping.Url = authority.Url);
        world.Clock.AdjustTime(TimeProvider.System.GetUtcNow());
        return world;
    }

    private static Task<RenewingTurn> RenewAsync(TestWorld world, bool all) =>
        world.InScopeAsync(s => new RenewTimestamps(s.GetRequiredService<VaguemestreDb>(), s.GetRequiredService<BuiltInAuthority>(), world.Clock).RunAsync(all, default));

    /// <summary>When the certificate behind the first seal's token ends.</summary>
    private static async Task<DateTimeOffset> EndAsync(TestWorld world)
    {
        Rfc3161TimestampToken.TryDecode((await world.SealsAsync())[0].Token, out var token, out _).ShouldBeTrue();
        return new DateTimeOffset(token!.AsSignedCms().SignerInfos[0].Certificate!.NotAfter);
    }

    private static IReadOnlyList<string> Codes(byte[] evidence, DateTimeOffset at) => [.. AttestationVerifier.Verify(evidence, new VerificationOptions(At: at)).Findings.Select(f => f.Code)];

    private static async Task<IReadOnlyList<string>> ExportedCodesAsync(TestWorld world, DateTimeOffset at)
    {
        using var file = new MemoryStream();
        await world.RunAsync((ExportJournal o) => o.RunAsync(file, default));
        file.Position = 0;
        var report = await JournalVerifier.VerifyAsync(file, new VerificationOptions(At: at), default);
        report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
        return [.. report.Findings.Select(f => f.Code)];
    }

    private static VerificationReport Resigned(TestWorld world, byte[] evidence, string from, string to)
    {
        var text = CanonicalJson.Write(JsonNode.Parse(evidence)!["evidence"]);
        text.ShouldContain(from);
        var signed = Encoding.UTF8.GetBytes(text.Replace(from, to));
        var signature = world.RunSync((SigningCertificate c) => Signature.Make(c, signed));
        return AttestationVerifier.Verify([.. "{\"evidence\":"u8, .. signed, .. ",\"signature\":\""u8, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(signature)), .. "\"}"u8]);
    }
}
