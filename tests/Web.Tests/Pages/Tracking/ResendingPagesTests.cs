using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Tracking;

/// <summary>Relance from the row, for a selection, from the inbox; and the corrected address.</summary>
public sealed class ResendingPagesTests
{
    private const string Follow = "/consultations/2026-T-014/suivi";
    private const string Selected = "#selection button.btn-primary";
    private const string SelectedInInbox = "#selection-non-delivres button[value=resend]";
    private const string Send = "#correction button.btn-primary";

    private static readonly DraftInput Letter = new() { Subject = "Pièces à compléter", BodyHtml = "<p>Merci.</p>" };

    [Theory, ClassData(typeof(Databases))]
    public async Task Of_the_ticked_rows_those_still_undelivered_go_again_and_the_page_counts_them(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var sent = await UndeliveredAsync(world, ["a@alpha.test", "b@beta.test", "c@gamma.test"], "d@delta.test");
        var browser = await BrowserAsync(world, Follow);
        browser.Page.QuerySelectorAll("tbody input[type=checkbox]").Select(box => box.GetAttribute("aria-label")).ShouldBe(
            ["Sélectionner Pièces à compléter, a@alpha.test", "Sélectionner Pièces à compléter, b@beta.test", "Sélectionner Pièces à compléter, c@gamma.test"], ignoreOrder: true);

        // The star stands first, whatever can be ticked.
        browser.Page.QuerySelectorAll("table.follow thead th").Take(2).Select(column => column.TextContent.Trim()).ShouldBe(["Favori", "Sélection"]);
        browser.Page.QuerySelectorAll("table.follow tbody tr").ShouldAllBe(row => row.Children[0].QuerySelector("button.star") != null);

        await browser.GoAsync(browser.Page.QuerySelector("#selection a")!.GetAttribute("href")!);
        browser.Page.QuerySelectorAll<IHtmlInputElement>("tbody input[type=checkbox]").ShouldAllBe(box => box.IsChecked);
        (await world.RunAsync((ResendConversation o) => o.RunAsync(world.Caller, sent[0].Id, default))).Succeeded.ShouldBeTrue();
        await browser.PressAsync(Selected);

        browser.Flash.ShouldBe("2 courriers relancés, 1 n’était plus à relancer.");
        browser.Address.ShouldBe(Follow);
        browser.Page.QuerySelectorAll("tbody .tag").Select(tag => tag.TextContent.Trim()).ShouldBe(["Relancé", "Relancé", "Relancé"]);
        browser.Page.QuerySelector("#selection").ShouldBeNull("nothing is left to send again");
        (await world.QueryAsync(db => db.Sendings.CountAsync())).ShouldBe(7);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_selection_of_nothing_says_what_to_do_and_anothers_rows_are_not_found(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var sent = await UndeliveredAsync(world, ["a@alpha.test"]);
        var browser = await BrowserAsync(world, Follow);

        (await browser.PressAsync(Selected)).Flash.ShouldBe("Cochez au moins un courrier non délivré.");

        var other = await world.AddBuyerAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test");
        var stranger = new Browser(await world.AgentAsync(other.Agent));
        await world.RunAsync((PutConsultation o) => o.RunAsync(other.Caller, "AUTRE", new ConsultationInputBuilder().Build(), default));
        var theirs = (await world.RunAsync((CreateDraft o) => o.RunAsync(other.Caller, "AUTRE", Letter with { Recipients = [new("z@zeta.test")] }, default))).Value;
        await world.RunAsync((SendLetter o) => o.RunAsync(other.Caller, theirs.Id, default));
        var mine = await world.QueryAsync(db => db.Conversations.SingleAsync(c => c.LetterId == theirs.Id));
        await FailAsync(world, mine);
        await stranger.GoAsync("/reception");
        stranger.Page.QuerySelector<IHtmlInputElement>("input[name=ids]")!.Value = sent[0].Id.ToString();

        (await stranger.Fill("ids", sent[0].Id.ToString()).PressAsync(SelectedInInbox)).Flash.ShouldBe("Aucun courrier relancé, 1 est introuvable.");
        (await world.QueryAsync(db => db.Sendings.CountAsync())).ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_inbox_resends_one_and_many_and_leaves_out_what_went_to_a_corrected_address(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var sent = await UndeliveredAsync(world, ["a@alpha.test", "b@beta.test", "c@gamma.test"]);
        await world.RunAsync((CorrectAddress o) => o.RunAsync(world.Caller, sent[2].Id, "juste@gamma.test", default));
        var browser = await BrowserAsync(world, "/reception?coches=non-delivres");
        browser.Page.QuerySelectorAll("#selection-non-delivres ~ table td.who").Select(who => who.TextContent.Trim()).ShouldBe(["a@alpha.test", "b@beta.test"], ignoreOrder: true);

        await browser.PressAsync($"button[name=id][value='{sent[0].Id}']");
        browser.Flash.ShouldBe("Le courrier est relancé à a@alpha.test.");
        await browser.GoAsync("/reception?coches=non-delivres");
        (await browser.PressAsync(SelectedInInbox)).Flash.ShouldBe("1 courrier relancé.");
        browser.Text.ShouldContain("Aucun courrier n’est en échec de remise.");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_corrected_address_gets_the_letter_and_both_conversations_lead_to_each_other(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var first = (await UndeliveredAsync(world, ["a@alpha.test"], "b@beta.test"))[0];
        var browser = await BrowserAsync(world, $"/conversations/{first.Id}");
        browser.Page.QuerySelector<IHtmlInputElement>("#Email")!.Value.ShouldBe("a@alpha.test");

        (await browser.PressAsync(Send)).Errors.ShouldBe([("C'est la même adresse : relancez le courrier.", "#Email")]);
        (await browser.Fill("Email", "B@beta.test").PressAsync(Send)).Errors.ShouldHaveSingleItem().Text.ShouldStartWith("Ce courrier a déjà été envoyé à B@beta.test");
        (await browser.Fill("Email", "pas une adresse").PressAsync(Send)).Errors.ShouldHaveSingleItem().Target.ShouldBe("#Email");
        await browser.Fill("Email", "juste@alpha.test").PressAsync(Send);

        browser.Flash.ShouldStartWith("Le courrier est envoyé à juste@alpha.test.");
        browser.Text.ShouldContain("Suite de l’envoi non délivré à a@alpha.test.");
        browser.Text.ShouldContain("envoyé à 2 destinataires");
        var next = browser.Address;
        await browser.GoAsync($"/conversations/{first.Id}");
        browser.Page.QuerySelector(".callout a")!.GetAttribute("href").ShouldBe(next);
        browser.Text.ShouldContain("À juste@alpha.test, suivi dans un autre échange");
        await browser.GoAsync(Follow);
        browser.Page.QuerySelectorAll("tbody .tag").Select(tag => tag.TextContent.Trim()).ShouldBe(["Adresse corrigée", "Suite d’un non délivré"], ignoreOrder: true);
        (await browser.GoAsync($"/courriers/{first.LetterId}/lecture")).Text.ShouldContain("2 destinataires");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task After_the_deadline_the_corrected_address_is_late_and_the_first_one_is_not_on_any_page(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", Letter with { ReplyExpected = true, ReplyDue = TestWorld.Start.AddDays(1) }, "a@alpha.test", "b@beta.test");
        var sent = await world.SendAsync(draft.Id);
        await FailAsync(world, sent[0]);
        var right = (await world.RunAsync((CorrectAddress o) => o.RunAsync(world.Caller, sent[0].Id, "juste@alpha.test", default))).Value;
        world.Clock.Advance(TimeSpan.FromDays(2));
        var browser = await BrowserAsync(world, Follow);

        Late("tbody tr").ShouldBe(["b@beta.test", "juste@alpha.test"], ignoreOrder: true);
        await browser.GoAsync(Follow + "?late=true");
        browser.Page.QuerySelectorAll("tbody td.who").Select(who => who.TextContent.Trim()).ShouldBe(["b@beta.test", "juste@alpha.test"], ignoreOrder: true);
        await browser.GoAsync("/reception");
        browser.Page.QuerySelectorAll("section[aria-labelledby=en-retard] td.who").Select(who => who.TextContent.Trim()).ShouldBe(["b@beta.test", "juste@alpha.test"], ignoreOrder: true);
        foreach (var (conversation, late) in new[] { (sent[0].Id, false), (sent[1].Id, true), (right.Id, true) })
        {
            await browser.GoAsync($"/conversations/{conversation}");
            browser.Page.QuerySelector(".page-head")!.TextContent.Contains("En retard", StringComparison.Ordinal).ShouldBe(late);
        }

        IEnumerable<string> Late(string rows) => browser.Page.QuerySelectorAll(rows).Where(row => row.TextContent.Contains("En retard", StringComparison.Ordinal)).Select(row => row.QuerySelector("td.who")!.TextContent.Trim());
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Pressed_twice_the_second_press_ends_where_the_first_did(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var first = (await UndeliveredAsync(world, ["a@alpha.test"]))[0];
        var (one, two) = (await BrowserAsync(world, $"/conversations/{first.Id}"), await BrowserAsync(world, $"/conversations/{first.Id}"));

        await one.Fill("Email", "juste@alpha.test").PressAsync(Send);
        await two.Fill("Email", "juste@alpha.test").PressAsync(Send);

        two.Address.ShouldBe(one.Address);
        two.Flash.ShouldStartWith("Le courrier est déjà parti à juste@alpha.test.");
        (await world.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(2);
    }

    [Fact]
    public async Task A_likely_typo_is_hinted_at_before_the_letter_leaves_and_forbids_nothing()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var first = (await UndeliveredAsync(world, ["a@alpha.test"]))[0];
        var browser = await BrowserAsync(world, $"/conversations/{first.Id}");

        await browser.Fill("Email", "a@oragne.fr").PressAsync(Send);
        browser.Page.QuerySelector(".address-hints")!.TextContent.ShouldContain("a@orange.fr");
        (await world.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(1);
        await browser.PressAsync("button[name=correct]");
        browser.Page.QuerySelector<IHtmlInputElement>("#Email")!.Value.ShouldBe("a@orange.fr");
        await browser.Fill("Email", "a@oragne.fr").PressAsync(Send);
        await browser.PressAsync("button[name=sure]");

        (await world.QueryAsync(db => db.Conversations.CountAsync(c => c.Email == "a@oragne.fr"))).ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisations_conversation_takes_no_address(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var sent = await UndeliveredAsync(world, ["a@alpha.test"]);
        var other = await world.AddBuyerAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test");

        (await new Browser(await world.AgentAsync(other.Agent)).GoAsync($"/conversations/{sent[0].Id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        var browser = await BrowserAsync(world, $"/conversations/{sent[0].Id}");
        await world.RunAsync((ResendConversation o) => o.RunAsync(world.Caller, sent[0].Id, default));
        (await browser.Fill("Email", "juste@alpha.test").PressAsync(Send)).Text.ShouldContain("Seul un courrier non délivré, ou arrivé au mauvais destinataire selon qui l'a reçu, peut être envoyé à une adresse corrigée.");
        browser.Page.QuerySelector("#correction").ShouldBeNull();
    }

    private static async Task<Browser> BrowserAsync(WebWorld world, string address) => await new Browser(await world.AgentAsync()).GoAsync(address);

    private static async Task<IReadOnlyList<Conversation>> UndeliveredAsync(WebWorld world, string[] failed, params string[] others)
    {
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", Letter, [.. failed, .. others]);
        var sent = await world.SendAsync(draft.Id);
        foreach (var conversation in sent.Take(failed.Length))
            await FailAsync(world, conversation);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        return sent;
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
