using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Inbox;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Tracking;

public sealed class ReadChangeMarkTests
{
    private static readonly Watched Inbox = new();

    [Theory, ClassData(typeof(Databases))]
    public async Task The_inbox_changes_with_an_event_a_draft_who_has_it_and_what_is_done_and_not_with_another_organisations(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var stranger = Caller.Of((await world.AddOrganisationAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test")).Agent);
        var (marks, theirs) = (new List<string> { await MarkAsync(world, world.Caller) }, await MarkAsync(world, stranger));

        var conversation = await world.WriteToOneAsync();
        marks.Add(await MarkAsync(world, world.Caller));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.OpenAsync(conversation);
        marks.Add(await MarkAsync(world, world.Caller));
        foreach (var agent in new Guid?[] { world.Caller.OwnerId, null })
        {
            world.Clock.Advance(TimeSpan.FromSeconds(1));
            await world.RunAsync((AssignConversation o) => o.RunAsync(world.Caller, conversation.Id, agent, default));
            marks.Add(await MarkAsync(world, world.Caller));
        }

        var later = await world.WriteToOneAsync(email: "later@beta.test");
        foreach (var (id, done) in new[] { (conversation.Id, true), (later.Id, true), (conversation.Id, false) })
        {
            world.Clock.Advance(TimeSpan.FromSeconds(1));
            await world.RunAsync((MarkDone o) => o.RunAsync(world.Caller, id, done, null, default));
            marks.Add(await MarkAsync(world, world.Caller));
        }

        var draft = await world.AddDraftAsync(Correspondence.Reference, null, "later@alpha.test");
        marks.Add(await MarkAsync(world, world.Caller));
        await world.RunAsync((DeleteDraft o) => o.RunAsync(world.Caller, draft.Id, default));
        marks.Add(await MarkAsync(world, world.Caller));

        marks.Zip(marks.Skip(1)).ShouldAllBe(pair => pair.First != pair.Second);
        (await MarkAsync(world, world.Caller)).ShouldBe(marks[^1]);
        (await MarkAsync(world, stranger)).ShouldBe(theirs);
        foreach (var watched in new[] { new Watched(Correspondence.Reference), new Watched(ConversationId: conversation.Id) })
            (await world.RunAsync((ReadChangeMark o) => o.RunAsync(stranger, watched, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_conversation_changes_with_who_has_it_and_with_what_is_done(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        var watched = new Watched(ConversationId: conversation.Id);
        var before = await MarkAsync(world, world.Caller, watched);

        await world.RunAsync((AssignConversation o) => o.RunAsync(world.Caller, conversation.Id, world.Caller.OwnerId, default));
        var assigned = await MarkAsync(world, world.Caller, watched);
        await world.RunAsync((MarkDone o) => o.RunAsync(world.Caller, conversation.Id, true, null, default));
        var done = await MarkAsync(world, world.Caller, watched);

        new[] { before, assigned, done }.Distinct(StringComparer.Ordinal).Count().ShouldBe(3);
        done.ShouldBe(ReadChangeMark.Of((await world.RunAsync((ReadConversation o) => o.RunAsync(world.Caller, conversation.Id, default))).Value));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_inbox_is_watched_by_index(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var plans = await world.QueryAsync(async db =>
        {
            await db.Database.OpenConnectionAsync();
            if (provider == DatabaseProvider.Postgresql)
                await db.Database.ExecuteSqlRawAsync("SET enable_seqscan = off; SET enable_bitmapscan = off");
            var mark = new ReadChangeMark(db);
            return new[]
            {
                await PlanAsync(db, provider, mark.NewestOf(world.Caller).Select(c => new { c.LastEventAt, c.Id }).Take(1)),
                await PlanAsync(db, provider, mark.LatestHandled(world.Caller).Take(1)),
                await PlanAsync(db, provider, mark.LatestDraft(world.Caller).Take(1)),
            };
        });

        plans[0].ShouldContain("ix_conversations_organisation_id_last_event_at_id");
        plans[1].ShouldContain("ix_handlings_organisation_id_changed_at");
        plans[2].ShouldContain("ix_letters_organisation_id_state_changed_at");
        plans.ShouldAllBe(plan => !plan.Contains("Sort", StringComparison.Ordinal) && !plan.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    private static async Task<string> PlanAsync<T>(VaguemestreDb db, DatabaseProvider provider, IQueryable<T> query)
    {
        await using var command = query.CreateDbCommand();
        command.CommandText = (provider == DatabaseProvider.Sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + command.CommandText;
        var plan = new List<string>();
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            plan.Add(rows.GetValue(rows.FieldCount - 1).ToString()!);
        return string.Join('\n', plan);
    }

    private static async Task<string> MarkAsync(TestWorld world, Caller caller, Watched? watched = null) =>
        (await world.RunAsync((ReadChangeMark o) => o.RunAsync(caller, watched ?? Inbox, default))).Value;
}
