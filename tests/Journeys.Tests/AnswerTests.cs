using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>A company replies; an agent opens the reply, answers it with a letter, and finds each of both conversations from the other.</summary>
public sealed class AnswerTests
{
    private const string Subject = "Pièces à compléter";

    [Theory]
    [InlineData(true, DatabaseProvider.Sqlite)]
    [InlineData(true, DatabaseProvider.Postgresql)]
    [InlineData(false, DatabaseProvider.Sqlite)]
    [InlineData(false, DatabaseProvider.Postgresql)]
    public async Task An_agent_answers_a_reply(bool javaScript, DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var name = $"answer-{(javaScript ? "script" : "no-script")}";
        await demo.SendLetterAsync("2026-T-021", new { type = "completion-request", replyExpected = true, subject = Subject, bodyHtml = "<p>Merci de compléter.</p>", recipients = new[] { new { email = "contact@alpha.test", company = "Alpha" } } });
        await ReplyAsync(demo);

        var page = await demo.OpenWindowAsync(javaScript);
        await page.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();
        await page.GotoAsync(demo.Url("/reception"));
        await page.GetByRole(AriaRole.Link, new() { Name = Subject, Exact = true }).First.ClickAsync();
        var conversation = page.Url;
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir la réponse" }));
        await Expect(page.GetByText("Voici nos pièces.")).ToBeVisibleAsync();
        await LookAsync(page, $"{name}-1-reply");
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Répondre" }));

        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Objet" })).ToHaveValueAsync($"Re\u00a0: {Subject}");
        await LookAsync(page, $"{name}-2-draft");
        await page.GetByText("Envoyer à 1 destinataire").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Envoyer maintenant" }).ClickAsync();
        await Expect(page.GetByText("Courrier envoyé à 1 destinataire.")).ToBeVisibleAsync();

        await page.GotoAsync(conversation);
        await LookAsync(page, $"{name}-3-answered");
        await page.GetByRole(AriaRole.Link, new() { Name = $"Re : {Subject}" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Re : {Subject}" })).ToBeVisibleAsync();
        await LookAsync(page, $"{name}-4-next");
        await page.GetByRole(AriaRole.Link, new() { Name = "l’échange du" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(conversation);
        await page.Context.DisposeAsync();
    }

    private static async Task ReplyAsync(Demo demo)
    {
        var company = await demo.OpenWindowAsync(javaScript: false, 390);
        await company.GotoAsync((await demo.MailToAsync("contact@alpha.test")).Links.First(l => l.Contains("/c/", StringComparison.Ordinal)));
        await company.GetByLabel("J’ouvre ce courrier").CheckAsync();
        await company.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le courrier" }).ClickAsync();
        await company.GetByRole(AriaRole.Textbox, new() { Name = "Votre réponse" }).FillAsync("Voici nos pièces.");
        await company.GetByRole(AriaRole.Button, new() { Name = "Relire avant d’envoyer" }).ClickAsync();
        await company.GetByRole(AriaRole.Button, new() { Name = "Envoyer la réponse" }).ClickAsync();
        await Expect(company.GetByRole(AriaRole.Heading, new() { Name = "Votre réponse est transmise" })).ToBeVisibleAsync();
        await company.Context.DisposeAsync();
    }

    /// <summary>Axe; pictures for a desk and for a telephone.</summary>
    private static async Task LookAsync(IPage page, string name)
    {
        await Accessible.CheckAsync(page);
        await Demo.PictureAsync(page, name);
        await page.SetViewportSizeAsync(390, 844);
        await Accessible.CheckAsync(page);
        await Demo.PictureAsync(page, name + "-390");
        await page.SetViewportSizeAsync(1440, 900);
    }
}
