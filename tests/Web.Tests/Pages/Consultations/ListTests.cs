using System.Globalization;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Consultations;

public sealed class ListTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_row_leads_to_writing_to_following_and_to_what_waits(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync("2026/T/14", c => c.Title = "Toiture & charpente");
        await world.AddDraftAsync("2026/T/14", new DraftInput { Type = LetterType.Free });
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/");

        var row = browser.Page.QuerySelector("tbody tr")!;
        row.QuerySelector(".title")!.TextContent.ShouldBe("Toiture & charpente");
        row.TextContent.ShouldContain("Appel d’offres ouvert · Phase d’offre");
        row.QuerySelectorAll("a").Select(a => a.GetAttribute("href")).ShouldBe(
        [
            "/consultations/2026%2FT%2F14",
            "/consultations/2026%2FT%2F14/suivi?status=draft",
            "/consultations/2026%2FT%2F14/courriers/nouveau",
            "/consultations/2026%2FT%2F14/suivi",
        ]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_consultation_of_before_the_cut_over_is_marked_and_leads_to_its_own_messages(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync("2024-F-117", c => c.InitialisedAt = new DateTimeOffset(2024, 11, 5, 8, 0, 0, TimeSpan.Zero));
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/");
        browser.Text.ShouldContain("Messagerie historique");
        browser.Page.QuerySelectorAll("tbody .btn").Select(b => b.GetAttribute("href")).ShouldBe(["/consultations/2024-F-117/messages/nouveau", "/consultations/2024-F-117/suivi"]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisations_consultations_are_not_there(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var other = await world.AddBuyerAsync("Autre ville", "Samir Benali", "samir@autre.test");
        await world.AddConsultationAsync("2026-T-014");
        var browser = await new Browser(await world.AgentAsync(other.Agent)).GoAsync("/");
        browser.Page.QuerySelector(".empty-title")!.TextContent.ShouldBe("Aucune consultation");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_search_finds_by_reference_or_title_and_says_when_it_finds_nothing(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync("2026-T-014", c => c.Title = "Toiture");
        await world.AddConsultationAsync("2026-S-008", c => c.Title = "Médiathèque");
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/?q=t-014");
        browser.Page.QuerySelectorAll("tbody .title").ShouldHaveSingleItem().TextContent.ShouldBe("Toiture");
        browser.Page.QuerySelector("[name=q]")!.GetAttribute("value").ShouldBe("t-014");

        (await browser.GoAsync("/?q=%3Cb%3Epont")).Page.QuerySelector(".empty-title")!.TextContent.ShouldBe("Aucune consultation ne correspond à « <b>pont »");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_long_list_goes_on_and_back_to_its_beginning(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        for (var i = 0; i < 51; i++)
            await world.AddConsultationAsync(i.ToString("000", CultureInfo.InvariantCulture), c => c.InitialisedAt = c.InitialisedAt.AddMinutes(i));
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/?q=0");
        browser.Page.QuerySelectorAll("tbody tr").Length.ShouldBe(50);

        await browser.GoAsync(browser.Page.QuerySelector("[rel=next]")!.GetAttribute("href")!);
        browser.Page.QuerySelectorAll("tbody tr").ShouldHaveSingleItem().TextContent.ShouldContain("000");
        browser.Page.QuerySelector("[rel=prev]")!.GetAttribute("href").ShouldBe("/?q=0");

        await browser.GoAsync("/?cursor=n-importe-quoi");
        browser.Errors.ShouldHaveSingleItem().Text.ShouldContain("Reprenez la liste au début");
        browser.Page.QuerySelectorAll("tbody tr").Length.ShouldBe(50);
    }
}
