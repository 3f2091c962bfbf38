using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Tracking;

public sealed class LiveTests
{
    private const int MostOfOneAgent = 8;

    [Theory, ClassData(typeof(Databases))]
    public async Task An_open_page_is_told_that_something_changed_and_not_what(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = await SentAsync(world);
        var agent = await world.AgentAsync();
        foreach (var page in new[] { "/consultations/2026-T-014/suivi", $"/conversations/{conversation.Id}", "/reception" })
        {
            var stream = page + "/evenements";
            var shown = (await agent.PageAsync(page)).One("[data-live]");
            shown.GetAttribute("data-live").ShouldBe(stream);
            using var reader = new StreamReader(await agent.GetStreamAsync(stream));
            (await EventAsync(reader)).ShouldBe(("changed", shown.GetAttribute("data-live-mark")!));

            world.Clock.Advance(TimeSpan.FromSeconds(1));
            await world.InScopeAsync(services => services.GetRequiredService<VisitLetter>().RunAsync(services.GetRequiredService<PersonalLink>().TokenOf(conversation.Id), new Visitor("GET", "Firefox, " + page), default));
            var next = EventAsync(reader);
            while (!next.IsCompleted)
            {
                world.Clock.Advance(TimeSpan.FromSeconds(2));
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            var (kind, mark) = await next;
            kind.ShouldBe("changed");
            mark.ShouldNotBe(shown.GetAttribute("data-live-mark"));
            mark.ShouldBe((await agent.PageAsync(page)).One("[data-live]").GetAttribute("data-live-mark"));
            mark.ShouldNotContain("alpha");
        }
    }

    /// <summary>A conversation's page lists its attestations; the table of its consultation tells nothing of them.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task An_attestation_changes_the_page_of_its_conversation_alone(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = await SentAsync(world);
        var agent = await world.AgentAsync();
        var (follow, page) = ("/consultations/2026-T-014/suivi", $"/conversations/{conversation.Id}");
        var (before, one) = (await MarkAsync(follow), await MarkAsync(page));

        world.Clock.Advance(TimeSpan.FromMinutes(1));
        (await world.RunAsync((IssueAttestation o) => o.RunAsync(world.Caller, conversation.Id, default))).Succeeded.ShouldBeTrue();

        (await MarkAsync(follow)).ShouldBe(before);
        var next = await MarkAsync(page);
        next.ShouldNotBe(one);
        using var reader = new StreamReader(await agent.GetStreamAsync(page + "/evenements"));
        (await EventAsync(reader)).ShouldBe(("changed", next));

        async Task<string> MarkAsync(string address) => (await agent.PageAsync(address)).One("[data-live]").GetAttribute("data-live-mark")!;
    }

