using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Inbox;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Tracking;

public sealed class InboxTests
{
    private static readonly InboxFilter All = new();

    [Theory, ClassData(typeof(Databases))]
    public async Task Each_part_holds_what_waits_and_counts_it(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var late = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true, ReplyDue = TestWorld.Start.AddDays(1) }, "late@alpha.test");
        world.Clock.Advance(TimeSpan.FromDays(2));
        var due = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true, ReplyDue = TestWorld.Start.AddDays(5) }, "due@alpha.test");
        await world.WriteToOneAsync(new DraftInput { ReplyExpected = true, ReplyDue = TestWorld.Start.AddDays(50) }, "far@alpha.test");
        var replied = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true, ReplyDue = TestWorld.Start.AddDays(5) }, "replied@alpha.test");
        await world.OpenAsync(replied);
        await world.ReplyAsync(replied);
        var failed = await FailedAsync(world, "failed@alpha.test");
        var draft = await world.AddDraftAsync(Correspondence.Reference, null, "later@alpha.test");

        (await IdsAsync(world, InboxPart.Replies)).ShouldBe([replied.Id]);
        (await IdsAsync(world, InboxPart.Undelivered)).ShouldBe([failed.Id]);
        (await IdsAsync(world, InboxPart.Late)).ShouldBe([late.Id]);
        (await IdsAsync(world, InboxPart.Due)).ShouldBe([due.Id]);
        (await IdsAsync(world, InboxPart.Drafts)).ShouldBe([draft.Id]);
        (await CountAsync(world, world.Caller)).ShouldBe(2);

        var reply = await world.QueryAsync(db => db.Replies.SingleAsync());
        await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, replied.Id, reply.Id, default));
        await world.RunAsync((CorrectAddress o) => o.RunAsync(world.Caller, failed.Id, "right@alpha.test", default));
        await world.OpenAsync(late);
        await world.ReplyAsync(late);
        (await CountAsync(world, world.Caller)).ShouldBe(1, "only the late reply");
        (await IdsAsync(world, InboxPart.Undelivered)).ShouldBeEmpty("it continues at another address");
        (await IdsAsync(world, InboxPart.Late)).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_bounce_that_changes_nothing_asks_for_nobody(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var again = await FailedAsync(world, "again@alpha.test");
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.RunAsync((ResendConversation o) => o.RunAsync(world.Caller, again.Id, default));
        await world.EmptyOutboxAsync();
        var sendings = await world.SendingsOfAsync(again.Id);
        await world.ReportAsync(sendings[1], TestReports.Delivered("again@alpha.test"));
        var twice = await FailedAsync(world, "twice@alpha.test");
        var seen = TestWorld.Start.AddMinutes(1);
        foreach (var id in new[] { again.Id, twice.Id })
            (await DoneAsync(world, id)).Value.ShouldBeTrue();
        await world.QueryAsync(db => db.News.ExecuteDeleteAsync());

        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.ReportAsync(sendings[0], TestReports.Failed("again@alpha.test"));
        await world.ReportAsync((await world.SendingsOfAsync(twice.Id))[0], TestReports.Failed("twice@alpha.test"));

        (await world.QueryAsync(db => db.News.CountAsync())).ShouldBe(0, "one was delivered since, the other is known to have failed");
        (await world.QueryAsync(db => db.Conversations.CountAsync(c => c.DoneAt != null))).ShouldBe(2);
        foreach (var id in new[] { again.Id, twice.Id })
        {
            await world.RunAsync((MarkDone o) => o.RunAsync(world.Caller, id, false, null, default));
            (await world.RunAsync((MarkDone o) => o.RunAsync(world.Caller, id, true, seen, default))).Value.ShouldBeTrue("nor does it keep from being done");
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_reply_that_no_link_can_bring_any_more_is_not_awaited(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var ended = await world.WriteToAsync(new DraftInput { ReplyExpected = true, ReplyDue = TestWorld.Start.AddDays(1) }, "a@alpha.test", "b@beta.test");
        (await IdsAsync(world, InboxPart.Due)).Count.ShouldBe(2);

        foreach (var conversation in ended)
            await world.RunAsync((EndLink o) => o.RunAsync(world.Caller, conversation.Id, default));

        (await IdsAsync(world, InboxPart.Due)).ShouldBeEmpty();
        world.Clock.Advance(TimeSpan.FromDays(2));
        (await IdsAsync(world, InboxPart.Late)).ShouldBeEmpty();
        (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter { Late = true }, null, 10, default))).Value.Items.ShouldBeEmpty();
        (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter(), null, 10, default))).Value.Items.ShouldAllBe(row => !row.IsAwaited && !row.IsLate(world.Clock.GetUtcNow()));
        var folded = (await world.RunAsync((ListLetters o) => o.RunAsync(world.Caller, new ConversationFilter { Reference = Correspondence.Reference }, null, 10, default))).Value.Items.ShouldHaveSingleItem();
        (folded.Conversations, folded.NotAsked, folded.Awaited).ShouldBe((2, 2, 0));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_reply_is_awaited_from_the_corrected_address_alone(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var due = TestWorld.Start.AddDays(1);
        var wrong = await FailedAsync(world, "wrong@alpha.test", new DraftInput { ReplyExpected = true, ReplyDue = due });
        var right = (await world.RunAsync((CorrectAddress o) => o.RunAsync(world.Caller, wrong.Id, "right@alpha.test", default))).Value;
        (await IdsAsync(world, InboxPart.Due)).ShouldBe([right.Id]);
        world.Clock.Advance(TimeSpan.FromDays(2));
        (await IdsAsync(world, InboxPart.Late)).ShouldBe([right.Id]);
        (await LateAsync()).ShouldBe([right.Id]);

        await world.OpenAsync(right);
        await world.ReplyAsync(right);

        (await IdsAsync(world, InboxPart.Late)).ShouldBeEmpty();
        (await LateAsync()).ShouldBeEmpty();

        async Task<IEnumerable<Guid?>> LateAsync() =>
            (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter { Late = true, LateAt = world.Clock.GetUtcNow() }, null, 50, default))).Value.Items.Select(r => r.Id);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_done_leaves_until_something_new_comes(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var replied = await RepliedAsync(world, "a@alpha.test");
        var failed = await FailedAsync(world, "b@beta.test");
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        foreach (var conversation in new[] { replied, failed })
            (await DoneAsync(world, conversation.Id)).Value.ShouldBeTrue();
        (await CountAsync(world, world.Caller)).ShouldBe(0);
        (await IdsAsync(world, InboxPart.Replies, All with { Done = true })).ShouldBe([failed.Id, replied.Id], ignoreOrder: true);

        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.ReplyAsync(replied, "Encore un mot.");
        (await IdsAsync(world, InboxPart.Replies)).ShouldBe([replied.Id]);

        await world.RunAsync((ResendConversation o) => o.RunAsync(world.Caller, failed.Id, default));
        (await IdsAsync(world, InboxPart.Undelivered)).ShouldBeEmpty();
        await world.ReportAsync((await world.SendingsOfAsync(failed.Id))[^1], TestReports.Failed(failed.Email));
        (await IdsAsync(world, InboxPart.Undelivered)).ShouldBe([failed.Id], "it failed again");
        (await IdsAsync(world, InboxPart.Replies, All with { Done = true })).ShouldBeEmpty();

        (await DoneAsync(world, failed.Id)).Value.ShouldBeTrue();
        (await world.RunAsync((MarkDone o) => o.RunAsync(world.Caller, failed.Id, false, null, default))).Value.ShouldBeFalse();
        (await IdsAsync(world, InboxPart.Undelivered)).ShouldBe([failed.Id]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_the_relay_refuses_comes_back_too(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world, new Mail.Smtp.SmtpReply(550, "5.1.1 Unknown"));
        var conversation = await world.WriteToOneAsync();
        (await DoneAsync(world, conversation.Id)).Value.ShouldBeTrue();

        await world.EmptyOutboxAsync();

        (await IdsAsync(world, InboxPart.Undelivered)).ShouldBe([conversation.Id]);
        (await world.QueryAsync(db => db.News.SingleAsync())).ConversationId.ShouldBe(conversation.Id);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_came_after_the_page_was_shown_is_not_done_by_it(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var replied = await RepliedAsync(world, "a@alpha.test");
        var seen = await SeenAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.ReplyAsync(replied, "Encore un mot.");

        (await world.RunAsync((MarkDone o) => o.RunAsync(world.Caller, replied.Id, true, seen, default))).Problem!.Code.ShouldBe(MarkDone.Changed);
        (await IdsAsync(world, InboxPart.Replies)).ShouldBe([replied.Id]);

        seen = await SeenAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var reply = await world.QueryAsync(db => db.Replies.OrderBy(r => r.At).Select(r => r.Id).FirstAsync());
        await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, replied.Id, reply, default));
        (await world.RunAsync((MarkDone o) => o.RunAsync(world.Caller, replied.Id, true, seen, default))).Value.ShouldBeTrue("a reading asks for nobody");

        Task<DateTimeOffset> SeenAsync() => world.QueryAsync(db => db.Conversations.Where(c => c.Id == replied.Id).Select(c => c.LastEventAt).SingleAsync());
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_conversation_is_given_to_a_colleague_taken_off_and_found_by_whose_it_is(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var samir = await world.AddAgentAsync("Samir Benali", "samir.benali@montrevel.test");
        var (one, other) = (await RepliedAsync(world, "a@alpha.test"), await RepliedAsync(world, "b@beta.test"));

        (await AssignAsync(world, world.Caller, one.Id, samir.Id)).Value!.Name.ShouldBe("Samir Benali");

        (await IdsAsync(world, InboxPart.Replies)).ShouldBe([one.Id, other.Id], ignoreOrder: true);
        (await IdsAsync(world, InboxPart.Replies, new InboxFilter(InboxWhose.Mine))).ShouldBeEmpty();
        (await IdsAsync(world, InboxPart.Replies, new InboxFilter(InboxWhose.Mine), Caller.Of(samir))).ShouldBe([one.Id]);
        (await IdsAsync(world, InboxPart.Replies, new InboxFilter(InboxWhose.Nobodys))).ShouldBe([other.Id]);
        var view = await ReadAsync(world, one.Id);
        (view.Assignee, view.AssignedBy, view.AssignedAt).ShouldBe((new Colleague(samir.Id, "Samir Benali"), "Camille Durand", TestWorld.Start));
        var rows = (await world.RunAsync((ReadInbox o) => o.RunAsync(world.Caller, InboxPart.Replies, All, null, 10, default))).Value.Rows;
        rows.Select(r => (r.Row.Id, r.AssigneeId, r.Assignee)).ShouldBe([(one.Id, samir.Id, "Samir Benali"), (other.Id, null, null)], ignoreOrder: true);

        (await AssignAsync(world, Caller.Of(samir), one.Id, null)).Value.ShouldBeNull();
        (await ReadAsync(world, one.Id)).Assignee.ShouldBeNull();
        (await world.KindsOfAsync(one.Id)).ShouldBe([FactKind.Submitted, FactKind.Opened, FactKind.Replied], "how a buyer shares its work is no fact");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisation_sees_gives_and_does_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var replied = await RepliedAsync(world, "a@alpha.test");
        var stranger = (await world.AddOrganisationAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test")).Agent;
        var caller = Caller.Of(stranger);

        (await IdsAsync(world, InboxPart.Replies, caller: caller)).ShouldBeEmpty();
        (await CountAsync(world, caller)).ShouldBe(0);
        (await AssignAsync(world, caller, replied.Id, stranger.Id)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await AssignAsync(world, world.Caller, replied.Id, stranger.Id)).Problem!.Code.ShouldBe("agent-not-found");
        (await world.RunAsync((MarkDone o) => o.RunAsync(caller, replied.Id, true, null, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await world.RunAsync((ReadHandling o) => o.RunAsync(caller, replied.Id, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await world.RunAsync((ReadHandling o) => o.ColleaguesAsync(caller, default))).Select(c => c.Name).ShouldBe(["Lou Martin"]);
        (await IdsAsync(world, InboxPart.Replies)).ShouldBe([replied.Id]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_agents_at_once_undo_nothing_of_each_other(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var samir = await world.AddAgentAsync("Samir Benali", "samir.benali@montrevel.test");
        var conversations = await world.WriteToAsync(new DraftInput { ReplyExpected = true }, [.. Enumerable.Range(0, 10).Select(i => $"a{i}@alpha.test")]);

        await Task.WhenAll(conversations.SelectMany(c => new[]
        {
            Task.Run(async () => (await AssignAsync(world, world.Caller, c.Id, samir.Id)).Succeeded.ShouldBeTrue()),
            Task.Run(async () => (await world.RunAsync((MarkDone o) => o.RunAsync(Caller.Of(samir), c.Id, true, null, default))).Succeeded.ShouldBeTrue()),
        }));

        foreach (var conversation in conversations)
        {
            var view = await ReadAsync(world, conversation.Id);
            (view.Assignee?.Name, view.AssignedBy, view.DoneBy, view.DoneAt).ShouldBe(("Samir Benali", "Camille Durand", "Samir Benali", TestWorld.Start));
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Counting_stops_at_a_hundred_and_pages_hold_every_row_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var due = TestWorld.Start.AddDays(3);
        var sent = await world.WriteToAsync(new DraftInput { ReplyExpected = true, ReplyDue = due }, [.. Enumerable.Range(0, 130).Select(i => $"a{i}@alpha.test")]);
        await world.QueryAsync(db => db.Conversations.ExecuteUpdateAsync(c => c.SetProperty(x => x.Status, Status.Undelivered)));

        foreach (var part in new[] { InboxPart.Undelivered, InboxPart.Due })
        {
            var seen = new List<Guid>();
            string? next = null;
            do
            {
                var page = (await world.RunAsync((ReadInbox o) => o.RunAsync(world.Caller, part, All, next, 50, default))).Value;
                page.Count.ShouldBe(100);
                seen.AddRange(page.Rows.Select(r => r.Row.Id!.Value));
                next = page.Next;
            }
            while (next is not null && seen.Count < 200);
            seen.ShouldBe(sent.Select(c => c.Id), ignoreOrder: true, part.ToString());
        }

        (await world.RunAsync((ReadInbox o) => o.RunAsync(world.Caller, InboxPart.Replies, All, "n'importe quoi", 50, default))).Problem!.Errors[0].Field.ShouldBe("cursor");
    }

    /// <summary>What a page counts is read by the index of what waits, whatever number is done.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task What_waits_is_found_by_its_own_index(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);

        (await PlanAsync(world, InboxPart.Replies)).ShouldContain("ix_conversations_unread_replies");
        (await PlanAsync(world, InboxPart.Undelivered)).ShouldContain("ix_conversations_failures");
        (await PlanAsync(world, InboxPart.Late)).ShouldContain("ix_conversations_organisation_id_awaited_until_id");
    }

    private static Task<string> PlanAsync(TestWorld world, InboxPart part) => world.QueryAsync(async db =>
    {
        await db.Database.OpenConnectionAsync();
        if (world.Settings.Database.Provider == DatabaseProvider.Postgresql)
            await db.Database.ExecuteSqlRawAsync("SET enable_seqscan = off; SET enable_bitmapscan = off");
        await using var command = ReadInbox.Sorted(new ReadInbox(db, world.Clock).Waiting(world.Caller, part), part, null).Take(ReadInbox.MostCounted).CreateDbCommand();
        command.CommandText = (world.Settings.Database.Provider == DatabaseProvider.Sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + command.CommandText;
        var plan = new List<string>();
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            plan.Add(rows.GetValue(rows.FieldCount - 1).ToString()!);
        return string.Join('\n', plan);
    });

    [Theory, ClassData(typeof(Databases))]
    public async Task A_selection_is_given_and_done_each_for_itself(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var colleague = await world.AddAgentAsync("Samir Benali", "samir.benali@montrevel.test");
        var first = await RepliedAsync(world, "a@alpha.test");
        var second = await RepliedAsync(world, "b@beta.test");
        var (_, stranger) = await world.AddOrganisationAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test");
        Guid[] both = [first.Id, second.Id, first.Id];

        (await AssignAsync(world, world.Caller, both, colleague.Id)).Value.ShouldBe([new SelectionOutcome(first.Id, null), new SelectionOutcome(second.Id, null)]);
        (await IdsAsync(world, InboxPart.Replies, All with { Whose = InboxWhose.Nobodys })).ShouldBeEmpty();
        (await AssignAsync(world, world.Caller, both, stranger.Id)).Problem!.Code.ShouldBe(AssignConversation.NoSuchAgent);
        (await AssignAsync(world, Caller.Of(stranger), both, null)).Value.ShouldAllBe(o => o.Problem!.Code == "conversation-not-found");
        (await AssignAsync(world, world.Caller, [], null)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("ids");
        (await AssignAsync(world, world.Caller, Enumerable.Range(0, Selection.Most + 1).Select(i => Guid.CreateVersion7(TestWorld.Start.AddSeconds(i))), null)).Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("200");

        var seen = await world.QueryAsync(db => db.Conversations.Select(c => new { c.Id, c.LastEventAt }).ToDictionaryAsync(c => c.Id, c => c.LastEventAt));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.ReplyAsync(second);
        var done = (await MarkAsync(world, world.Caller, [new(first.Id, seen[first.Id]), new(second.Id, seen[second.Id]), new(Guid.Empty, null)], true)).Value;
        done.Select(o => o.Problem?.Code).ShouldBe([null, MarkDone.Changed, "conversation-not-found"]);
        (await IdsAsync(world, InboxPart.Replies)).ShouldBe([second.Id]);
        (await MarkAsync(world, Caller.Of(stranger), [new(first.Id, null)], false)).Value[0].Problem!.Code.ShouldBe("conversation-not-found");
        (await MarkAsync(world, world.Caller, [new(first.Id, null)], false)).Value[0].Problem.ShouldBeNull();
        (await IdsAsync(world, InboxPart.Replies)).Count.ShouldBe(2);
    }

    private static Task<Result<IReadOnlyList<SelectionOutcome>>> AssignAsync(TestWorld world, Caller caller, IEnumerable<Guid> ids, Guid? agent) =>
        world.RunAsync((AssignConversations o) => o.RunAsync(caller, ids, agent, default));

    private static Task<Result<IReadOnlyList<SelectionOutcome>>> MarkAsync(TestWorld world, Caller caller, IEnumerable<ShownConversation> shown, bool done) =>
        world.RunAsync((MarkConversationsDone o) => o.RunAsync(caller, shown, done, default));

    private static async Task<Conversation> RepliedAsync(TestWorld world, string email)
    {
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true }, email);
        await world.OpenAsync(conversation);
        await world.ReplyAsync(conversation);
        return conversation;
    }

    private static async Task<Conversation> FailedAsync(TestWorld world, string email, DraftInput? input = null)
    {
        var conversation = await world.WriteToOneAsync(input, email);
        await world.ReportAsync((await world.SendingsOfAsync(conversation.Id))[0], TestReports.Failed(email));
        return conversation;
    }

    private static async Task<IReadOnlyList<Guid>> IdsAsync(TestWorld world, InboxPart part, InboxFilter? filter = null, Caller? caller = null)
    {
        var section = (await world.RunAsync((ReadInbox o) => o.RunAsync(caller ?? world.Caller, part, filter ?? All, null, 50, default))).Value;
        section.Count.ShouldBe(section.Rows.Count);
        return [.. section.Rows.Select(r => r.Row.Id ?? r.Row.LetterId)];
    }

    private static Task<int> CountAsync(TestWorld world, Caller caller) => world.RunAsync((ReadInbox o) => o.CountWaitingAsync(caller, default));

    private static Task<Result<bool>> DoneAsync(TestWorld world, Guid id) => world.RunAsync((MarkDone o) => o.RunAsync(world.Caller, id, true, null, default));

    private static Task<Result<Colleague?>> AssignAsync(TestWorld world, Caller caller, Guid id, Guid? agent) => world.RunAsync((AssignConversation o) => o.RunAsync(caller, id, agent, default));

    private static async Task<HandlingView> ReadAsync(TestWorld world, Guid id) => (await world.RunAsync((ReadHandling o) => o.RunAsync(world.Caller, id, default))).Value;
}
