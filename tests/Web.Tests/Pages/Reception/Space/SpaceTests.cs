using System.Net;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Reception.Space;

/// <summary>« Mes courriers », as a browser without script has it.</summary>
public sealed class SpaceTests
{
    private const string Alpha = "contact@alpha.test";

    private static readonly DraftInput Question = new() { Type = LetterType.CompletionRequest, Subject = "Pièces à compléter", ReplyExpected = true, ReplyDue = TestWorld.Start.AddDays(3) };

    [Theory, ClassData(typeof(Databases))]
    public async Task The_answer_is_the_same_whether_letters_exist_or_not(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SendAsync(world);

        var known = await AskAsync(world, Alpha);
        var unknown = await AskAsync(world, "personne@ailleurs.test");

        known.Text.ShouldContain($"Si des courriers ont été adressés à {Alpha}, un lien vient de vous être envoyé.");
        unknown.Text.Replace("personne@ailleurs.test", Alpha, StringComparison.Ordinal).ShouldBe(known.Text);
        (await world.QueryAsync(db => db.Notices.CountAsync())).ShouldBe(1);
        var wrong = await AskAsync(world, "contact");
        wrong.Errors.ShouldHaveSingleItem().Target.ShouldBe("#Email");
        wrong.Answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_source_that_asks_too_often_gets_the_same_answer_and_nothing_is_sent(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        for (var i = 0; i <= LinkRequests.MostAnHour; i++)
            (await AskAsync(world, $"a{i}@alpha.test")).Text.ShouldContain("un lien vient de vous être envoyé");

        (await world.QueryAsync(db => db.CompanySignIns.CountAsync())).ShouldBe(LinkRequests.MostAnHour);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Following_the_link_uses_nothing_up_and_a_deliberate_act_opens_the_list(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var letter = await SendAsync(world);
        await AskAsync(world, Alpha);
        var link = await LinkAsync(world);

        foreach (var damaged in new[] { link.ToUpperInvariant().Replace("MES-COURRIERS/ENTREE", "mes-courriers/entree", StringComparison.Ordinal), link + "%3E", link + "/%20suite" })
            (await new Browser(world.Visitor()).GoAsync(damaged)).Address.ShouldBe(link);
        using (var head = await world.Visitor().SendAsync(new HttpRequestMessage(HttpMethod.Head, link)))
            head.StatusCode.ShouldBe(HttpStatusCode.OK);
        var browser = await new Browser(world.Visitor()).GoAsync(link);
        browser.Title.ShouldBe("Ouvrir mes courriers");
        browser.Answer.Headers.GetValues("X-Robots-Tag").ShouldBe(["noindex, nofollow"]);
        await browser.PressAsync("main form button");
        (browser.Status, browser.Errors.ShouldHaveSingleItem().Target).ShouldBe((HttpStatusCode.UnprocessableEntity, "#Declared"));
        await browser.Fill("Declared", "true").PressAsync("main form button");

        browser.Address.ShouldBe("/mes-courriers");
        browser.Text.ShouldContain("Ville de Montrevel-sur-Loire");
        browser.Text.ShouldContain("Non lu");
        browser.Text.ShouldContain("Réponse attendue avant le jeudi 5 mars 2026 à 10 h 00");
        browser.Page.QuerySelector(".space-letters h2 a")!.GetAttribute("href").ShouldBe("/c/" + await world.LinkTokenAsync(letter.Id));
        browser.Answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await world.QueryAsync(db => db.Facts.Where(f => f.SubjectId == letter.Id).Select(f => f.Kind).ToListAsync())).ShouldBe([FactKind.Submitted]);

        var late = await new Browser(world.Visitor()).GoAsync(link);
        (late.Status, late.Title).ShouldBe((HttpStatusCode.NotFound, "Ce lien ne sert plus"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_session_is_a_cookie_of_its_own_that_ends_by_its_button(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SendAsync(world);
        var (browser, cookie) = await EnteredAsync(world);

        cookie.ShouldContain("vaguemestre-courriers=");
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);
        (await browser.GoAsync("/")).Address.ShouldStartWith("/connexion", Case.Sensitive, "a company is no agent");
        await (await browser.GoAsync("/mes-courriers")).PressAsync("form[action*=Leave] button");

        (browser.Title, browser.Flash).ShouldBe(("Mes courriers", "Vous êtes sorti de « Mes courriers »."));
        (await browser.GoAsync("/mes-courriers")).Page.QuerySelector("[name=Email]").ShouldNotBeNull();
        (await browser.GoAsync("/mes-courriers/adresses")).Address.ShouldBe("/mes-courriers");
        var agent = new Browser(await world.AgentAsync());
        (await agent.GoAsync("/mes-courriers")).Page.QuerySelector("[name=Email]").ShouldNotBeNull("an agent is no company");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_address_is_added_by_its_own_link_and_taken_off(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SendAsync(world);
        await SendAsync(world, "offres@alpha.test");
        var (browser, _) = await EnteredAsync(world);

        await (await browser.GoAsync("/mes-courriers/adresses")).Fill("Email", "offres@alpha.test").PressAsync("form[action*=Add] button");
        browser.Flash.ShouldContain("Un lien est envoyé à offres@alpha.test");
        browser.Page.QuerySelectorAll(".space-addresses li").Length.ShouldBe(1);
        var colleague = await new Browser(world.Visitor()).GoAsync(await LinkAsync(world, "offres@alpha.test"));
        colleague.Title.ShouldBe("Ajouter votre adresse à un espace");
        colleague.Text.ShouldContain($"L’espace de {Alpha} demande à réunir les courriers adressés à offres@alpha.test.");
        await colleague.Fill("Declared", "true").PressAsync("main form button");

        colleague.Flash.ShouldBe("offres@alpha.test est ajoutée à cet espace.");
        (await browser.GoAsync("/mes-courriers")).Page.QuerySelectorAll(".space-letters > li").Length.ShouldBe(2);
        await (await browser.GoAsync("/mes-courriers/adresses")).PressAsync("form[action*=TakeOff] button");
        browser.Flash.ShouldBe("offres@alpha.test est retirée de votre espace.");
        (await browser.GoAsync("/mes-courriers")).Page.QuerySelectorAll(".space-letters > li").Length.ShouldBe(1);
        (await colleague.GoAsync("/mes-courriers")).Flash.ShouldContain("Vous n’êtes plus dans");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_space_without_letters_says_what_to_do(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SendAsync(world);
        var (browser, _) = await EnteredAsync(world);
        await world.QueryAsync(db => db.CompanyAddresses.ExecuteUpdateAsync(a => a.SetProperty(x => x.EmailKey, "autre@alpha.test")));

        (await browser.GoAsync("/mes-courriers")).Text.ShouldContain("Aucun courrier n’a été adressé à autre@alpha.test");
    }

    private static async Task<Browser> AskAsync(WebWorld world, string email) =>
        await (await new Browser(world.Visitor()).GoAsync("/mes-courriers")).Fill("Email", email).PressAsync("main form button");

    private static async Task<(Browser Browser, string Cookie)> EnteredAsync(WebWorld world)
    {
        await AskAsync(world, Alpha);
        var link = await LinkAsync(world);
        var visitor = world.Visitor();
        var page = await visitor.PageAsync(link);
        var entered = await visitor.SubmitAsync(page, "Ouvrir mes courriers", ("Declared", "true"));
        entered.Status.ShouldBe(HttpStatusCode.Redirect);
        return (new Browser(visitor), entered.Response.Headers.GetValues("Set-Cookie").Single(c => c.Contains("courriers", StringComparison.Ordinal)));
    }

    private static async Task<string> LinkAsync(WebWorld world, string email = Alpha)
    {
        var notice = await world.QueryAsync(db => db.Notices.SingleAsync(n => n.Kind == NoticeKind.SpaceSignIn && n.Email == email));
        return "/mes-courriers/entree/" + await world.RunAsync((PersonalLink links) => Task.FromResult(links.TokenOfSpaceSignIn(notice.ConcernsId!.Value)));
    }

    private static async Task<Conversation> SendAsync(WebWorld world, string email = Alpha)
    {
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", Question, email);
        return (await world.SendAsync(draft.Id))[0];
    }
}
