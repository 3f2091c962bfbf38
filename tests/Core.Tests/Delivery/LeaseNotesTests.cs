using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>What a worker of this machine that was killed had noted. <c>eng/faults</c> kills real ones.</summary>
public sealed class LeaseNotesTests
{
    private static readonly RelayAnswer Taken = new(RelayOutcome.Accepted, RelayStage.Content, "relais.test", "250-2.0.0 Ok\n250 2.0.0 « mis en file » 4XyZ", "2.0.0", 250, DsnRequested: true);

    [Theory, ClassData(typeof(Databases))]
    public async Task Only_what_was_ended_and_not_answered_is_in_doubt_and_nobody_waits_for_the_lease_to_end(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await world.WriteToAsync(null, "repondu@alpha.test", "fini@alpha.test", "pas-commence@alpha.test");
        var (notes, held) = await LeaseAsync(world);
        notes.Ends(held["repondu@alpha.test"].Id);
        notes.Answered(held["repondu@alpha.test"].Id, Taken);
        notes.Ends(held["fini@alpha.test"].Id);
        notes.Dispose();

        (await world.EmptyOutboxAsync()).ShouldBe(2);

        relay.Taken.Select(m => m.Recipients.Single().Address).ShouldBe(["fini@alpha.test", "pas-commence@alpha.test"], ignoreOrder: true);
        (await KindsAsync(world, held["repondu@alpha.test"])).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay]);
        (await KindsAsync(world, held["fini@alpha.test"])).ShouldBe([FactKind.Submitted, FactKind.OutcomeUnknown, FactKind.AcceptedByRelay]);
        (await KindsAsync(world, held["pas-commence@alpha.test"])).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay]);
        var said = (await world.FactsOfAsync(held["repondu@alpha.test"].ConversationId))[1].Content<ServerSaid>();
        (said.Server, said.Reply).ShouldBe((Taken.Server, Taken.Reply));
        NotesOf(world).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_a_living_worker_holds_is_left_to_it(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await world.WriteToOneAsync();
        var (notes, held) = await LeaseAsync(world);
        using var alive = notes;
        notes.Ends(held.Values.Single().Id);

        (await world.EmptyOutboxAsync()).ShouldBe(0);

        relay.Taken.ShouldBeEmpty();
        (await KindsAsync(world, held.Values.Single())).ShouldBe([FactKind.Submitted]);
        NotesOf(world).ShouldHaveSingleItem();
    }

    /// <summary>The machine stopped, and its disk may not have the last lines: what has no line may have been begun.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task Notes_of_before_the_machine_stopped_tell_only_what_was_answered(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await world.WriteToAsync(null, "repondu@alpha.test", "sans-ligne@alpha.test");
        var (notes, held) = await LeaseAsync(world);
        notes.Answered(held["repondu@alpha.test"].Id, Taken);
        notes.Dispose();
        var lines = await File.ReadAllLinesAsync(NotesOf(world).Single(), TestContext.Current.CancellationToken);
        lines[0] = lines[0].Replace("\"Boot\":\"", "\"Boot\":\"autre-", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(NotesOf(world).Single(), lines, TestContext.Current.CancellationToken);

        (await world.EmptyOutboxAsync()).ShouldBe(0);
        world.Clock.Advance(TimeSpan.FromMinutes(6));
        (await world.EmptyOutboxAsync()).ShouldBe(1);

        (await KindsAsync(world, held["repondu@alpha.test"])).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay]);
        (await KindsAsync(world, held["sans-ligne@alpha.test"])).ShouldBe([FactKind.Submitted, FactKind.OutcomeUnknown, FactKind.AcceptedByRelay]);
        NotesOf(world).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_line_that_the_worker_did_not_live_to_end_is_none(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await world.WriteToOneAsync();
        var (notes, held) = await LeaseAsync(world);
        notes.Ends(held.Values.Single().Id);
        notes.Answered(held.Values.Single().Id, Taken);
        notes.Dispose();
        var text = await File.ReadAllTextAsync(NotesOf(world).Single(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(NotesOf(world).Single(), text[..^20], TestContext.Current.CancellationToken);

        (await world.EmptyOutboxAsync()).ShouldBe(1);

        (await KindsAsync(world, held.Values.Single())).ShouldBe([FactKind.Submitted, FactKind.OutcomeUnknown, FactKind.AcceptedByRelay]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Notes_of_what_the_database_has_already_say_nothing_new(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await world.WriteToOneAsync();
        var (notes, held) = await LeaseAsync(world);
        notes.Answered(held.Values.Single().Id, Taken);
        notes.Dispose();
        await world.RunAsync((RecordOutcomes o) => o.RunAsync([new Outcome(held.Values.Single(), Taken)], default));

        (await world.EmptyOutboxAsync()).ShouldBe(0);

        (await KindsAsync(world, held.Values.Single())).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay]);
        NotesOf(world).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Nothing_remains_of_what_went_well(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await world.WriteToAsync(null, [.. Enumerable.Range(0, 40).Select(i => $"a{i}@alpha.test")]);

        (await world.EmptyOutboxAsync()).ShouldBe(40);

        Directory.Exists(LeaseNotes.FolderOf(world.Settings)).ShouldBeTrue();
        NotesOf(world).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Where_no_notes_can_be_kept_letters_go_all_the_same(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await world.WriteToOneAsync();
        await File.WriteAllTextAsync(LeaseNotes.FolderOf(world.Settings), "un fichier à la place du dossier", TestContext.Current.CancellationToken);

        (await world.EmptyOutboxAsync()).ShouldBe(1);

        relay.Taken.ShouldHaveSingleItem();
    }

    /// <summary>Leases all that is due, as a worker of this machine does, for five minutes.</summary>
    private static async Task<(LeaseNotes Notes, Dictionary<string, Sending> Held)> LeaseAsync(TestWorld world)
    {
        var (lease, now) = (Guid.CreateVersion7(), world.Clock.Now());
        var due = await world.RunAsync((LeaseDue o) => o.RunAsync(lease, now.AddMinutes(5), 10, default));
        return (LeaseNotes.Begin(LeaseNotes.FolderOf(world.Settings), lease, [.. due.Select(d => d.Sending.Id)]), due.ToDictionary(d => d.Email, d => d.Sending));
    }

    private static Task<IReadOnlyList<FactKind>> KindsAsync(TestWorld world, Sending sending) => world.KindsOfAsync(sending.ConversationId);

    private static string[] NotesOf(TestWorld world) => Directory.Exists(LeaseNotes.FolderOf(world.Settings)) ? Directory.GetFiles(LeaseNotes.FolderOf(world.Settings)) : [];
}
