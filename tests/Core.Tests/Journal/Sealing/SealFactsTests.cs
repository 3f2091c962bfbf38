using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Journal.Sealing;

public sealed class SealFactsTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Every_fact_is_in_one_seal_and_seals_are_chained(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();
        var first = await world.SealAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.AddConsultationAsync("2026-T-015");
        var second = await world.SealAsync();
        (await world.SealAsync()).ShouldBe(new SealingTurn(0));

        var (seals, leaves, facts) = (await world.SealsAsync(), await world.QueryAsync(db => db.SealedFacts.OrderBy(f => f.SealNumber).ThenBy(f => f.Leaf).ToListAsync()), await world.QueryAsync(db => db.Facts.ToListAsync()));
        leaves.Count.ShouldBe(facts.Count);
        leaves.Select(l => l.FactId).ShouldBe(facts.Select(f => f.Id), ignoreOrder: true);
        seals.Select(s => (s.Number, s.Facts)).ShouldBe([(1, first.Facts), (2, second.Facts)]);
        seals[1].PreviousHash!.ShouldBe(seals[0].Hash);
        foreach (var seal in seals)
        {
            var held = leaves.Where(l => l.SealNumber == seal.Number).ToList();
            held.Select(l => l.Leaf).ShouldBe(Enumerable.Range(0, seal.Facts));
            MerkleTree.Root([.. held.Select(l => facts.Single(f => f.Id == l.FactId).Hash)]).ShouldBe(seal.Root);
            seal.Hash.ShouldBe(seal.ComputeHash());
            Rfc3161TimestampToken.TryDecode(seal.Token, out var token, out var read).ShouldBeTrue();
            read.ShouldBe(seal.Token.Length);
            token!.VerifySignatureForHash(seal.Hash, HashAlgorithmName.SHA256, out var authority).ShouldBeTrue();
            authority!.Subject.ShouldBe("CN=Horodatage interne de Vaguemestre (non qualifié)");
            token.TokenInfo.Timestamp.ShouldBe(seal.At);
            token.TokenInfo.PolicyId.Value.ShouldBe(BuiltInAuthority.Policy);
        }
    }

    /// <summary>A fact whose identifier is older than those that are sealed: a transaction that took long, a clock that was ahead.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_fact_that_comes_late_is_not_passed_over(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();
        await world.SealAsync();
        world.Clock.AdjustTime(TestWorld.Start.AddDays(-3));
        var (late, _) = await world.AddOrganisationAsync("Autre ville", "Autre agent", "autre@ville.test");
        await world.AppendOneAsync(new Subject(SubjectKind.Organisation, late.Id, late.Id));

        (await world.SealAsync(TestWorld.Start)).Facts.ShouldBe(0);
        (await world.SealAsync()).Facts.ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_nodes_that_seal_at_once_leave_one_chain_of_seals(DatabaseProvider provider)
    {
        await using var authority = OpensslAuthority.Start();
        await using var world = await TestWorld.CreateAsync(provider, s => s.Timestamping.Url = authority.Url);
        var facts = 0;
        for (var round = 0; round < 3; round++)
        {
            await world.AddConsultationAsync($"2026-T-{round}");
            var turns = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => world.SealAsync())));
            turns.ShouldAllBe(t => t.Waiting == null);
            turns.Count(t => t.Facts > 0).ShouldBe(1);
            facts += turns.Sum(t => t.Facts);
        }

        (await world.SealsAsync()).Select(s => s.Number).ShouldBe([1, 2, 3]);
        (await world.QueryAsync(db => db.SealedFacts.CountAsync())).ShouldBe(facts);
        authority.Asked.ShouldBe(3);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task While_the_authority_is_down_facts_wait_and_then_are_sealed(DatabaseProvider provider)
    {
        await using var authority = OpensslAuthority.Start();
        await using var world = await TestWorld.CreateAsync(provider, s => (s.Timestamping.Url, s.Timestamping.UserName, s.Timestamping.Password) = (authority.Url, "ville", "secret"));
        await world.WriteToOneAsync();

        authority.Credentials = "ville:autre";
        (await world.SealAsync()).Waiting!.ShouldContain("401");
        authority.Credentials = "ville:secret";
        authority.Instead = () => "pas un jeton"u8.ToArray();
        (await world.SealAsync()).Waiting!.ShouldContain("n'a pas donné de jeton valable");
        authority.Instead = () => new byte[1024 * 1024];
        (await world.SealAsync()).Waiting!.ShouldContain("ne répond pas");
        (await world.SealsAsync()).ShouldBeEmpty();
        authority.Instead = null;
        (await world.SealAsync()).Facts.ShouldBePositive();

        (await world.SealsAsync()).ShouldHaveSingleItem();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_authority_that_cannot_be_reached_is_named(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, s => s.Timestamping.Url = $"http://127.0.0.1:{FreePort.Next()}/");
        await world.WriteToOneAsync();

        (await world.SealAsync()).Waiting!.ShouldContain("ne répond pas");
    }

    /// <summary>The token for one hash is given for another.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_token_of_another_root_is_refused(DatabaseProvider provider)
    {
        await using var authority = OpensslAuthority.Start();
        await using var world = await TestWorld.CreateAsync(provider, s => s.Timestamping.Url = authority.Url);
        await world.WriteToOneAsync();
        var other = new BuiltInAuthority(world.Settings, world.Clock);
        var token = await other.StampAsync(SHA256.HashData([1]), default);
        authority.Instead = () => [0x30, 0x82, .. Length(token.Length + 5), 0x30, 0x03, 0x02, 0x01, 0x00, .. token];

        (await world.SealAsync()).Waiting!.ShouldContain("n'a pas donné de jeton valable");
        (await world.SealsAsync()).ShouldBeEmpty();

        static byte[] Length(int length) => [(byte)(length >> 8), (byte)length];
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_policy_asked_for_is_the_policy_of_the_token(DatabaseProvider provider)
    {
        await using var authority = OpensslAuthority.Start(rsa: false);
        await using var world = await TestWorld.CreateAsync(provider, s => (s.Timestamping.Url, s.Timestamping.PolicyOid) = (authority.Url, "1.2.3.4.5"));
        await world.WriteToOneAsync();

        await world.SealAsync();

        Rfc3161TimestampToken.TryDecode((await world.SealsAsync())[0].Token, out var token, out _).ShouldBeTrue();
        token!.TokenInfo.PolicyId.Value.ShouldBe("1.2.3.4.5");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_seal_is_neither_changed_nor_erased(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();
        await world.SealAsync();

        foreach (var statement in new[] { "UPDATE seals SET number = 7", "DELETE FROM sealed_facts", "UPDATE sealed_facts SET leaf = 9", "DELETE FROM seals" })
            (await Should.ThrowAsync<System.Data.Common.DbException>(() => world.QueryAsync(db => db.Database.ExecuteSqlRawAsync(statement)))).Message.ShouldContain("append-only");
    }

    /// <summary>A stranger's program agrees: the token of the built-in authority is an RFC 3161 token.</summary>
    [Fact]
    public async Task Openssl_verifies_a_token_of_the_built_in_authority()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        await world.WriteToOneAsync();
        await world.SealAsync();
        var seal = (await world.SealsAsync())[0];
        var (token, root) = (Path.Combine(world.Settings.DataDirectory, "t.der"), Path.Combine(world.Settings.DataDirectory, "root.pem"));
        await File.WriteAllBytesAsync(token, seal.Token);
        await File.WriteAllTextAsync(root, world.RunSync((BuiltInAuthority a) => a.Certificate.ExportCertificatePem()));
        var attime = TestWorld.Start.AddDays(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

        var said = await Command.RunAsync("openssl", "ts", "-verify", "-digest", Convert.ToHexStringLower(seal.Hash), "-in", token, "-token_in", "-CAfile", root, "-attime", attime);

        said.ShouldContain("Verification: OK");
    }
}
