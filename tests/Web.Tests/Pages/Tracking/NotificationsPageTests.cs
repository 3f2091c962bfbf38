using AngleSharp.Dom;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Tracking.Notifying;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Tracking;

public sealed class NotificationsPageTests
{
    private const string Address = "/mes-notifications";

    [Theory, ClassData(typeof(Databases))]
    public async Task Choices_are_kept_and_shown_again(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var browser = await new Browser(await world.AgentAsync()).GoAsync(Address);
        Chosen(browser).ShouldBe(["AtOnce", "AtOnce", "AtOnce", "None"]);

        await browser.Fill("Paces.Read", "Daily").Fill("Paces.Replied", "None").PressAsync("form[action$=Paces] button");

        browser.Flash.ShouldBe("Vos choix sont enregistrés.");
        Chosen(browser).ShouldBe(["None", "AtOnce", "AtOnce", "Daily"]);
        (await world.RunAsync((ReadNotices o) => o.RunAsync(world.Caller, default))).Paces.ShouldBe(new NoticePaces(NoticePace.AtOnce, NoticePace.Daily, NoticePace.None, NoticePace.AtOnce));
        await browser.Fill("Paces.Read", "Jamais vu").PressAsync("form[action$=Paces] button");
        browser.Errors.ShouldHaveSingleItem().Target.ShouldBe("#Paces_Read");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_absence_names_a_colleague_and_is_taken_back(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        (await new Browser(await world.AgentAsync()).GoAsync(Address)).Text.ShouldContain("personne ne peut vous remplacer");
        var samir = await world.AddColleagueAsync("Samir Benali", "samir.benali@montrevel.test");
        var browser = await new Browser(await world.AgentAsync()).GoAsync(Address);

        await browser.PressAsync("form[action$=Absence] button");
        browser.Errors.Select(e => e.Target).ShouldBe(["#From", "#Until", "#Substitute"]);
        await browser.Fill("From", "2026-03-09").Fill("Until", "2026-03-13").Fill("Substitute", samir.Id.ToString()).PressAsync("form[action$=Absence] button");

        browser.Flash.ShouldBe("Votre absence est enregistrée : Samir Benali recevra vos notifications.");
        browser.Text.ShouldContain("Du lundi 9 mars 2026 au vendredi 13 mars 2026, vos notifications vont à Samir Benali");
        await browser.PressAsync("form[action$=Back] button");
        (await world.RunAsync((ReadNotices o) => o.RunAsync(world.Caller, default))).Absence.ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_consultation_is_followed_muted_and_let_go_from_either_page(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync("2026/T 14");
        var browser = await new Browser(await world.AgentAsync()).GoAsync(Address);

        await browser.Fill("Reference", "AUTRE").PressAsync("form[action$=Consultation] button.btn-outline-primary");
        browser.Errors.ShouldHaveSingleItem().Target.ShouldBe("#Reference");
        await browser.Fill("Reference", "2026/T 14").PressAsync("form[action$=Consultation] button.btn-outline-primary");
        browser.Flash.ShouldBe("Vous serez averti de tous les courriers de 2026/T 14.");
        browser.Page.QuerySelector(".conversations a")!.GetAttribute("href").ShouldBe("/consultations/2026%2FT%2014");

        await browser.GoAsync("/consultations/2026%2FT%2014");
        browser.Page.QuerySelectorAll("button[name=choice]").Select(b => b.GetAttribute("value")).ShouldBe(["daily", "", "mute"]);
        await browser.PressAsync("button[name=choice][value=daily]");
        browser.Flash.ShouldBe("Vous serez averti une fois par jour de tous les courriers de 2026/T 14.");
        browser.Page.QuerySelectorAll("button[name=choice]").Select(b => b.GetAttribute("value")).ShouldBe(["follow", "", "mute"]);
        browser.Text.ShouldContain("Vous êtes averti une fois par jour de ce qui arrive à tous les courriers de cette consultation.");
        await browser.PressAsync("button[name=choice][value=mute]");
        browser.Address.ShouldBe("/consultations/2026%2FT%2014");
        browser.Text.ShouldContain("Vous ne recevez aucune notification de cette consultation.");
        await browser.GoAsync(Address);
        await browser.PressAsync(".conversations button");
        (await world.QueryAsync(db => db.ConsultationChoices.AnyAsync())).ShouldBeFalse();
    }

    private static IEnumerable<string?> Chosen(Browser browser) => browser.Page.QuerySelectorAll("input[type=radio][checked]").Select(radio => radio.GetAttribute("value"));
}
