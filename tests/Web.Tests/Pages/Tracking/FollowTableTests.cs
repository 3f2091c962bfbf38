using System.Net;
using AngleSharp.Dom;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Tracking;

/// <summary>The table of the follow-up: its order, its folding, and the searches that an agent saves.</summary>
public sealed class FollowTableTests
{
    private const string Follow = "/consultations/2026-T-014/suivi";

    [Theory, ClassData(typeof(Databases))]
    public async Task A_heading_sorts_by_its_column_then_the_other_way_round(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "Plan", "c@gamma.test", "a@alpha.test", "b@beta.test");
        await SentAsync(world, "avis", "d@delta.test");
        var agent = await world.AgentAsync();

        var page = await agent.PageAsync(Follow);
        page.One("thead th[aria-sort=descending]").TextContent.ShouldContain("Dernier événement");
        page = await PressAsync(agent, page, "Destinataire");
        Who(page).ShouldBe(["a@alpha.test", "b@beta.test", "c@gamma.test", "d@delta.test"]);
        page.One("thead th[aria-sort]").GetAttribute("aria-sort").ShouldBe("ascending");
        page = await PressAsync(agent, page, "Destinataire");
        Who(page).ShouldBe(["d@delta.test", "c@gamma.test", "b@beta.test", "a@alpha.test"]);
        page = await PressAsync(agent, page, "Objet");
        page.Document.QuerySelectorAll("tbody a.title").Select(a => a.TextContent).ShouldBe(["avis", "Plan", "Plan", "Plan"]);
        page.One("thead th[aria-sort]").TextContent.ShouldContain("Objet");
        foreach (var heading in new[] { "type", "Statut", "Réponse", "Dernier événement" })
            (page = await PressAsync(agent, page, heading)).Document.QuerySelectorAll("thead th[aria-sort]").Length.ShouldBe(1, heading);
        page.Response.RequestMessage!.RequestUri!.PathAndQuery.ShouldBe(Follow, "the usual order needs no word");
        Who(await agent.PageAsync(Follow + "?sort=price")).Length.ShouldBe(4);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_order_lasts_over_pages_filters_and_exports_and_ends_a_page_of_another(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "Plan", [.. Enumerable.Range(10, 60).Select(i => $"a{i}@alpha.test")]);
        var agent = await world.AgentAsync();

