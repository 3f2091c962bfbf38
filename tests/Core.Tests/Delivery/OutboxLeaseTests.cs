using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
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

    [Theory, ClassData(typeof(Databases))]
    public async Task What_another_holds_is_not_taken_before_its_lease_ends(DatabaseProvider provider)
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
        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay]);
    }

    /// <summary>A relay that answers just slower than it may: the exchange ends before the lease does, and nothing is sent twice.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task An_exchange_does_not_outlast_its_lease(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world, async _ =>
        {
            world.Clock.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(1));
            await Task.Yield();
            return TestRelay.Queued;
        });
        await world.WriteToAsync(null, "a@alpha.test", "b@beta.test", "c@gamma.test");

        await using var line = new RelayLine(world.Settings);
        (await world.RunAsync((DeliverDue o) => o.RunAsync(line, default))).ShouldBe(3);

        relay.Taken.Count.ShouldBe(1, "too little is left of the lease to begin another");
        var free = await world.InScopeAsync(s => s.GetRequiredService<VaguemestreDb>().Sendings.CountAsync(x => x.NextAttemptAt != null && x.LeaseId == null));
        free.ShouldBe(2, "what was not begun is free at once");
    }
}
