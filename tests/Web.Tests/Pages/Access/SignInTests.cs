using System.Net;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Access;

public sealed class SignInTests
{
    private const string Email = "camille.durand@montrevel.test";

    [Theory, ClassData(typeof(Databases))]
    public async Task An_agent_enters_and_lands_where_they_were_going(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var browser = await new Browser(world.Visitor()).GoAsync("/consultations/2026-T-014/courriers/nouveau");
        browser.Address.ShouldBe("/connexion?retour=%2Fconsultations%2F2026-T-014%2Fcourriers%2Fnouveau");

        await browser.Fill("Form.Email", " Camille.Durand@montrevel.test ").Fill("Form.Password", "un mot de passe").PressAsync("form button");

        browser.Address.ShouldBe("/consultations/2026-T-014/courriers/nouveau");
        browser.Text.ShouldContain("Camille Durand");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_words(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var browser = await new Browser(world.Visitor()).GoAsync("/connexion");

        await browser.Fill("Form.Email", Email).Fill("Form.Password", "un autre").PressAsync("form button");
        var wrong = browser.Errors.ShouldHaveSingleItem();
        browser.Page.QuerySelector("[name='Form.Email']")!.GetAttribute("value").ShouldBe(Email);
        await browser.Fill("Form.Email", "personne@montrevel.test").Fill("Form.Password", "un mot de passe").PressAsync("form button");

        browser.Errors.ShouldHaveSingleItem().ShouldBe(wrong);
        wrong.Target.ShouldBe("#Form_Password");
        browser.Page.Title.ShouldNotBeNull().ShouldStartWith("Erreur");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Who_tries_too_often_is_told_to_wait_and_locks_out_nobody_else(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var browser = await new Browser(world.Visitor()).GoAsync("/connexion");
        for (var i = 0; i < SignInTries.MostForOne; i++)
            await browser.Fill("Form.Email", Email).Fill("Form.Password", "un autre").PressAsync("form button");

        await browser.Fill("Form.Email", " CAMILLE.Durand@montrevel.test").Fill("Form.Password", "un mot de passe").PressAsync("form button");

        browser.Address.ShouldBe("/connexion");
        browser.Errors.ShouldHaveSingleItem().Text.ShouldStartWith("Trop d’essais");
        await browser.Fill("Form.Email", "personne@montrevel.test").Fill("Form.Password", "un mot de passe").PressAsync("form button");
        browser.Errors.ShouldHaveSingleItem().Text.ShouldStartWith("L’adresse ou le mot de passe");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_empty_form_names_its_fields(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var browser = await (await new Browser(world.Visitor()).GoAsync("/connexion")).PressAsync("form button");
        browser.Errors.Select(e => e.Target).ShouldBe(["#Form_Email", "#Form_Password"]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_return_address_elsewhere_is_ignored(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var browser = await new Browser(world.Visitor()).GoAsync("/connexion?retour=https%3A%2F%2Fmalveillant.test%2F");
        await browser.Fill("Form.Email", Email).Fill("Form.Password", "un mot de passe").PressAsync("form button");
        browser.Address.ShouldBe("/");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Outside_the_demo_nobody_enters_by_a_button(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var browser = await new Browser(world.Visitor()).GoAsync("/connexion");
        browser.Page.QuerySelector("[name=agent]").ShouldBeNull();

        var forged = browser.Page.QuerySelector("form button")!;
        forged.SetAttribute("name", "agent");
        forged.SetAttribute("value", world.Buyer.Agent.Id.ToString());
        browser.Page.QuerySelector("form")!.SetAttribute("action", "/connexion?handler=Demo");
        await browser.PressAsync("form button");

        browser.Status.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GoAsync("/")).Address.ShouldStartWith("/connexion");
    }

    [Fact]
    public async Task In_the_demo_each_agent_is_a_button()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite, withMailbox: true);
        var browser = await new Browser(world.Visitor()).GoAsync("/connexion");
        await browser.PressAsync($"button[value='{world.Buyer.Agent.Id}']");
        browser.Title.ShouldBe("Toutes les consultations");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Signing_out_takes_a_button_and_nothing_less(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var client = await world.AgentAsync();
        var browser = new Browser(client);

        (await browser.GoAsync("/deconnexion")).Status.ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await client.PostAsync("/deconnexion", null, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await browser.GoAsync("/")).Title.ShouldBe("Toutes les consultations");

        await browser.PressAsync(".site-user button");

        browser.Flash.ShouldBe("Vous êtes déconnecté.");
        (await browser.GoAsync("/")).Address.ShouldStartWith("/connexion");
    }

    private static async Task<WebWorld> WorldAsync(DatabaseProvider provider)
    {
        var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        await world.QueryAsync(async db =>
        {
            (await db.Agents.SingleAsync()).SetPassword("un mot de passe");
            return await db.SaveChangesAsync();
        });
        return world;
    }
}
