using System.Net;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Tracking;

public sealed class TrackingPagesTests
{
    private const string Follow = "/consultations/2026-T-014/suivi";

    [Theory, ClassData(typeof(Databases))]
    public async Task A_row_a_conversation_and_drafts_among_them(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "a@alpha.test", "b@beta.test");
        await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Encore à écrire" }, "c@gamma.test");

        var page = await (await world.AgentAsync()).PageAsync(Follow);

        page.Document.QuerySelectorAll("tbody tr").Length.ShouldBe(3);
        page.Text.ShouldContain("Encore à écrire");
        page.Document.QuerySelectorAll("tbody .status").Select(s => s.TextContent.Trim()).ShouldBe(["Brouillon", "En cours d’envoi", "En cours d’envoi"], ignoreOrder: true);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Filters_stand_in_the_address_and_an_empty_answer_says_what_to_do(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "a@alpha.test", "b@beta.test");
        var agent = await world.AgentAsync();

        (await agent.PageAsync(Follow + "?recipient=BETA")).Document.QuerySelectorAll("tbody tr").Length.ShouldBe(1);
        var none = await agent.PageAsync(Follow + "?status=read&q=%C3%A9t%C3%A9");
        none.Text.ShouldContain("Aucun courrier ne correspond");
        none.One("input[name=Q]").GetAttribute("value").ShouldBe("été");
        (await agent.PageAsync(Follow + "?cursor=n-importe-quoi")).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_star_is_put_and_taken_away(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "a@alpha.test");
        var agent = await world.AgentAsync();

        (await agent.SubmitAsync(await agent.PageAsync(Follow), "avori")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await world.QueryAsync(db => db.Favourites.CountAsync())).ShouldBe(1);
        await agent.SubmitAsync(await agent.PageAsync(Follow), "avori");
        (await world.QueryAsync(db => db.Favourites.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_reply_is_shown_only_once_an_agent_opened_it(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = (await SentAsync(world, "a@alpha.test"))[0];
        var token = await world.LinkTokenAsync(conversation.Id);
        await world.RunAsync((OpenLetter o) => o.RunAsync(token, declared: true, null, default));
        await world.RunAsync((SendReply o) => o.RunAsync(token, "Voici notre réponse.", [], default));
        var agent = await world.AgentAsync();

        (await agent.PageAsync("/reception")).Text.ShouldContain("a@alpha.test");
        var closed = await agent.PageAsync($"/conversations/{conversation.Id}");
        closed.Text.ShouldNotContain("Voici notre réponse.");
        await agent.SubmitAsync(closed, "Ouvrir la réponse");

        var opened = await agent.PageAsync($"/conversations/{conversation.Id}");
        opened.Text.ShouldContain("Voici notre réponse.");
        opened.One(".page-head .status").TextContent.Trim().ShouldBe("Réponse lue");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_attestation_is_a_download(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = (await SentAsync(world, "a@alpha.test"))[0];

        using var answer = await (await world.AgentAsync()).GetAsync($"/conversations/{conversation.Id}/attestation");

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        (await answer.Content.ReadAsByteArrayAsync())[..5].ShouldBe("%PDF-"u8.ToArray());
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisations_things_do_not_exist(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = (await SentAsync(world, "a@alpha.test"))[0];
        var other = await world.AddBuyerAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test");
        var stranger = await world.AgentAsync(other.Agent);

        foreach (var path in new[] { Follow, $"/conversations/{conversation.Id}", $"/conversations/{conversation.Id}/attestation" })
            (await stranger.PageAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
        (await stranger.PageAsync("/reception")).Text.ShouldNotContain("alpha");
    }

    [Theory]
    [InlineData(Follow)]
    [InlineData("/reception")]
    [InlineData("/conversations/01a20a05-23c1-78d9-9eb2-ff757cafeccf")]
    public async Task Without_an_agent_the_page_asks_to_sign_in(string path)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var answer = await world.Visitor().PageAsync(path);
        answer.Status.ShouldBe(HttpStatusCode.Redirect);
        answer.Response.Headers.Location!.ToString().ShouldContain("/connexion");
    }

    [Fact]
    public async Task A_POST_without_its_token_is_refused()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = (await SentAsync(world, "a@alpha.test"))[0];
        using var answer = await (await world.AgentAsync()).PostAsync($"/conversations/{conversation.Id}?handler=Star", new FormUrlEncodedContent([KeyValuePair.Create("on", "true")]));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await world.QueryAsync(db => db.Favourites.CountAsync())).ShouldBe(0);
    }

    private static async Task<IReadOnlyList<Conversation>> SentAsync(WebWorld world, params string[] emails)
    {
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Type = LetterType.CompletionRequest, Subject = "Pièces à compléter", BodyHtml = "<p>Merci.</p>" }, emails);
        return await world.SendAsync(draft.Id);
    }
}
