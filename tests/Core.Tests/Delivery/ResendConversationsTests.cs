using Vaguemestre.Core.Access;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

public sealed class ResendConversationsTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Of_a_selection_each_undelivered_letter_goes_again_once_and_the_rest_says_why_not(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var sent = await world.WriteToAsync(null, "a@alpha.test", "b@beta.test", "c@gamma.test");
        await Undelivered.FailAsync(world, sent[0]);
        await Undelivered.FailAsync(world, sent[1]);
        var unknown = Guid.CreateVersion7();
        Guid[] selection = [sent[0].Id, sent[2].Id, unknown, sent[1].Id, sent[0].Id];

        var outcomes = await ResendAsync(world, world.Caller, selection);

        outcomes.Select(o => (o.ConversationId, o.Problem?.Code)).ShouldBe([(sent[0].Id, null), (sent[2].Id, "not-undelivered"), (unknown, "conversation-not-found"), (sent[1].Id, null)]);
        (await world.EmptyOutboxAsync()).ShouldBe(2);
        (await ResendAsync(world, world.Caller, selection)).ShouldAllBe(o => o.Problem != null);
        (await world.SendingsOfAsync(sent[0].Id)).Count.ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_who_resend_one_selection_at_once_resend_each_letter_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var sent = await world.WriteToAsync(null, "a@alpha.test", "b@beta.test", "c@gamma.test");
        foreach (var conversation in sent)
            await Undelivered.FailAsync(world, conversation);

        var ids = sent.Select(c => c.Id).ToList();
        var outcomes = await Task.WhenAll(Task.Run(() => ResendAsync(world, world.Caller, ids)), Task.Run(() => ResendAsync(world, world.Caller, ids.AsEnumerable().Reverse())));

        outcomes.SelectMany(o => o).Where(o => o.Problem is null).Select(o => o.ConversationId).ShouldBe(ids, ignoreOrder: true);
        (await world.EmptyOutboxAsync()).ShouldBe(3);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_another_organisations_is_not_found(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversation = await Undelivered.OneAsync(world);
        var (_, stranger) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");

        (await ResendAsync(world, Caller.Of(stranger), [conversation.Id])).ShouldHaveSingleItem().Problem!.Code.ShouldBe("conversation-not-found");
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Undelivered);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Selection.Most + 1)]
    public async Task Nothing_and_too_many_are_refused(int count)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);

        var refused = await world.RunAsync((ResendConversations o) => o.RunAsync(world.Caller, Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()), default));

        refused.Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("ids");
    }

    private static async Task<IReadOnlyList<SelectionOutcome>> ResendAsync(TestWorld world, Caller caller, IEnumerable<Guid> ids) =>
        (await world.RunAsync((ResendConversations o) => o.RunAsync(caller, ids, default))).Value;
}
