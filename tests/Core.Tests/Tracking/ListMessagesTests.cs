using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters.Historique;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking;
using Vaguemestre.TestKit.World;
using static Vaguemestre.TestKit.World.Historique;

namespace Vaguemestre.Core.Tests.Tracking;

public sealed class ListMessagesTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Messages_and_replies_are_lines_of_their_own_newest_first(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync(Reference, Before);
        var first = await world.SendMessageAsync("Un", "a@alpha.test", "b@beta.test");
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.SendMessageAsync("Deux", "c@gamma.test");
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.OpenAsync(first[0]);
        await world.ReplyAsync(first[0], "Merci.", ("a.txt", [65]));
        await world.AddDraftAsync(Reference, null, "z@zeta.test");

        var rows = await ListAsync(world, consultation, 50);

        rows.Select(r => (r.Kind, r.Subject, r.From, r.FirstRecipient, r.Recipients, r.Files, r.Acknowledged)).ShouldBe(
        [
            (MessageKind.Reply, "Un", "a@alpha.test", null, 0, 1, 0),
            (MessageKind.Sent, "Deux", "Camille Durand", "c@gamma.test", 1, 0, 0),
            (MessageKind.Sent, "Un", "Camille Durand", "a@alpha.test", 2, 0, 1),
        ]);
        rows[2].AcknowledgedAt.ShouldBe(TestWorld.Start.AddMinutes(2));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Pages_of_any_length_make_the_whole_list(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync(Reference, Before);
        // Nothing moves the clock: ours all have one instant, and what was imported comes after.
        for (var i = 0; i < 4; i++)
        {
            var sent = (await world.SendMessageAsync($"Message {i}", "a@alpha.test"))[0];
            await world.OpenAsync(sent);
            await world.ReplyAsync(sent);
        }

        (await world.RunAsync((ImportHistorique o) => o.RunAsync(world.Caller, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Sample)), default))).Refused.ShouldBeFalse();
        var all = await ListAsync(world, consultation, 50);

        all.Count.ShouldBe(10);
        all.Select(r => r.At).ShouldBeInOrder(SortDirection.Descending);
        all[^1].Kind.ShouldBe(MessageKind.ImportedSent);
        foreach (var length in new[] { 1, 3, 7 })
            (await ListAsync(world, consultation, length)).ShouldBe(all);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Letters_of_the_other_edition_are_told_apart_or_left_out(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync(Reference, Before);
        var message = (await world.SendMessageAsync("Message", "a@alpha.test"))[0];
        await world.OpenAsync(message);
        await world.ReplyAsync(message);
        await world.AddConsultationAsync(Reference);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var letter = (await world.SendAsync((await world.AddDraftAsync(Reference, new DraftInput { Subject = "Courrier", BodyHtml = "<p>Bonjour.</p>", ReplyExpected = true }, "a@alpha.test")).Id))[0];
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.OpenAsync(letter);
        await world.ReplyAsync(letter);

        (await ListAsync(world, consultation, 50)).Select(r => (r.Subject, r.IsReply, r.IsOfLetter, r.ConversationId)).ShouldBe(
            [("Courrier", true, true, letter.Id), ("Courrier", false, true, (Guid?)null), ("Message", true, false, message.Id), ("Message", false, false, null)],
            ignoreOrder: true);
        (await world.RunAsync((ListMessages o) => o.RunAsync(world.Caller, consultation, null, 50, default, onlyHistorique: true))).Value.Items.Select(r => (r.Subject, r.IsReply)).ShouldBe([("Message", true), ("Message", false)], ignoreOrder: true);
        (await world.RunAsync((ReadMessage o) => o.RunAsync(world.Caller, letter.LetterId, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    private static async Task<IReadOnlyList<MessageRow>> ListAsync(TestWorld world, Consultation consultation, int length)
    {
        var rows = new List<MessageRow>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await world.RunAsync((ListMessages o) => o.RunAsync(world.Caller, consultation, cursor, length, default))).Value;
            page.Items.Count.ShouldBeLessThanOrEqualTo(length);
            rows.AddRange(page.Items);
            cursor = page.Next;
        }

        return rows;
    }
}
