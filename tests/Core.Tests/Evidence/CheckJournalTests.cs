using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Tests.Journal.Sealing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

/// <summary>Somebody with the database's keys takes the triggers off and rewrites the past.</summary>
public sealed class CheckJournalTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_journal_that_nobody_touched_is_whole(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await Exchanges.RepliedAsync(world);
        await world.SealAsync();
        await Exchanges.SentAsync(world);

        var check = await CheckAsync(world);

        check.Faults.ShouldBeEmpty();
        check.Suspicions.ShouldBeEmpty();
        check.Seals.ShouldBe(1);
        check.Facts.ShouldBe(await world.QueryAsync(db => db.Facts.LongCountAsync()));
    }

    public static TheoryData<DatabaseProvider, string, string> Tamperings()
    {
        var data = new TheoryData<DatabaseProvider, string, string>();
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
        {
            data.Add(provider, "UPDATE fact_payloads SET json = replace(json, 'mx1.dupont.test', 'mx9.dupont.test')", "l’événement n° 3 a été modifié");
            data.Add(provider, "UPDATE facts SET actor_kind = 'platform' WHERE kind = 'opened'", "l’événement n° 5 n’est plus celui que le sceau n° 1 a scellé");
            data.Add(provider, "DELETE FROM fact_payloads WHERE fact_id IN (SELECT id FROM facts WHERE kind = 'reply-opened'); DELETE FROM facts WHERE kind = 'reply-opened'", "a été retiré du journal");
            data.Add(provider, "DELETE FROM fact_payloads WHERE fact_id IN (SELECT id FROM facts WHERE kind = 'delivered'); DELETE FROM facts WHERE kind = 'delivered'", "l’événement n° 3 a été modifié, déplacé, ajouté ou retiré");
            data.Add(provider, "UPDATE facts SET sequence = 99 WHERE kind = 'opened'; UPDATE facts SET sequence = 5 WHERE kind = 'automated-access'; UPDATE facts SET sequence = 4 WHERE kind = 'opened'", "l’événement n° 4 a été modifié, déplacé");
            data.Add(provider, "DELETE FROM fact_payloads WHERE fact_id IN (SELECT id FROM facts WHERE kind = 'opened')", "l’événement n° 5 a été modifié");
            data.Add(provider, "DELETE FROM sealed_facts WHERE leaf = 2", "Les empreintes gardées du sceau n° 1 ne sont plus celles");
            data.Add(provider, "UPDATE seals SET root = hash", "Le sceau n° 1 n’est pas tel qu’il a été écrit");
            data.Add(provider, "UPDATE seals SET token = root", "Le jeton d’horodatage du sceau n° 1 est faux");
            data.Add(provider, "DELETE FROM sealed_facts WHERE seal_number = 1; DELETE FROM seals WHERE number = 1", "Le sceau n° 1 a été retiré");
        }

        return data;
    }

    [Theory, MemberData(nameof(Tamperings))]
    public async Task What_was_changed_moved_or_removed_is_found_and_named(DatabaseProvider provider, string sql, string told)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await Exchanges.RepliedAsync(world);
        await world.SealAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await Exchanges.SentAsync(world);
        await world.SealAsync();

        await TamperAsync(world, sql);

        (await CheckAsync(world)).Faults.ShouldContain(f => f.Sentence.Contains(told));
    }

    /// <summary>A whole chain written anew, every hash right: only the seals know of the first.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_chain_written_anew_is_not_the_one_that_was_sealed(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        await world.SealAsync();
        var facts = await world.FactsAsync(conversation.Id);
        await TamperAsync(world, $"DELETE FROM fact_payloads WHERE fact_id IN (SELECT id FROM facts WHERE subject_id = (SELECT id FROM conversations)); DELETE FROM facts WHERE subject_id = (SELECT id FROM conversations)");
        await world.AppendOneAsync(conversation.JournalSubject);
        ChainCheck.FirstFault(await world.FactsAsync(conversation.Id)).ShouldBeNull();

        (await CheckAsync(world)).Faults.ShouldHaveSingleItem().Sentence.ShouldContain(facts[0].Id.ToString());
    }

    /// <summary>A fact appended in its right place with an instant of last month, by a program that computes its hashes as the product does.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_backdated_fact_and_a_clock_that_went_back_are_suspected(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        await world.SealAsync();
        world.Clock.AdjustTime(TestWorld.Start.AddDays(-30));
        await world.AppendOneAsync(conversation.JournalSubject);
        world.Clock.AdjustTime(TestWorld.Start.AddMinutes(5));
        await world.SealAsync();

        var check = await CheckAsync(world);

        check.Faults.ShouldBeEmpty();
        check.Suspicions.ShouldHaveSingleItem().ShouldSatisfyAllConditions(s => s.Subject.ShouldBe(conversation.Id), s => s.Sequence.ShouldBe(2));
    }

    /// <summary>Before a deadline at midnight, by a program that computes its hashes as the product does: the seal of the morning held nothing of it.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_fact_backdated_by_hours_is_suspected_though_no_other_fact_came_since(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        await world.SealAsync();
        var other = await Exchanges.SentAsync(world);
        world.Clock.Advance(TimeSpan.FromHours(9));
        await world.SealAsync();
        world.Clock.AdjustTime(TestWorld.Start.AddHours(5));
        await world.AppendOneAsync(conversation.JournalSubject);
        world.Clock.AdjustTime(TestWorld.Start.AddHours(10));
        await world.SealAsync();

        var check = await CheckAsync(world);

        check.Faults.ShouldBeEmpty();
        check.Suspicions.ShouldHaveSingleItem().ShouldSatisfyAllConditions(s => s.Subject.ShouldBe(conversation.Id), s => s.Sequence.ShouldBe(2));
        (await world.FactsAsync(other.Id)).ShouldHaveSingleItem();
    }

    private static Task<JournalCheck> CheckAsync(TestWorld world) => world.RunAsync((CheckJournal o) => o.RunAsync(default));

    private static Task<bool> TamperAsync(TestWorld world, string sql) => world.QueryAsync(async db =>
    {
        var guards = world.Settings.Database.Provider == DatabaseProvider.Sqlite
            ? JournalGuards.Sqlite.Keys.Select(name => $"DROP TRIGGER {name}")
            : JournalGuards.Postgres.Keys.Select(name => $"DROP TRIGGER {name} ON {name[..name.IndexOf("_no_", StringComparison.Ordinal)]}");
        foreach (var statement in guards.Concat(sql.Split("; ")))
            await db.Database.ExecuteSqlRawAsync(statement);
        return true;
    });
}
