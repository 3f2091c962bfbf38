using System.Net;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Letters;

public sealed class NewTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task The_nine_types_are_there_with_their_mode_and_looking_makes_nothing(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/consultations/2026-T-014/courriers/nouveau");
        browser.Page.QuerySelectorAll(".types b").Select(b => b.TextContent).ShouldBe(LetterTemplate.All.Select(t => t.Title));
        browser.Page.QuerySelector("#type-CompletionRequest")!.TextContent.ShouldBe("Courrier électronique avec accusé de réception, réponse attendue");
        (await world.QueryAsync(db => db.Letters.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Choosing_a_type_opens_a_draft_of_its_template(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/consultations/2026-T-014/courriers/nouveau");
        await browser.PressAsync("button[value=Rejection]");
        browser.Title.ShouldBe("Courrier de rejet");
        browser.Address.ShouldStartWith("/courriers/");
        browser.Page.QuerySelector("textarea[name='Form.Body']")!.TextContent.ShouldContain("Motifs du rejet");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Without_a_type_nothing_is_made(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/consultations/2026-T-014/courriers/nouveau");
        browser.Page.QuerySelector("button[value=Rejection]")!.SetAttribute("value", "Recommandé");
        await browser.PressAsync(".types button[value='Recommandé']");
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Errors.ShouldHaveSingleItem().Text.ShouldBe("Choisissez un type de courrier.");
        (await world.QueryAsync(db => db.Letters.CountAsync())).ShouldBe(0);
    }
}
