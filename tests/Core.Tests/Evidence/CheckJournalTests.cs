using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Retention;
using Vaguemestre.Core.Tests.Journal.Sealing;
using Vaguemestre.Core.Tests.Retention;
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
        check.Suspicions.ShouldAllBe(s => s.Sentence.Contains("n’a été horodaté que le"), "the whole exchange came to one seal");
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
        check.Suspicions.Where(s => s.Sentence.Contains("antidaté")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(s => s.Subject.ShouldBe(conversation.Id), s => s.Sequence.ShouldBe(2));
        (await world.FactsAsync(other.Id)).ShouldHaveSingleItem();
    }

    /// <summary>Written in the morning and dated just after the evening's last seal: no earlier seal contradicts it.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_fact_whose_own_seal_is_long_after_its_instant_is_suspected(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        await world.SealAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(5));
        await world.AppendOneAsync(conversation.JournalSubject);
        world.Clock.Advance(TimeSpan.FromHours(16));
        await world.AppendOneAsync(conversation.JournalSubject);
        world.Clock.Advance(TimeSpan.FromMinutes(15));
        await world.SealAsync();

        var check = await CheckAsync(world);

        check.Faults.ShouldBeEmpty();
        var suspicion = check.Suspicions.ShouldHaveSingleItem();
        suspicion.ShouldSatisfyAllConditions(s => s.Subject.ShouldBe(conversation.Id), s => s.Sequence.ShouldBe(2), s => s.Seal.ShouldBe(2));
        suspicion.Sentence.ShouldContain("porte l’instant 2026-03-02T09:05:00.000000Z, et n’a été horodaté que le 2026-03-03T01:20:00.000000Z");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task After_an_outage_some_late_facts_are_named_and_the_others_counted(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        await world.SealAsync();
        for (var i = 0; i < LateTimestamps.MostSentences + 5; i++)
            await world.AppendOneAsync(conversation.JournalSubject);
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.SealAsync();

        var suspicions = (await CheckAsync(world)).Suspicions;

        suspicions.Count.ShouldBe(LateTimestamps.MostSentences + 1);
        suspicions[^1].Sentence.ShouldBe("De même pour d’autres événements : 55 en tout n’ont été horodatés que plus d’un quart d’heure après l’instant qu’ils portent.");
    }

    /// <summary>An attestation asks for a seal before the worker does: what had waited longer than its own facts is in it.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task What_waited_through_an_outage_is_not_told_as_backdated(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        await world.SealAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.AppendOneAsync(conversation.JournalSubject);
        world.Clock.Advance(TimeSpan.FromHours(5));
        var later = await Exchanges.SentAsync(world);
        (await world.IssueAsync(later.Id)).Succeeded.ShouldBeTrue();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.SealAsync();

        var check = await CheckAsync(world);

        check.Faults.ShouldBeEmpty();
        check.Suspicions.ShouldHaveSingleItem().Sentence.ShouldContain("n’a été horodaté que le");
    }

    /// <summary>The triggers let payloads go where a later fact of the chain says so, whoever wrote it.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task An_erasure_that_no_retention_backs_is_found(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        var rule = new ContentPurged(RetentionKind.SuppliesAndServices, Retentions.From, 5, Retentions.Until, 1, "", null, [], []);
        world.Clock.SetUtcNow(Retentions.Until.AddDays(40));
        await PurgeAsync(world, conversation, rule);

        var check = await CheckAsync(world);

        check.Purged.ShouldBe(0);
        check.Faults.ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Subject.ShouldBe(conversation.Id), f => f.Sequence.ShouldBe(2), f => f.Sentence.ShouldContain("le journal d’aucune consultation de l’organisation ne dit qu’une telle durée y était échue"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_erasure_is_backed_by_its_own_consultation_alone_and_by_no_suspended_retention(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        var other = await Exchanges.SentAsync(world);
        var another = await world.AddConsultationAsync("2026-T-015");
        await world.KeepAsync();
        var rule = new ContentPurged(RetentionKind.SuppliesAndServices, Retentions.From, 5, Retentions.Until, 1, "", null, [], []);
        world.Clock.SetUtcNow(Retentions.Until.AddDays(40));
        await PurgeAsync(world, conversation, rule with { Consultation = another.Id });
        (await CheckAsync(world)).Faults.ShouldHaveSingleItem().Sentence.ShouldContain($"le journal de la consultation {another.Id} ne dit pas");

        await world.HoldAsync();
        world.Clock.Advance(TimeSpan.FromHours(1));
        await PurgeAsync(world, other, rule with { Consultation = other.ConsultationId });
        (await CheckAsync(world)).Faults.Select(f => f.Subject).ShouldBe([conversation.Id, other.Id], ignoreOrder: true);
    }

    /// <summary>A retention that is over from its first day, written beside.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task An_erasure_of_a_recent_exchange_is_found_whatever_retention_was_entered(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        var (from, until) = (new DateOnly(2020, 1, 1), new DateTimeOffset(2025, 1, 1, 23, 0, 0, TimeSpan.Zero));
        await AppendAsync(world, new Subject(SubjectKind.Consultation, conversation.ConsultationId, world.Organisation.Id), FactKind.RetentionEntered, new RetentionWritten(RetentionKind.SuppliesAndServices, from, 5, until, "Camille Durand"));
        await PurgeAsync(world, conversation, new ContentPurged(RetentionKind.SuppliesAndServices, from, 5, until, 1, "", null, [], [], conversation.ConsultationId));

        (await CheckAsync(world)).Faults.ShouldHaveSingleItem().Sentence.ShouldContain("un échange du 2026-03-02T09:00:00.000000Z n’avait pas 5 ans");
    }

    /// <summary>As versions wrote it that did not name the consultation.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task An_erasure_that_names_no_consultation_is_backed_by_one_of_the_organisation(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        await world.KeepAsync();
        world.Clock.SetUtcNow(Retentions.Until.AddDays(40));
        await PurgeAsync(world, conversation, new ContentPurged(RetentionKind.SuppliesAndServices, Retentions.From, 5, Retentions.Until, 1, "", null, [], []));

        var check = await CheckAsync(world);

        check.Faults.ShouldBeEmpty();
        check.Purged.ShouldBe(1);
    }

    /// <summary>Each fact in turn, by whoever changes rows only and by whoever computes all hashes of the chain anew.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task Each_fact_that_is_removed_swapped_followed_by_another_or_backdated_is_named(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RepliedAsync(world);
        await world.SealAsync();
        var facts = await world.FactsAsync(conversation.Id);
        await TamperAsync(world, "");

        foreach (var hashed in new[] { false, true })
        {
            for (var i = 0; i < facts.Count; i++)
            {
                var (fact, told) = (facts[i], $"event {i + 1}, hashed anew: {hashed}");
                (await ForgedAsync(world, [.. facts[..i], .. facts[(i + 1)..]], hashed)).ShouldContain(f => f.Sentence.Contains(fact.Id.ToString()) && f.Sentence.Contains("retiré"), $"{told}, removed");
                if (i + 1 < facts.Count)
                {
                    (await ForgedAsync(world, [.. facts[..i], facts[i + 1], fact, .. facts[(i + 2)..]], hashed)).ShouldContain(f => f.Subject == conversation.Id && (f.Sequence == i + 1 || f.Sequence == i + 2), $"{told}, swapped");
                    var inserted = Fact.After(null, conversation.JournalSubject, FactKind.Delayed, new NothingMore(), Actor.Platform, null, fact.At);
                    (await ForgedAsync(world, [.. facts[..(i + 1)], inserted, .. facts[(i + 1)..]], hashed)).ShouldContain(f => f.Subject == conversation.Id && f.Sequence > i + 1, $"{told}, followed");
                }

                (await ForgedAsync(world, facts, hashed, backdated: i)).ShouldContain(f => f.Subject == conversation.Id && f.Sequence == i + 1, $"{told}, backdated");
            }
        }

        // After the last there is nothing to move: the instant alone betrays it, once it is sealed.
        var now = world.Clock.Now();
        world.Clock.AdjustTime(facts[^1].At);
        await world.AppendOneAsync(conversation.JournalSubject);
        world.Clock.AdjustTime(now.AddHours(1));
        await world.SealAsync();
        var check = await CheckAsync(world);
        check.Faults.ShouldBeEmpty("whatever was tried before was undone");
        check.Suspicions.ShouldContain(s => s.Subject == conversation.Id && s.Sequence == facts.Count + 1);
    }

    /// <summary>What is found where the chain stands as given, numbered anew; then all is as it was.</summary>
    private static Task<IReadOnlyList<JournalFault>> ForgedAsync(TestWorld world, IReadOnlyList<Fact> chain, bool hashed, int? backdated = null) => world.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<VaguemestreDb>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var subject = chain[0].SubjectId;
        await db.Set<FactPayload>().Where(p => db.Facts.Any(f => f.Id == p.FactId && f.SubjectId == subject)).ExecuteDeleteAsync();
        await db.Facts.Where(f => f.SubjectId == subject).ExecuteDeleteAsync();
        var forged = new List<Fact>();
        foreach (var fact in chain)
        {
            var header = JsonNode.Parse(fact.Header())!.AsObject();
            header["sequence"] = forged.Count + 1;
            if (backdated == forged.Count)
                header["at"] = Instants.Rfc3339(fact.At.AddDays(-1));
            if (hashed && forged.Count > 0)
                header["previousHash"] = Convert.ToHexStringLower(forged[^1].Hash);
            else if (hashed)
                header.Remove("previousHash");
            var text = CanonicalJson.Write(header);
            forged.Add(Fact.Read(text, hashed ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : fact.Hash, fact.Payload!.Salt, fact.Payload.Json));
        }

        await db.InsertFactsAsync(forged, default);
        if (hashed)
            ChainCheck.FirstFault(forged).ShouldBeNull();
        var found = (await scope.GetRequiredService<CheckJournal>().RunAsync(default)).Faults;
        await transaction.RollbackAsync();
        return found;
    });

    /// <summary>By a program that computes its hashes as the product does; the triggers stand.</summary>
    internal static async Task PurgeAsync(TestWorld world, Conversation conversation, ContentPurged told)
    {
        await AppendAsync(world, conversation.JournalSubject, FactKind.ContentPurged, told);
        await world.QueryAsync(db => db.Set<FactPayload>().Where(p => db.Facts.Any(f => f.Id == p.FactId && f.SubjectId == conversation.Id && f.Kind != FactKind.ContentPurged)).ExecuteDeleteAsync());
    }

    private static Task AppendAsync(TestWorld world, Subject subject, FactKind kind, FactContent content) => world.InScopeAsync(scope => scope.GetRequiredService<VaguemestreDb>().WriteAsync<Fact>(
        async () => await scope.GetRequiredService<Core.Journal.Journal>().AppendAsync(subject, kind, content, Actor.Platform),
        default));

    private static Task<JournalCheck> CheckAsync(TestWorld world) => world.RunAsync((CheckJournal o) => o.RunAsync(default));

    private static Task<bool> TamperAsync(TestWorld world, string sql) => world.QueryAsync(async db =>
    {
        var guards = world.Settings.Database.Provider == DatabaseProvider.Sqlite
            ? JournalGuards.Sqlite.Keys.Select(name => $"DROP TRIGGER {name}")
            : JournalGuards.Postgres.Keys.Select(name => $"DROP TRIGGER {name} ON {name[..name.IndexOf("_no_", StringComparison.Ordinal)]}");
        foreach (var statement in guards.Concat(sql.Split("; ", StringSplitOptions.RemoveEmptyEntries)))
            await db.Database.ExecuteSqlRawAsync(statement);
        return true;
    });
}
