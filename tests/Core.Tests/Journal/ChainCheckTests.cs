using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Journal;

/// <summary>Somebody with the database's password takes the triggers away and changes the journal: each way is found and named.</summary>
public sealed class ChainCheckTests
{
    private const string Missing = "a fact is missing or out of order";
    private const string NotAfter = "it does not follow from the fact before";
    private const string Header = "its header was changed";
    private const string Payload = "its payload was changed";

    /// <summary>What is done to the second of four facts, at which place it shows, and as what.</summary>
    public static TheoryData<DatabaseProvider, string, int, string> Tamperings()
    {
        var data = new TheoryData<DatabaseProvider, string, int, string>();
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
        {
            data.Add(provider, "UPDATE facts SET kind = 'delivered' WHERE sequence = 2", 2, Header);
            data.Add(provider, "UPDATE facts SET at = (SELECT at FROM facts WHERE sequence = 4) WHERE sequence = 2", 2, Header);
            data.Add(provider, "UPDATE facts SET actor_kind = 'agent' WHERE sequence = 2", 2, Header);
            data.Add(provider, "UPDATE facts SET concerns_id = NULL WHERE sequence = 2", 2, Header);
            data.Add(provider, "UPDATE facts SET payload_hash = (SELECT payload_hash FROM facts WHERE sequence = 3) WHERE sequence = 2", 2, Header);
            data.Add(provider, "UPDATE facts SET hash = (SELECT hash FROM facts WHERE sequence = 3) WHERE sequence = 2", 2, Header);
            data.Add(provider, "UPDATE facts SET previous_hash = NULL WHERE sequence = 2", 2, NotAfter);
            data.Add(provider, "UPDATE facts SET previous_hash = (SELECT hash FROM facts WHERE sequence = 2) WHERE sequence = 4", 4, NotAfter);
            data.Add(provider, "UPDATE fact_payloads SET json = '{\"reply\":\"250 tout va bien\"}' WHERE fact_id = (SELECT id FROM facts WHERE sequence = 2)", 2, Payload);
            data.Add(provider, "UPDATE fact_payloads SET salt = (SELECT hash FROM facts WHERE sequence = 3) WHERE fact_id = (SELECT id FROM facts WHERE sequence = 2)", 2, Payload);
            data.Add(provider, "DELETE FROM fact_payloads WHERE fact_id = (SELECT id FROM facts WHERE sequence = 2); DELETE FROM facts WHERE sequence = 2", 2, Missing);
            data.Add(provider, "DELETE FROM fact_payloads WHERE fact_id = (SELECT id FROM facts WHERE sequence = 1); DELETE FROM facts WHERE sequence = 1", 1, Missing);
            data.Add(provider, "DELETE FROM fact_payloads WHERE fact_id = (SELECT id FROM facts WHERE sequence = 2); DELETE FROM facts WHERE sequence = 2; UPDATE facts SET sequence = 2 WHERE sequence = 3; UPDATE facts SET sequence = 3 WHERE sequence = 4", 2, NotAfter);
            data.Add(provider, "UPDATE facts SET sequence = 9 WHERE sequence = 2; UPDATE facts SET sequence = 2 WHERE sequence = 3; UPDATE facts SET sequence = 3 WHERE sequence = 9", 2, NotAfter);
        }

        return data;
    }

    [Theory, MemberData(nameof(Tamperings))]
    public async Task A_tampering_is_found_and_named(DatabaseProvider provider, string sql, int sequence, string what)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var subject = await FourFactsAsync(world);
        ChainCheck.FirstFault(await world.FactsOfAsync(subject)).ShouldBeNull();

        await TamperAsync(world, sql);

        ChainCheck.FirstFault(await world.FactsOfAsync(subject)).ShouldBe(new ChainFault(sequence, what));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_payload_that_is_gone_is_missed_where_no_later_fact_says_that_it_was_erased(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var subject = await FourFactsAsync(world);

        await TamperAsync(world, "DELETE FROM fact_payloads");

        ChainCheck.FirstFault(await world.FactsOfAsync(subject)).ShouldBe(new ChainFault(1, "its payload is gone, and no later fact says that it was erased"));
    }

    /// <summary>Four facts of one subject, and no others in the database.</summary>
    private static async Task<Guid> FourFactsAsync(TestWorld world)
    {
        var subject = new Subject(SubjectKind.Conversation, Guid.CreateVersion7(), world.Organisation.Id);
        await world.InScopeAsync(services => services.GetRequiredService<VaguemestreDb>().WriteAsync<bool>(
            async () =>
            {
                for (var i = 1; i <= 4; i++)
                {
                    world.Clock.Advance(TimeSpan.FromSeconds(1));
                    await services.GetRequiredService<Core.Journal.Journal>().AppendAsync(subject, FactKind.Delayed, new DraftGone($"le fait {i}", i), Actor.MailServer, Guid.CreateVersion7());
                }

                return true;
            },
            default));
        return subject.Id;
    }

    private static Task TamperAsync(TestWorld world, string sql) => world.QueryAsync(async db =>
    {
        var guards = world.Settings.Database.Provider == DatabaseProvider.Sqlite
            ? JournalGuards.Sqlite.Keys.Select(name => $"DROP TRIGGER {name}")
            : JournalGuards.Postgres.Keys.Select(name => $"DROP TRIGGER {name} ON {name[..name.IndexOf("_no_", StringComparison.Ordinal)]}");
        foreach (var statement in guards.Concat(sql.Split("; ")))
            await db.Database.ExecuteSqlRawAsync(statement.Replace("{", "{{").Replace("}", "}}"));
        return true;
    });
}