    /// <summary>What a script takes anew is there before the first letter, and when the last row is gone.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task An_empty_table_has_the_places_that_are_taken_anew(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var agent = await world.AgentAsync();
        foreach (var address in new[] { "/consultations/2026-T-014/suivi", "/consultations/2026-T-014/suivi?status=reply-unread", "/reception", "/reception?partie=reponses", "/reception?etat=traites" })
            Places(await agent.PageAsync(address)).ShouldContain("waiting");
    }

    /// <summary>What an agent sees and what its buttons send is of one moment.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task All_of_a_conversation_that_can_change_is_taken_anew(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = await SentAsync(world);
        var agent = await world.AgentAsync();
        var before = await agent.PageAsync($"/conversations/{conversation.Id}");
        before.Document.QuerySelector("#correction").ShouldBeNull();
        string[] places = [.. Places(before)];

        world.Clock.Advance(TimeSpan.FromSeconds(1));
        var token = await world.LinkTokenAsync(conversation.Id);
        await world.RunAsync((DeclareWrongRecipient o) => o.RunAsync(token, null, ReceiptProof.Declaration, new Visitor("POST", "Firefox"), default));
        var after = await agent.PageAsync($"/conversations/{conversation.Id}");

        Places(after).ShouldBe(places);
        foreach (var part in new[] { "#correction", "input[name=seen]", ".callout", ".handling", ".about", ".timeline" })
            places.ShouldContain(id => after.One("#" + id).Matches(part) || after.One("#" + id).QuerySelector(part) != null, part);
    }

    private static IEnumerable<string> Places(Page page) =>
        page.One("[data-live]").GetAttribute("data-live-ids")!.Split(' ').Select(id => page.One("#" + id).Id!);

    [Theory, ClassData(typeof(Databases))]
    public async Task Others_conversations_are_not_there_and_nobody_holds_more_than_a_few(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = await SentAsync(world);
        var other = await world.AgentAsync((await world.AddBuyerAsync("Autre ville", "Alix Martin", "alix@autre.test")).Agent);
        (await other.GetAsync($"/conversations/{conversation.Id}/evenements")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await other.GetAsync("/consultations/2026-T-014/suivi/evenements")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var page in new[] { $"/conversations/{conversation.Id}", "/reception" })
            (await world.Visitor().GetAsync(page + "/evenements")).StatusCode.ShouldNotBe(HttpStatusCode.OK);
        using (var reader = new StreamReader(await other.GetStreamAsync("/reception/evenements")))
        {
            var (_, mark) = await EventAsync(reader);
            mark.ShouldNotContain(conversation.Id.ToString("N"));
            mark.ShouldBe((await other.PageAsync("/reception")).One("[data-live]").GetAttribute("data-live-mark"));
        }

        var agent = await world.AgentAsync();
        var open = new List<Stream>();
        for (var i = 0; i < MostOfOneAgent; i++)
        {
            open.Add(await agent.GetStreamAsync($"/conversations/{conversation.Id}/evenements"));
            await EventAsync(new StreamReader(open[^1]));
        }

        (await agent.GetAsync($"/conversations/{conversation.Id}/evenements")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        open.ForEach(stream => stream.Dispose());
    }

    [Theory]
    [InlineData("2026/T/14")]
    [InlineData("a%2Fb c")]
    public async Task A_consultation_is_watched_whatever_its_reference(string reference)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        await SentAsync(world, reference);
        var agent = await world.AgentAsync();
        var shown = (await agent.PageAsync(Web.Components.Links.Follow(reference))).One("[data-live]");
        using var reader = new StreamReader(await agent.GetStreamAsync(shown.GetAttribute("data-live")));
        (await EventAsync(reader)).ShouldBe(("changed", shown.GetAttribute("data-live-mark")!));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_page_left_open_keeps_nobody_signed_in(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var agent = await world.AgentAsync();
        world.Clock.Advance(TimeSpan.FromHours(6));

        (await RenewsAsync("/reception/evenements")).ShouldBeFalse();
        (await RenewsAsync("/reception", "Vaguemestre-Refresh")).ShouldBeFalse("the page took itself anew");
        (await RenewsAsync("/reception")).ShouldBeTrue("somebody sits before it");

        async Task<bool> RenewsAsync(string address, string? header = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (header is not null)
                request.Headers.Add(header, "1");
            using var answer = await agent.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            return answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(c => c.StartsWith("vaguemestre=", StringComparison.Ordinal));
        }
    }

    private static async Task<Conversation> SentAsync(WebWorld world, string reference = "2026-T-014")
    {
        await world.AddConsultationAsync(reference);
        return (await world.SendAsync((await world.AddDraftAsync(reference, null, "contact@alpha.test")).Id))[0];
    }

    private static async Task<(string Kind, string Data)> EventAsync(StreamReader reader)
    {
        var (kind, data) = ("", "");
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                kind = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
            else if (line.Length == 0 && data.Length > 0)
                return (kind, data);
        }

        throw new EndOfStreamException("The stream ended.");
    }
}
