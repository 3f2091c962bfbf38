using System.Net;
using AngleSharp.Dom;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Inbox;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Tracking;

/// <summary>What waits over all consultations: whose it is, and what is done.</summary>
public sealed class InboxPagesTests
{
    private static readonly DraftInput Letter = new() { Subject = "Pièces à compléter", BodyHtml = "<p>Merci.</p>", ReplyExpected = true };

    [Theory, ClassData(typeof(Databases))]
    public async Task Every_page_counts_what_waits_until_it_is_done(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = await RepliedAsync(world, "a@alpha.test");
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/");
        Waiting(browser).ShouldBe("1 à traiter");

        await browser.GoAsync("/reception");
        browser.Text.ShouldContain("Réponses à lire 1");
        await browser.PressAsync("#reponses ~ table button[name=done]");

        browser.Address.ShouldBe("/reception");
        browser.Flash.ShouldStartWith("L’échange est traité.");
        browser.Text.ShouldContain("Toutes les réponses sont lues.");
        Waiting(browser).ShouldBeNull();
        await browser.GoAsync("/reception?etat=traites");
        browser.Page.QuerySelectorAll("tbody td.who").Select(td => td.TextContent.Trim()).ShouldBe(["a@alpha.test"]);
        await browser.PressAsync("button[name=done][value=false]");
        browser.Text.ShouldContain("Aucun échange n’est marqué comme traité.");
        Waiting((await browser.GoAsync($"/conversations/{conversation.Id}"))!).ShouldBe("1 à traiter");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_page_whose_rows_went_elsewhere_leads_to_the_first(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var older = await RepliedAsync(world, "a@alpha.test");
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await RepliedAsync(world, "b@beta.test");
        var inbox = $"/reception?partie=reponses&cursor={(await world.RunAsync((ReadInbox o) => o.RunAsync(world.Caller, InboxPart.Replies, new InboxFilter(), null, 1, default))).Value.Next}";
        var follow = $"{Links.Follow("2026-T-014")}?mode=tracked&cursor={(await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter { Reference = "2026-T-014" }, null, 1, default))).Value.Next}";
        var browser = new Browser(await world.AgentAsync());
        foreach (var address in new[] { inbox, follow })
            (await browser.GoAsync(address)).Page.QuerySelectorAll("tbody td.who").Length.ShouldBe(1);

        world.Clock.Advance(TimeSpan.FromMinutes(1));
        (await world.InScopeAsync(async scope => await scope.ReplyAsync(await world.LinkTokenAsync(older.Id), "Encore un mot."))).Succeeded.ShouldBeTrue();

        foreach (var address in new[] { inbox, follow })
        {
            (await browser.GoAsync(address)).Address.ShouldBe(address[..address.IndexOf("&cursor", StringComparison.Ordinal)]);
            browser.Page.QuerySelectorAll("tbody td.who").Length.ShouldBe(2);
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_was_done_by_mistake_is_undone_from_the_message(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await RepliedAsync(world, "a@alpha.test");
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/reception?qui=personne");

        await browser.PressAsync("button[name=done]");
        await browser.PressAsync(".callout form button");

        browser.Address.ShouldBe("/reception?qui=personne");
        browser.Flash.ShouldBe("L’échange est à traiter.");
        browser.Page.QuerySelectorAll("tbody td.who").Length.ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_conversation_is_taken_from_its_row_and_given_to_a_colleague_on_its_page(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var samir = await world.AddColleagueAsync("Samir Benali", "samir.benali@montrevel.test");
        var conversation = await RepliedAsync(world, "a@alpha.test");
        await RepliedAsync(world, "b@beta.test");
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/reception");

        await browser.PressAsync($"button[formaction^='/conversations/{conversation.Id}'][name=agent]");
        browser.Flash.ShouldBe("L’échange vous est attribué.");
        browser.Page.QuerySelectorAll("#reponses ~ table td.assignee").Select(td => td.TextContent.Trim()).ShouldBe(["Camille Durand", "personne"], ignoreOrder: true);
        (await Rows(browser, "?qui=moi")).ShouldBe(["a@alpha.test"]);
        (await Rows(browser, "?qui=personne")).ShouldBe(["b@beta.test"]);

        await browser.GoAsync($"/conversations/{conversation.Id}");
        browser.Page.QuerySelector("#prise-en-charge p")!.TextContent.ShouldContain("Camille Durand");
        await browser.Fill("agent", samir.Id.ToString()).PressAsync("#prise-en-charge .confirm button");
        browser.Address.ShouldBe($"/conversations/{conversation.Id}");
        browser.Flash.ShouldBe("L’échange est attribué à Samir Benali.");
        (await Rows(browser, "?qui=moi")).ShouldBeEmpty();
        (await Rows(await new Browser(await world.AgentAsync(samir)).GoAsync("/"), "?qui=moi")).ShouldBe(["a@alpha.test"]);

        await browser.GoAsync($"/conversations/{conversation.Id}");
        await browser.Fill("agent", "").PressAsync("#prise-en-charge .confirm button");
        browser.Flash.ShouldBe("L’échange n’est plus attribué.");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_ticked_is_given_to_a_colleague_and_done_at_once(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var samir = await world.AddColleagueAsync("Samir Benali", "samir.benali@montrevel.test");
        await RepliedAsync(world, "a@alpha.test");
        await RepliedAsync(world, "b@beta.test");
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/reception?qui=personne");

        (await browser.PressAsync("#selection-reponses button[value=done]")).Flash.ShouldBe("Cochez au moins un échange.");
        await browser.GoAsync(browser.Page.QuerySelector("#selection-reponses a")!.GetAttribute("href")!);
        browser.Page.QuerySelectorAll<AngleSharp.Html.Dom.IHtmlInputElement>("#reponses ~ table input[type=checkbox]").ShouldAllBe(box => box.IsChecked);
        await browser.Fill("agent-reponses", samir.Id.ToString()).PressAsync("#selection-reponses button[value=assign]");
        browser.Flash.ShouldBe("2 échanges sont attribués à Samir Benali.");
        browser.Address.ShouldBe("/reception?qui=personne");
        browser.Text.ShouldContain("Toutes les réponses sont lues.");

        await browser.GoAsync("/reception?coches=reponses");
        browser.Page.QuerySelectorAll("#reponses ~ table td.assignee").Select(td => td.TextContent.Trim()).ShouldBe(["Samir Benali", "Samir Benali"]);
        (await browser.PressAsync("#selection-reponses button[value=done]")).Flash.ShouldBe("2 échanges sont traités.");
        Waiting(browser).ShouldBeNull();
        await browser.GoAsync("/reception?etat=traites&coches=traites");
        (await browser.PressAsync("#selection-traites button[value=undone]")).Flash.ShouldBe("2 échanges sont à traiter.");
        Waiting(browser).ShouldBe("2 à traiter");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_came_after_the_page_is_not_done_by_it_and_a_button_that_is_none_does_nothing(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = await RepliedAsync(world, "a@alpha.test");
        await RepliedAsync(world, "b@beta.test");
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/reception?coches=reponses");
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var token = await world.LinkTokenAsync(conversation.Id);
        (await world.InScopeAsync(scope => scope.ReplyAsync(token, "Encore."))).Succeeded.ShouldBeTrue();

        (await browser.PressAsync("#selection-reponses button[value=done]")).Flash.ShouldBe("1 échange est traité, 1 reste à traiter : une réponse ou un échec de remise est arrivé entre-temps.");

        await browser.GoAsync("/reception?coches=reponses");
        browser.Page.QuerySelector<AngleSharp.Html.Dom.IHtmlButtonElement>("#selection-reponses button[value=done]")!.Value = "autre";
        (await browser.PressAsync("#selection-reponses button[name=act]")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_part_longer_than_its_place_is_counted_up_to_a_hundred_and_read_whole(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", Letter, [.. Enumerable.Range(100, 120).Select(i => $"a{i}@alpha.test")]);
        await world.SendAsync(draft.Id);
        await world.QueryAsync(db => db.Conversations.ExecuteUpdateAsync(c => c.SetProperty(x => x.Status, Status.ReplyUnread)));
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/reception");

        Waiting(browser).ShouldBe("99+ à traiter");
        browser.Page.QuerySelectorAll("#reponses ~ table tbody tr").Length.ShouldBe(20);
        var seen = new List<string>();
        for (var next = browser.Page.QuerySelector("a[href='/reception?partie=reponses']")!.GetAttribute("href"); next is not null && seen.Count < 200;)
        {
            await browser.GoAsync(next);
            seen.AddRange(browser.Page.QuerySelectorAll("tbody td.who").Select(td => td.TextContent.Trim()));
            next = browser.Page.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        seen.Count.ShouldBe(120);
        seen.Distinct(StringComparer.Ordinal).Count().ShouldBe(120);
        (await browser.GoAsync("/reception?partie=reponses&cursor=n-importe-quoi")).Address.ShouldBe("/reception?partie=reponses");
        (await browser.GoAsync("/reception?qui=%00&etat=x&partie=y&coches=z")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Drafts_and_what_was_not_delivered_stand_there_too(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var failed = (await world.SendAsync((await world.AddDraftAsync("2026-T-014", Letter, "b@beta.test")).Id))[0];
        await FailAsync(world, failed);
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Encore à écrire" }, "c@gamma.test");
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/reception");

        browser.Page.QuerySelector("#brouillons ~ table a.title")!.GetAttribute("href").ShouldBe($"/courriers/{draft.Id}");
        browser.Page.QuerySelector("#non-delivres ~ table td.who")!.TextContent.Trim().ShouldBe("b@beta.test");
        await browser.GoAsync("/reception?partie=non-delivres&qui=personne");
        await browser.PressAsync($"button[name=id][value='{failed.Id}']");
        browser.Address.ShouldBe("/reception?qui=personne&partie=non-delivres");
        browser.Flash.ShouldBe("Le courrier est relancé à b@beta.test.");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisations_conversation_is_neither_given_nor_done(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var theirs = await RepliedAsync(world, "a@alpha.test");
        var other = await world.AddBuyerAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test");
        var client = await world.AgentAsync(other.Agent);
        var stranger = new Browser(client);

        (await stranger.GoAsync("/reception")).Page.QuerySelectorAll("tbody tr").Length.ShouldBe(0);
        Waiting(stranger).ShouldBeNull();
        var token = (await stranger.GoAsync("/mes-notifications")).Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        foreach (var (handler, field, value) in new[] { ("Assign", "agent", other.Agent.Id.ToString()), ("Assign", "agent", "pas-un-agent"), ("Done", "done", "true"), ("Done", "seen", "-1") })
        {
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token), KeyValuePair.Create(field, value)]);
            (await client.PostAsync($"/conversations/{theirs.Id}/prise-en-charge?handler={handler}", form)).StatusCode.ShouldBe(HttpStatusCode.NotFound, $"{handler} {value}");
        }

        var view = (await world.RunAsync((ReadHandling o) => o.RunAsync(world.Caller, theirs.Id, default))).Value;
        (view.Assignee, view.DoneAt).ShouldBe((null, null));
        (await stranger.GoAsync($"/conversations/{theirs.Id}/prise-en-charge")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static string? Waiting(Browser browser) => browser.Page.QuerySelector(".site-nav .waiting")?.TextContent;

    private static async Task<IEnumerable<string>> Rows(Browser browser, string query) =>
        (await browser.GoAsync("/reception" + query)).Page.QuerySelectorAll("#reponses ~ table td.who").Select(td => td.TextContent.Trim());

    private static async Task<Conversation> RepliedAsync(WebWorld world, string email)
    {
        await world.AddConsultationAsync();
        var conversation = (await world.SendAsync((await world.AddDraftAsync("2026-T-014", Letter, email)).Id))[0];
        var token = await world.LinkTokenAsync(conversation.Id);
        await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", "Firefox"), default));
        (await world.InScopeAsync(scope => scope.ReplyAsync(token, "Voici."))).Succeeded.ShouldBeTrue();
        return conversation;
    }

    private static async Task FailAsync(WebWorld world, Conversation conversation)
    {
        var token = await world.QueryAsync(db => db.Sendings.Where(s => s.ConversationId == conversation.Id).Select(s => s.BounceToken).SingleAsync());
        await world.InScopeAsync(async services =>
        {
            await services.GetRequiredService<ReceiveReport>().RunAsync(ReturnAddress.ForReports(token, world.Settings), TestReports.Write(TestReports.Failed(conversation.Email)), default);
            return true;
        });
    }
}
