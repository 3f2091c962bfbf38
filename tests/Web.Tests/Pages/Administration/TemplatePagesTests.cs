using System.Net;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Letters;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Api;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Administration;

public sealed class TemplatePagesTests
{
    private const string Rejection = "/administration/modeles/rejection";

    [Theory, ClassData(typeof(Databases))]
    public async Task An_administrator_finds_the_nine_from_the_header(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var browser = await AdministratorAsync(world);
        await browser.GoAsync("/");
        browser.Page.QuerySelector(".site-nav a[href='/administration']")!.TextContent.ShouldBe("Administration");
        await browser.GoAsync("/administration");
        browser.Page.QuerySelector("main a[href='/administration/modeles']").ShouldNotBeNull();
        await browser.GoAsync("/administration/modeles");
        browser.Page.QuerySelectorAll("tbody th").Select(h => h.TextContent.Trim()).ShouldBe(LetterTemplate.All.Select(t => t.Title));
        browser.Page.QuerySelectorAll("tbody td[data-label='Modèle en vigueur']").ShouldAllBe(c => c.TextContent.Trim() == "modèle par défaut");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Who_administers_nothing_is_refused_and_sees_no_link(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/");
        browser.Page.QuerySelector("a[href='/administration']").ShouldBeNull();
        foreach (var address in new[] { "/administration", "/administration/modeles", Rejection, Rejection + "/versions/1" })
        {
            await browser.GoAsync(address);
            browser.Status.ShouldBe(HttpStatusCode.Forbidden);
            browser.Title.ShouldBe("Cette page ne vous est pas ouverte");
        }

        (await new Browser(world.Visitor()).GoAsync(Rejection)).Address.ShouldStartWith("/connexion");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_fault_is_told_with_its_place_and_the_form_stays_as_typed(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var browser = await (await AdministratorAsync(world)).GoAsync(Rejection);
        browser.Fill("Form.Subject", "Rejet {{ consultation.titre }}").Fill("Form.Body", "<p>Bonjour</p>\n<p>{{ recipient.company | upcase }}</p>");
        foreach (var act in new[] { "preview", "save" })
        {
            await browser.PressAsync($"#template button.btn[value={act}]");
            browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            browser.Errors.ShouldBe([
                ("Ligne 1, colonne 10 : « consultation.titre » n'est pas une variable connue : écrivez « consultation.title ».", "#Form_Subject"),
                ("Ligne 2, colonne 7 : « recipient.company » n'est connu qu'à l'envoi, pour chaque destinataire : il s'écrit seul, « {{ recipient.company }} », sans filtre et hors d'une condition.", "#Form_Body"),
            ]);
            Value(browser, "Form.Body").ShouldBe("<p>Bonjour</p>\n<p>{{ recipient.company | upcase }}</p>");
            browser.Page.QuerySelector("#template")!.GetAttribute("data-dirty").ShouldBe("true");
        }

        (await world.QueryAsync(db => db.TemplateVersions.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_preview_shows_what_the_template_makes_and_keeps_nothing(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var browser = await (await AdministratorAsync(world)).GoAsync(Rejection);
        browser.Fill("Form.Subject", "Rejet {{ consultation.reference }}").Fill("Form.Body", "<p onclick=\"x\">Bonjour <strong>{{ recipient.company }}</strong>, {% if consultation.procedure == \"Procédure adaptée\" %}MAPA{% else %}formalisée{% endif %}</p>");
        browser.Fill("Form.ReplyExpected", "true");
        await browser.PressAsync("#template button.btn[value=preview]");
        browser.Status.ShouldBe(HttpStatusCode.OK);
        var preview = browser.Page.QuerySelector("#apercu")!;
        preview.QuerySelector(".letter")!.InnerHtml.ShouldContain("<p>Bonjour <strong>Exemple Bâtiment SARL</strong>, formalisée</p>");
        preview.QuerySelector("pre")!.TextContent.ShouldStartWith("Bonjour Exemple Bâtiment SARL, formalisée");
        preview.TextContent.ShouldContain("Rejet 2026-T-000");
        preview.TextContent.ShouldContain("réponse attendue");
        (await world.QueryAsync(db => db.TemplateVersions.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_kept_stands_in_the_lists_the_api_and_the_next_letters(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var browser = await SaveAsync(await AdministratorAsync(world), "Le nôtre {{ consultation.reference }}");
        browser.Flash.ShouldBe("La version 1 est en vigueur pour les prochains courriers.");
        browser.Text.ShouldContain("En vigueur : modèle de l’organisation, version 1, le");
        await browser.GoAsync("/administration/modeles");
        browser.Page.QuerySelectorAll("tbody tr")[7].TextContent.ShouldContain("modèle de l’organisation, version 1");
        browser.Page.QuerySelectorAll("tbody tr")[7].TextContent.ShouldContain("par Hélène Le Goff");

        var types = (await world.Api().AskAsync("letter-types")).Items;
        types.Single(t => t.GetProperty("type").GetString() == "rejection").GetProperty("subject").GetString().ShouldBe("Le nôtre {{ consultation.reference }}");
        types.Single(t => t.GetProperty("type").GetString() == "rejection").GetProperty("mode").GetString().ShouldBe("plain");

        var agent = await new Browser(await world.AgentAsync()).GoAsync("/consultations/2026-T-014/courriers/nouveau");
        agent.Page.QuerySelector("#type-Rejection")!.TextContent.ShouldBe("Courrier électronique simple");
        await agent.PressAsync("button[value=Rejection]");
        Value(agent, "Form.Subject").ShouldBe("Le nôtre 2026-T-014");
        (await world.QueryAsync(db => db.Letters.SingleAsync())).TemplateNumber.ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_administrators_never_write_over_each_other(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var first = await (await AdministratorAsync(world)).GoAsync(Rejection);
        await SaveAsync(await AdministratorAsync(world, "alix@montrevel.test", "Alix Martin"), "Celui d'Alix");
        first.Fill("Form.Subject", "Celui d'Hélène");
        await first.PressAsync("#template button.btn[value=save]");
        first.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        first.Errors.ShouldHaveSingleItem().Text.ShouldStartWith("Alix Martin a enregistré la version 1 de ce modèle");
        first.Text.ShouldContain("Votre saisie est encore sur cette page");
        Value(first, "Form.Subject").ShouldBe("Celui d'Hélène");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_older_version_is_looked_at_and_taken_up_again(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var browser = await SaveAsync(await SaveAsync(await AdministratorAsync(world), "Le premier"), "Le second");
        browser.Page.QuerySelectorAll(".versions a").Select(a => a.TextContent).ShouldBe(["Version 2", "Version 1"]);
        (await browser.GoAsync(Rejection + "/versions/2")).Page.QuerySelector("main form").ShouldBeNull("it stands");
        await browser.GoAsync(Rejection + "/versions/1");
        browser.Page.QuerySelector("pre.source")!.TextContent.ShouldBe("<p>Bonjour {{ recipient.company }}</p>");
        await browser.PressAsync("main form button");
        browser.Flash.ShouldBe("La version 3 reprend la version 1.");
        Value(browser, "Form.Subject").ShouldBe("Le premier");
        foreach (var nowhere in new[] { Rejection + "/versions/9", "/administration/modeles/inconnu" })
            (await browser.GoAsync(nowhere)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_default_is_restored_by_a_button_that_asks(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var browser = await (await AdministratorAsync(world)).GoAsync(Rejection);
        browser.Page.QuerySelector("form[action*=Restore]").ShouldBeNull("the default stands already");
        await SaveAsync(browser, "Le nôtre");
        await browser.PressAsync("form[action*=Restore] button");
        browser.Flash.ShouldBe("Le modèle par défaut est rétabli : c’est la version 2.");
        browser.Text.ShouldContain("modèle par défaut rétabli, version 2");
        Value(browser, "Form.Subject").ShouldBe(LetterTemplate.For(LetterType.Rejection).Subject);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Saving_what_nobody_touched_adds_no_version(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var browser = await AdministratorAsync(world);
        foreach (var template in LetterTemplate.All)
        {
            await browser.GoAsync("/administration/modeles/" + Core.Data.Words.Of(template.Type));
            await browser.PressAsync("#template button.btn[value=save]");
            browser.Flash.ShouldBe("Rien n’a changé : aucune version n’est ajoutée.");
        }
    }

    private static async Task<Browser> SaveAsync(Browser browser, string subject)
    {
        await browser.GoAsync(Rejection);
        browser.Fill("Form.Mode", "Plain").Fill("Form.Subject", subject).Fill("Form.Body", "<p>Bonjour {{ recipient.company }}</p>");
        return await browser.PressAsync("#template button.btn[value=save]");
    }

    private static string Value(Browser browser, string name) => browser.Page.QuerySelector($"[name='{name}']") switch
    {
        IHtmlTextAreaElement area => area.Value.ReplaceLineEndings("\n"),
        { } control => control.GetAttribute("value") ?? "",
        null => throw new InvalidOperationException(name),
    };

    private static async Task<Browser> AdministratorAsync(WebWorld world, string email = "helene@montrevel.test", string name = "Hélène Le Goff")
    {
        var agent = new Agent { Id = Guid.CreateVersion7(TestWorld.Start), OrganisationId = world.Buyer.Organisation.Id, Name = name, Email = email, Role = AgentRole.Administrator };
        await world.QueryAsync(db =>
        {
            db.Add(agent);
            return db.SaveChangesAsync();
        });
        return new Browser(await world.AgentAsync(agent));
    }
}
