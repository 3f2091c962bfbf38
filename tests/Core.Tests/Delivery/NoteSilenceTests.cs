using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

public sealed class NoteSilenceTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Silence_becomes_a_fact_after_the_waiting_time_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync();
        await world.EmptyOutboxAsync();

        world.Clock.Advance(TimeSpan.FromHours(4) - TimeSpan.FromSeconds(1));
        (await NoteAsync(world)).ShouldBe(0);
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        (await NoteAsync(world)).ShouldBe(1);
        (await NoteAsync(world)).ShouldBe(0);

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Relayed);
        (await world.FactsOfAsync(conversation.Id))[^1].Content<Silence>().AcceptedAt.ShouldBe(TestWorld.Start);
        await world.ReportAsync((await world.SendingsOfAsync(conversation.Id))[0], TestReports.Delivered("contact@alpha.test"));
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Delivered);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_report_in_time_leaves_no_silence_and_a_delay_is_no_report(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversations = await world.WriteToAsync(null, "a@alpha.test", "b@beta.test");
        await world.EmptyOutboxAsync();
        await world.ReportAsync((await world.SendingsOfAsync(conversations[0].Id))[0], TestReports.Delivered("a@alpha.test"));
        await world.ReportAsync((await world.SendingsOfAsync(conversations[1].Id))[0], TestReports.Delayed("b@beta.test"));

        world.Clock.Advance(TimeSpan.FromHours(5));
        (await NoteAsync(world)).ShouldBe(1);

        (await world.StatusOfAsync(conversations[0].Id)).ShouldBe(Status.Delivered);
        (await world.KindsOfAsync(conversations[1].Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay, FactKind.Delayed, FactKind.NoReport]);
    }

    private static Task<int> NoteAsync(TestWorld world) => world.RunAsync((NoteSilence o) => o.RunAsync(default));
}
