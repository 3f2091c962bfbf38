using System.Net;
using Vaguemestre.Core;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

public sealed class EventsTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Facts_come_in_order_once_each_and_after_the_last_there_are_none(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        for (var i = 0; i < 4; i++)
        {
            await api.SentAsync();
            world.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        world.Clock.Advance(TimeSpan.FromSeconds(3));
        var (kinds, ids, after) = (new List<string>(), new List<Guid>(), (string?)null);
        do
        {
            var page = (await api.AskAsync($"events?limit=3&after={after}")).ShouldBe(HttpStatusCode.OK);
            kinds.AddRange(page.Items.Select(e => e.GetProperty("kind").GetString()!));
            ids.AddRange(page.Items.Select(e => e.GetProperty("id").GetGuid()));
            after = page.Text("next");
        }
        while (after is not null);

        kinds.Count(k => k == "consultation-created").ShouldBe(1);
        kinds.Count(k => k == "submitted").ShouldBe(4);
        kinds.Count.ShouldBe(1 + (4 * 3));
        ids.ShouldBe(ids.Distinct().Order());
        var rest = await api.AskAsync($"events?after={ids[^1]}");
        (rest.Items.Count, rest.Text("next")).ShouldBe((0, null));

        await api.DraftAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(3));
        (await api.AskAsync($"events?after={ids[^1]}")).Items.Single().GetProperty("kind").GetString().ShouldBe("draft-created");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_fact_is_told_once_it_has_settled(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        await world.AddConsultationAsync();

        (await api.AskAsync("events")).Items.ShouldBeEmpty();
        world.Clock.Advance(TimeSpan.FromMilliseconds(2001));
        var told = (await api.AskAsync("events")).Items.Single();

        told.GetProperty("subject").GetProperty("kind").GetString().ShouldBe("consultation");
        (told.GetProperty("sequence").GetInt32(), told.GetProperty("at").GetString()).ShouldBe((1, "2026-03-02T09:00:00.000000Z"));
        told.GetProperty("details").GetProperty("reference").GetString().ShouldBe("2026-T-014");
    }

    [Fact]
    public async Task A_place_that_is_none_is_told()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);

        (await world.Api().AskAsync("events?after=hier")).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["after"]);
    }
}
