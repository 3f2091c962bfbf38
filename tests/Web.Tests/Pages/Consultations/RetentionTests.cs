using System.Net;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Retention;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Consultations;

public sealed class RetentionTests
{
    private const string Page = "/consultations/2026-T-014/conservation";

    [Theory, ClassData(typeof(Databases))]
    public async Task An_agent_enters_the_date_and_the_consultation_says_until_when(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/consultations/2026-T-014");
        browser.Text.ShouldContain("Conservés sans limite : aucune date n’a été indiquée.");
        await browser.GoAsync(browser.Page.QuerySelector($"a[href='{Page}']")!.GetAttribute("href")!);

        await browser.Fill("From", "2020-01-01").PressAsync("main form button");
        browser.Errors.Select(e => e.Target).ShouldBe(["#Kind", "#From"], ignoreOrder: true);
        await browser.Fill("Kind", "Works").Fill("From", "2027-03-31").PressAsync("main form button");

        browser.Flash.ShouldBe("La durée de conservation est enregistrée.");
        browser.Text.ShouldContain("mardi 31 mars 2037");
        browser.Page.QuerySelector("button[name=hold]").ShouldBeNull("only administrators hold");
        (await browser.GoAsync("/consultations/2026-T-014")).Text.ShouldContain("Effacés au plus tôt le vendredi 1er mai 2037");
        (await world.QueryAsync(db => db.Retentions.SingleAsync())).Kind.ShouldBe(RetentionKind.Works);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_administrator_holds_and_lifts_and_sees_it_in_the_list(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        await world.QueryAsync(db => db.Agents.ExecuteUpdateAsync(a => a.SetProperty(x => x.Role, AgentRole.Administrator)));
        var browser = await new Browser(await world.AgentAsync()).GoAsync(Page);

        await browser.PressAsync("button[name=hold]");
        browser.Errors.ShouldHaveSingleItem().Target.ShouldBe("#Reason");
        await browser.Fill("Reason", "Recours n° 26-014").PressAsync("button[name=hold]");
        browser.Text.ShouldContain("Motif : Recours n° 26-014");
        await browser.GoAsync("/administration");
        await browser.GoAsync(browser.Page.QuerySelector("main a[href='/administration/conservation']")!.GetAttribute("href")!);
        browser.Text.ShouldContain("Effacement suspendu depuis le");
        browser.Text.ShouldContain("Recours n° 26-014");
        await browser.Fill("SuppliesAndServices", "3").PressAsync("main form button");
        browser.Errors.ShouldHaveSingleItem().Target.ShouldBe("#SuppliesAndServices");
        await browser.Fill("SuppliesAndServices", "8").PressAsync("main form button");
        browser.Flash.ShouldBe("Les durées sont enregistrées.");
        (await browser.GoAsync(Page)).Text.ShouldContain("8 ans");
        await browser.Fill("Reason", "Jugé").PressAsync("button[name=hold]");

        browser.Flash.ShouldBe("La suspension est levée.");
        (await browser.GoAsync("/administration/conservation")).Text.ShouldContain("Aucune consultation n’arrive à la fin");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_was_erased_is_said_by_its_consultation(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var conversation = (await world.SendAsync((await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Rejet" }, "marches@dupont.test")).Id))[0];
        await world.RunAsync((EnterRetention o) => o.RunAsync(world.Caller, "2026-T-014", RetentionKind.SuppliesAndServices, new DateOnly(2026, 3, 31), default));
        foreach (var wait in new[] { 365 * 6, 31 })
        {
            world.Clock.Advance(TimeSpan.FromDays(wait));
            while (await world.RunAsync((PurgeConsultations o) => o.RunAsync(default)) > 0)
            {
            }
        }

        var browser = await new Browser(await world.AgentAsync()).GoAsync(Page);
        browser.Text.ShouldContain("1 courrier et 1 échange ont été effacés");
        browser.Text.ShouldContain("5 ans après le mardi 31 mars 2026");
        (await browser.GoAsync("/consultations/2026-T-014")).Text.ShouldContain("Effacés le");
        (await browser.GoAsync($"/conversations/{conversation.Id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GoAsync("/consultations/2026-T-014/suivi")).Text.ShouldNotContain("dupont");
    }

    [Fact]
    public async Task Others_do_not_reach_it()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        await world.AddConsultationAsync();
        var other = await world.AddBuyerAsync("Autre ville", "Autre agent", "autre@ville.test");
        (await new Browser(await world.AgentAsync(other.Agent)).GoAsync(Page)).Status.ShouldBe(HttpStatusCode.NotFound);
        using var answer = await (await world.AgentAsync()).GetAsync("/administration/conservation");
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