        var seen = new List<string>();
        for (string? next = Follow + "?recipient=alpha&sort=recipient"; next is not null && seen.Count < 100;)
        {
            var page = await agent.PageAsync(next);
            seen.AddRange(Who(page));
            next = page.Document.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        seen.ShouldBe(Enumerable.Range(10, 60).Select(i => $"a{i}@alpha.test"));
        var sorted = await agent.PageAsync(Follow + "?recipient=alpha&sort=-recipient");
        sorted.One("form.filters input[name=sort]").GetAttribute("value").ShouldBe("-recipient");
        sorted.One(".chip a").GetAttribute("href").ShouldBe(Follow + "?sort=-recipient");
        var csv = await agent.GetStringAsync(sorted.Document.QuerySelector(".exports a[href*='format=csv']")!.GetAttribute("href"));
        csv.Split('\n')[1].ShouldContain("a69@alpha.test");
        var other = sorted.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!.Replace("-recipient", "subject", StringComparison.Ordinal);
        (await agent.PageAsync(other)).Response.Headers.Location!.ToString().ShouldBe(Follow + "?recipient=alpha&sort=subject");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_to_many_is_one_line_with_its_counts_and_unfolds(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var letter = await SentAsync(world, "Plan", [.. Enumerable.Range(10, 30).Select(i => $"a{i}@alpha.test")]);
        await SentAsync(world, "Avis", "d@delta.test");
        await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Encore à écrire" }, "c@gamma.test");
        var agent = await world.AgentAsync();

        var folded = await agent.PageAsync((await agent.PageAsync(Follow)).Document.QuerySelectorAll(".table-acts a").Single(a => a.TextContent == "Regrouper par courrier").GetAttribute("href")!);
        folded.Document.QuerySelectorAll("tbody tr").Length.ShouldBe(3);
        folded.One("tr.folded .tally").TextContent.Trim().ShouldBe("30\u00a0en cours d’envoi");
        folded.One("tr.folded td.who").TextContent.ShouldBe("30\u00a0destinataires");
        folded.Document.QuerySelectorAll("tbody .star").Length.ShouldBe(1, "the letter to one recipient is its row");
        (await agent.PageAsync(Follow + "?folded=true&recipient=a1")).One("tr.folded td.who").TextContent.ShouldBe("10\u00a0destinataires");

        var unfold = folded.One("tr.folded a[aria-expanded=false]").GetAttribute("href")!;
        unfold.ShouldEndWith($"#{folded.One("tr.folded").Id}");
        var unfolded = await agent.PageAsync(unfold);
        unfolded.Document.QuerySelectorAll("tr.unfolded td.who").Length.ShouldBe(25);
        var whole = await agent.PageAsync(unfolded.One("tr.unfolded td[colspan] a").GetAttribute("href")!);
        whole.One(".chip b").TextContent.ShouldBe("Plan");
        whole.Document.QuerySelector("a[rel=next]").ShouldNotBeNull();
        whole.One(".chip a").GetAttribute("href").ShouldBe(Follow);
        (await agent.PageAsync(unfolded.One("a[aria-expanded=true]").GetAttribute("href")!)).Document.QuerySelectorAll("tr.unfolded").ShouldBeEmpty();

        var starred = await agent.SubmitAsync(unfolded, "avori");
        starred.Response.Headers.Location!.ToString().ShouldBe(Follow + $"?folded=true&open={letter}", "a form in a row comes back to what was unfolded");
        (await agent.PageAsync(Follow + "?folded=true&favourite=true")).Document.QuerySelectorAll("tbody tr").Length.ShouldBe(1);
        (await agent.PageAsync(Follow + "?folded=true&status=draft")).One("tbody tr").TextContent.ShouldContain("Encore à écrire");
        (await agent.PageAsync(Follow + "?folded=true&q=introuvable")).Text.ShouldContain("Aucun courrier ne correspond");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_search_is_saved_found_in_every_consultation_renamed_and_deleted(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "Plan", "a@alpha.test", "b@beta.test");
        await world.AddConsultationAsync("2026-T-099");
        var browser = await new Browser(await world.AgentAsync()).GoAsync(Follow + "?recipient=%20beta&Status=sending&cursor=&sort=recipient&folded=true");

        await browser.Fill("SearchName", "").PressAsync(".save-search button");
        browser.Errors.ShouldHaveSingleItem().ShouldBe(("Donnez un nom à cette recherche.", "#SearchName"));
        browser.Page.QuerySelector("tbody td.who")!.TextContent.Trim().ShouldBe("b@beta.test");
        await browser.Fill("SearchName", "Bêta & Cie").PressAsync(".save-search button");

        browser.Flash.ShouldContain("« Bêta & Cie » est enregistrée");
        browser.Page.QuerySelector(".saved a[aria-current]")!.TextContent.ShouldBe("Bêta & Cie");
        browser.Page.QuerySelector(".save-search").ShouldBeNull("it is saved");
        await browser.GoAsync("/consultations/2026-T-099/suivi");
        browser.Page.QuerySelector(".saved li a")!.GetAttribute("href").ShouldBe("/consultations/2026-T-099/suivi?status=sending&recipient=beta&sort=recipient&folded=true");

        await browser.GoAsync(browser.Page.QuerySelector(".saved a.manage")!.GetAttribute("href")!);
        var field = browser.Page.QuerySelector("input[name^=Names]")!.GetAttribute("name")!;
        browser.Page.QuerySelector($"input[name='{field}']")!.GetAttribute("value").ShouldBe("Bêta & Cie");
        await browser.Fill(field, " ").PressAsync(".searches button");
        browser.Errors.ShouldHaveSingleItem().Text.ShouldBe("Donnez un nom à cette recherche.");
        await browser.Fill(field, "Envois à Bêta").PressAsync(".searches button");
        browser.Flash.ShouldContain("« Envois à Bêta »");
        await browser.PressAsync(".searches .confirm button");
        browser.Text.ShouldContain("Aucune recherche enregistrée");
        browser.Page.QuerySelector(".empty a")!.GetAttribute("href").ShouldBe("/consultations/2026-T-099/suivi");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_agents_searches_do_not_exist(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "Plan", "a@alpha.test");
        var mine = await new Browser(await world.AgentAsync()).GoAsync(Follow + "?late=true");
        await mine.Fill("SearchName", "Retards").PressAsync(".save-search button");
        var id = await world.QueryAsync(db => db.SavedSearches.Select(s => s.Id).SingleAsync());
        var colleague = await new Browser(await world.AgentAsync(await world.AddColleagueAsync("Dominique Petit", "dominique.petit@montrevel.test"))).GoAsync(Follow + "?late=true");

        colleague.Page.QuerySelector(".saved").ShouldBeNull();
        await colleague.Fill("SearchName", "Retards").PressAsync(".save-search button");
        await colleague.GoAsync("/mes-recherches");
        colleague.Page.QuerySelectorAll(".searches li").Length.ShouldBe(1);
        foreach (var form in colleague.Page.QuerySelectorAll(".searches form"))
            form.SetAttribute("action", form.GetAttribute("action")!.Split("search=")[0] + $"search={id}");
        await colleague.PressAsync(".searches .confirm button");

        colleague.Status.ShouldBe(HttpStatusCode.NotFound);
        (await world.QueryAsync(db => db.SavedSearches.CountAsync())).ShouldBe(2);
        (await world.Visitor().PageAsync("/mes-recherches")).Response.Headers.Location!.ToString().ShouldContain("/connexion");
    }

    private static string[] Who(Page page) => [.. page.Document.QuerySelectorAll("td.who").Select(td => td.TextContent.Trim())];

    private static Task<Page> PressAsync(HttpClient agent, Page page, string heading) =>
        agent.PageAsync(page.Document.QuerySelectorAll("thead a").Single(a => a.TextContent.TrimEnd(' ', '▲', '▼') == heading).GetAttribute("href")!);

    private static async Task<Guid> SentAsync(WebWorld world, string subject, params string[] emails)
    {
        if (!await world.QueryAsync(db => db.Consultations.AnyAsync(c => c.Reference == "2026-T-014")))
            await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = subject, BodyHtml = "<p>Merci.</p>" }, emails);
        await world.SendAsync(draft.Id);
        return draft.Id;
    }
}
