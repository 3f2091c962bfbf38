using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Journal;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

public sealed class OutboxLeaseTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Four_workers_at_once_send_each_of_two_hundred_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversations = await world.WriteToAsync(null, [.. Enumerable.Range(0, 200).Select(i => $"a{i}@alpha.test")]);

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => world.EmptyOutboxAsync())));

        taken.Sum().ShouldBe(200);
        relay.Taken.Select(m => m.Recipients.Single().Address).ShouldBe(conversations.Select(c => c.Email), ignoreOrder: true);
        (await world.QueryAsync(db => db.Facts.CountAsync(f => f.Kind == FactKind.AcceptedByRelay))).ShouldBe(200);
    }

    /// <summary>A worker that died holding letters: nobody knows whether the relay has them.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task What_another_holds_goes_again_only_when_its_lease_ends_and_says_so(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync();
        var now = world.Clock.Now();
        var first = await world.QueryAsync(db => db.LeaseSendingsAsync(Guid.CreateVersion7(), now, now.AddMinutes(5), 10, default));
        first.ShouldHaveSingleItem().ConversationId.ShouldBe(conversation.Id);

        world.Clock.Advance(TimeSpan.FromMinutes(5));
        (await world.EmptyOutboxAsync()).ShouldBe(0);
        world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await world.EmptyOutboxAsync()).ShouldBe(1);

        relay.Taken.ShouldHaveSingleItem();
        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.OutcomeUnknown, FactKind.AcceptedByRelay]);
    }

    /// <summary>The report tells that the relay had taken it before its worker died: no second mail is needed.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task What_a_dead_worker_held_and_a_report_told_of_does_not_go_again(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync();
        var now = world.Clock.Now();
        await world.QueryAsync(db => db.LeaseSendingsAsync(Guid.CreateVersion7(), now, now.AddMinutes(5), 10, default));
        await world.ReportAsync((await world.SendingsOfAsync(conversation.Id))[0], TestReports.Delivered(conversation.Email));

        world.Clock.Advance(TimeSpan.FromMinutes(6));
        (await world.EmptyOutboxAsync()).ShouldBe(0);

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.Delivered]);
        (await world.SendingsOfAsync(conversation.Id))[0].LeaseId.ShouldBeNull();
    }

    /// <summary>The lease was lost, its mail was not: said, it spares a double.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task That_the_relay_took_it_is_written_even_when_the_lease_was_lost(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world, async _ =>
        {
            await world.QueryAsync(db => db.Sendings.ExecuteUpdateAsync(s => s.SetProperty(x => x.LeaseId, (Guid?)null).SetProperty(x => x.LeaseUntil, (DateTimeOffset?)null).SetProperty(x => x.NextAttemptAt, TestWorld.Start.AddHours(1))));
            return TestRelay.Queued;
        });
        var conversation = await world.WriteToOneAsync();

        await world.EmptyOutboxAsync();
        world.Clock.Advance(TimeSpan.FromHours(2));
        await world.EmptyOutboxAsync();

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay]);
        relay.Taken.ShouldHaveSingleItem();
    }

    /// <summary>A worker that slept through its lease: the outcome it brings back is not its to write.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task Who_lost_the_lease_writes_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var calls = 0;
        await using var relay = TestRelay.Start(world, async _ =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                var now = world.Clock.Now();
                await world.QueryAsync(db => db.Sendings.ExecuteUpdateAsync(s => s.SetProperty(x => x.LeaseId, Guid.CreateVersion7()).SetProperty(x => x.LeaseUntil, now.AddMinutes(5))));
                return new SmtpReply(550, "5.1.1 too late");
            }

            return TestRelay.Queued;
        });
        var conversation = await world.WriteToOneAsync();

        await world.EmptyOutboxAsync();
        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted]);

        world.Clock.Advance(TimeSpan.FromMinutes(6));
        await world.EmptyOutboxAsync();
        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.OutcomeUnknown, FactKind.AcceptedByRelay]);
    }

    /// <summary>A relay that is slow with each of many: what the carriage holds stays its own.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_lease_is_renewed_while_it_serves(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world, async mail =>
        {
            world.Clock.Advance(TimeSpan.FromSeconds(30));
            for (var i = 0; i < 200 && await world.QueryAsync(db => db.Sendings.AnyAsync(s => s.LeaseUntil < world.Clock.Now().AddSeconds(70))); i++)
                await Task.Delay(10);
            return TestRelay.Queued;
        });
        world.Settings.Smtp.Connections = 1;
        var conversations = await world.WriteToAsync(null, [.. Enumerable.Range(0, 8).Select(i => $"a{i}@alpha.test")]);

        (await world.EmptyOutboxAsync()).ShouldBe(8);

        relay.Taken.Count.ShouldBe(8);
        foreach (var conversation in conversations)
            (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay]);
    }
}
