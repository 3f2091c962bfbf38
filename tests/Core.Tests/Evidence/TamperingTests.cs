using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

/// <summary>Somebody with the database's keys takes the triggers off and changes what was written.</summary>
public sealed class TamperingTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_changed_payload_is_named_and_nothing_is_issued(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RepliedAsync(world);
        var before = await world.FactsAsync(conversation.Id);
        await TamperAsync(world, "UPDATE fact_payloads SET json = replace(json, 'mx1.dupont.test', 'mx9.dupont.test')");

        var problem = (await world.IssueAsync(conversation.Id)).Problem!;

        problem.Kind.ShouldBe(ProblemKind.Conflict);
        problem.Code.ShouldBe("chain-broken");
        problem.Message.ShouldContain("l'événement n° 3 (« Le serveur de messagerie du destinataire a accepté le courrier », lundi 2 mars 2026 à 10 h 02 min 00 s)");
        (await world.FactsAsync(conversation.Id)).Count.ShouldBe(before.Count);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_removed_fact_is_named(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RepliedAsync(world);
        await TamperAsync(world, "DELETE FROM fact_payloads WHERE fact_id IN (SELECT id FROM facts WHERE kind = 'opened')", "DELETE FROM facts WHERE kind = 'opened'");

        var problem = (await world.IssueAsync(conversation.Id)).Problem!;

        problem.Code.ShouldBe("chain-broken");
        problem.Message.ShouldContain("l'événement n° 5 a été modifié, déplacé ou retiré");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_removed_payload_is_named(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RepliedAsync(world);
        await TamperAsync(world, "DELETE FROM fact_payloads WHERE fact_id IN (SELECT id FROM facts WHERE kind = 'delivered')");

        (await world.IssueAsync(conversation.Id)).Problem!.Message.ShouldContain("l'événement n° 3 (« Le serveur");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_conversation_without_facts_is_not_attested(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        await TamperAsync(world, "DELETE FROM fact_payloads", "DELETE FROM facts");

        (await world.IssueAsync(conversation.Id)).Problem!.Message.ShouldContain("l'événement n° 1 a été");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_changed_letter_or_reply_is_not_attested(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var replied = await Exchanges.RepliedAsync(world);
        var sent = await Exchanges.SentAsync(world);

        await world.QueryAsync(db => db.Database.ExecuteSqlRawAsync("UPDATE replies SET body = '<p>Nous renonçons.</p>'"));
        (await world.IssueAsync(replied.Id)).Problem!.Message.ShouldStartWith("Une réponse conservée n'a plus l'empreinte");
        await world.QueryAsync(db => db.Database.ExecuteSqlRawAsync("UPDATE letters SET subject = 'Autre objet'"));
        (await world.IssueAsync(sent.Id)).Problem!.Code.ShouldBe("content-altered");
    }

    internal static Task<int> TamperAsync(TestWorld world, params string[] statements) => world.QueryAsync(async db =>
    {
        var triggers = world.Settings.Database.Provider == DatabaseProvider.Postgresql
            ? JournalGuards.Postgres.Keys.Select(name => $"DROP TRIGGER {name} ON {name[..name.IndexOf("_no_", StringComparison.Ordinal)]}")
            : JournalGuards.Sqlite.Keys.Select(name => $"DROP TRIGGER {name}");
        foreach (var drop in triggers)
            await db.Database.ExecuteSqlRawAsync(drop);
        var changed = 0;
        foreach (var statement in statements)
            changed += await db.Database.ExecuteSqlRawAsync(statement);
        changed.ShouldBePositive();
        return changed;
    });
}
