using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>What breaks between the outbox and its database, where no process is killed.</summary>
public sealed class OutboxFaultsTests
{
    private static readonly RelayAnswer Taken = new(RelayOutcome.Accepted, RelayStage.Content, "relais.test", "250 2.0.0 Ok: queued as 4XyZ", "2.0.0", 250, DsnRequested: true);

    private static readonly RelayAnswer Lost = new(RelayOutcome.AnswerLost, RelayStage.Content, "relais.test", "connection reset", null, null, DsnRequested: true);

    /// <summary>A machine that slept, or a database that was away for minutes.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_worker_that_slept_through_its_lease_takes_a_new_one(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => world.Services.GetRequiredService<Outbox>().RunAsync(stop.Token));
        var first = await world.WriteToOneAsync(email: "a@alpha.test");
        (await ComesAsync(world, relay, 1)).ShouldBeTrue();

        world.Clock.Advance(TimeSpan.FromMinutes(3));
        var second = await world.WriteToOneAsync(email: "b@alpha.test");

        (await ComesAsync(world, relay, 2)).ShouldBeTrue();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
        foreach (var conversation in (Conversation[])[first, second])
            (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay]);
    }

    /// <summary>Here it is the log whose disk is full: nobody foresees everything that may fail on a line.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_line_that_fails_is_replaced_by_another(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, settings => settings.Smtp.Connections = 1);
        await TestRelay.Start(world).DisposeAsync();
        using var stop = new CancellationTokenSource();
        var log = new FailingLog(times: 2);
        var running = Task.Run(() => ActivatorUtilities.CreateInstance<Outbox>(world.Services, log).RunAsync(stop.Token));
        await world.WriteToOneAsync();
        for (var look = 0; look < 500 && !log.IsWhole; look++)
        {
            world.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        log.IsWhole.ShouldBeTrue("the line met the failure");

        await using var relay = TestRelay.Start(world);
        (await ComesAsync(world, relay, 1)).ShouldBeTrue();

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_stop_at_any_moment_leaves_nothing_leased(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await world.WriteToAsync(null, [.. Enumerable.Range(0, 400).Select(i => $"a{i}@alpha.test")]);

        for (var i = 0; i < 25; i++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(i * 2));
            await Should.ThrowAsync<OperationCanceledException>(() => world.Services.GetRequiredService<Outbox>().RunAsync(stop.Token));
            (await world.QueryAsync(db => db.Sendings.CountAsync(s => s.LeaseId != null))).ShouldBe(0);
        }

        await world.EmptyOutboxAsync();
        relay.Taken.Count.ShouldBe(400);
        (await world.QueryAsync(db => db.Facts.CountAsync(f => f.Kind == FactKind.OutcomeUnknown))).ShouldBe(0);
    }

    /// <summary>The database was restarted after it had committed, before it could say so.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task An_outcome_whose_commit_was_not_answered_is_written_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        var leased = await LeaseAsync(world);

        await RecordAsync(world, new Outcome(leased, Taken));
        await RecordAsync(world, new Outcome(leased, Taken));

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay]);
    }

    /// <summary>The same, where the sending was leased again in between.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_release_told_twice_does_not_free_what_was_leased_again(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        var first = await LeaseAsync(world);
        await RecordAsync(world, Outcome.Untouched(first));
        var second = await LeaseAsync(world);

        await RecordAsync(world, Outcome.Untouched(first));

        (await world.SendingsOfAsync(conversation.Id))[0].LeaseId.ShouldBe(second.LeaseId);
    }

    /// <summary>Two mails went: the evidence says so.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_late_acceptance_beside_another_stays_visible(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        var slow = await LeaseAsync(world);
        world.Clock.Advance(TimeSpan.FromMinutes(6));
        await world.RunAsync((RecoverLostLeases o) => o.RunAsync(default));
        await RecordAsync(world, new Outcome(await LeaseAsync(world), Taken));

        await RecordAsync(world, new Outcome(slow, Taken));

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.OutcomeUnknown, FactKind.AcceptedByRelay, FactKind.AcceptedByRelay]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_a_report_told_of_before_it_was_begun_again_does_not_go_again(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync();
        await RecordAsync(world, new Outcome(await LeaseAsync(world), Lost));
        world.Clock.Advance(TimeSpan.FromHours(1));
        var again = await LeaseAsync(world);
        await world.ReportAsync(again, TestReports.Delivered(conversation.Email));

        await RecordAsync(world, Outcome.Untouched(again));
        await world.EmptyOutboxAsync();

        relay.Taken.ShouldBeEmpty();
        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.OutcomeUnknown, FactKind.Delivered]);
    }

    /// <summary>A letter that takes its worker along each time does not go round for ever.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_there_whenever_a_worker_dies_is_given_up_in_the_end(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        for (var death = 0; death < 3; death++)
        {
            await RecordAsync(world, Outcome.Abandoned(await LeaseAsync(world)));
            (await world.StatusOfAsync(conversation.Id)).ShouldBe(death < 2 ? Status.Sending : Status.Undelivered);
            world.Clock.Advance(TimeSpan.FromDays(6));
        }

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.OutcomeUnknown, FactKind.OutcomeUnknown, FactKind.OutcomeUnknown, FactKind.Undelivered]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_given_up_with_an_unknown_outcome_says_that_it_may_have_arrived(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        await RecordAsync(world, new Outcome(await LeaseAsync(world), Lost));
        world.Clock.Advance(TimeSpan.FromDays(6));

        await RecordAsync(world, new Outcome(await LeaseAsync(world), Lost));

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.OutcomeUnknown, FactKind.OutcomeUnknown, FactKind.Undelivered]);
    }

    /// <summary>The letter itself may be what kills the workers.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_held_by_one_dead_worker_after_another_waits_longer_each_time(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        var waits = new List<TimeSpan>();
        for (var death = 0; death < 4; death++)
        {
            await LeaseAsync(world);
            world.Clock.Advance(TimeSpan.FromMinutes(6));
            await world.RunAsync((RecoverLostLeases o) => o.RunAsync(default));
            var due = (await world.SendingsOfAsync(conversation.Id))[0].NextAttemptAt!.Value;
            waits.Add(due - world.Clock.Now());
            world.Clock.Advance(waits[^1]);
        }

        waits[0].ShouldBe(TimeSpan.Zero);
        waits.ShouldBe(waits.Order());
        waits[^1].ShouldBeGreaterThan(TimeSpan.FromSeconds(90));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_whose_file_is_back_goes_at_the_next_attempt(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Mode = DeliveryMode.Plain }, "a@alpha.test");
        await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, "un.pdf", new MemoryStream([1, 2, 3]), default));
        await world.SendAsync(draft.Id);
        var file = world.FilesOnDisk().Single();
        File.Move(file, file + ".away");
        await world.EmptyOutboxAsync();
        File.Move(file + ".away", file);

        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.EmptyOutboxAsync();

        relay.Taken.ShouldHaveSingleItem();
    }

    /// <summary>Throws at its first writings.</summary>
    private sealed class FailingLog(int times) : ILogger<Outbox>
    {
        private int _left = times;

        public bool IsWhole => Volatile.Read(ref _left) <= 0;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Interlocked.Decrement(ref _left) >= 0)
                throw new IOException("No space left on device");
        }
    }

    private static async Task<bool> ComesAsync(TestWorld world, TestRelay relay, int mails)
    {
        for (var look = 0; look < 500 && relay.Taken.Count < mails; look++)
        {
            world.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        return relay.Taken.Count == mails;
    }

    private static async Task<Sending> LeaseAsync(TestWorld world)
    {
        var now = world.Clock.Now();
        return (await world.QueryAsync(db => db.LeaseSendingsAsync(Guid.CreateVersion7(now), now, now.AddMinutes(5), 10, default))).ShouldHaveSingleItem();
    }

    private static Task RecordAsync(TestWorld world, Outcome outcome) => world.RunAsync((RecordOutcomes o) => o.RunAsync([outcome], default));
}
