using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>The messagerie historique: past messages are there, a new one is written in one act, opened by its link and answered.</summary>
public sealed class HistoriqueTests
{
    [Theory]
    [InlineData(DatabaseProvider.Sqlite, true)]
    [InlineData(DatabaseProvider.Sqlite, false)]
    [InlineData(DatabaseProvider.Postgresql, true)]
    public async Task A_message_is_written_in_one_act_acknowledged_and_answered(DatabaseProvider provider, bool javaScript)
    {
        await using var demo = await Demo.StartAsync(provider);
        var name = $"historique-{provider}{(javaScript ? "" : "-no-script")}".ToLowerInvariant();
        var page = await demo.OpenWindowAsync(javaScript, javaScript ? 1440 : 390);
        await page.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();

        await page.GotoAsync(demo.Url("/consultations/2024-F-117/suivi"));
        await Expect(page.GetByText("avant la bascule du")).ToBeVisibleAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(3);
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("Importé");
        await PictureAsync(page, name + "-1-list");
        await page.GetByRole(AriaRole.Link, new() { Name = "Précision sur le mobilier du réfectoire", Exact = true }).ClickAsync();
        await Expect(page.GetByText("n’en atteste rien")).ToBeVisibleAsync();
        await PictureAsync(page, name + "-2-imported");

        await page.GotoAsync(demo.Url("/consultations/2024-F-117/courriers/nouveau"));
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Adresses des destinataires" }).FillAsync("contact@alpha.test");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Objet" }).FillAsync("Livraison du mobilier");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Texte du message" }).FillAsync("Bonjour,\n\nLa livraison est fixée au 3.");
        await page.GetByLabel("Joindre des fichiers").SetInputFilesAsync(demo.File("plan.bin", 2_000_000));
        await PictureAsync(page, name + "-3-form");
        await page.GetByRole(AriaRole.Button, new() { Name = "Vérifier avant l’envoi" }).PressAsync("Enter");
        await Expect(page.GetByText("Rien n’est envoyé.")).ToBeVisibleAsync();
        await PictureAsync(page, name + "-4-confirmation");
        await page.GetByRole(AriaRole.Button, new() { Name = "Envoyer à 1 destinataire" }).PressAsync("Enter");
        await Expect(page.GetByText("Message envoyé à 1 destinataire.")).ToBeVisibleAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(4);

        var company = await demo.OpenWindowAsync(javaScript, 390);
        await company.GotoAsync((await demo.MailToAsync("contact@alpha.test")).Links.First(l => l.Contains("/c/", StringComparison.Ordinal)));
        await company.GetByLabel("J’ouvre ce courrier").CheckAsync();
        await company.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le courrier" }).ClickAsync();
        await company.GetByRole(AriaRole.Textbox, new() { Name = "Votre réponse" }).FillAsync("C’est noté.");
        await company.GetByRole(AriaRole.Button, new() { Name = "Relire avant d’envoyer" }).PressAsync("Enter");
        await company.GetByRole(AriaRole.Button, new() { Name = "Envoyer la réponse" }).PressAsync("Enter");
        await Expect(company.GetByRole(AriaRole.Heading, new() { Name = "Votre réponse est transmise" })).ToBeVisibleAsync();

        await page.GotoAsync(demo.Url("/consultations/2024-F-117/suivi"));
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(5);
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("Réponse");
        await Expect(page.Locator("main .status")).ToHaveCountAsync(0);
        await page.Locator("tbody a.title").First.ClickAsync();
        await Expect(page.GetByText("C’est noté.")).ToBeVisibleAsync();
        await PictureAsync(page, name + "-5-reply");
        await page.GetByRole(AriaRole.Link, new() { Name = "Livraison du mobilier" }).ClickAsync();
        await Expect(page.Locator("[aria-labelledby=recipients-title] tbody time")).ToHaveCountAsync(1);
        await Expect(page.Locator("[aria-labelledby=replies-title] tbody tr")).ToHaveCountAsync(1);
        await PictureAsync(page, name + "-6-message");
        await company.Context.DisposeAsync();
        await page.Context.DisposeAsync();
    }

    private static async Task PictureAsync(IPage page, string name)
    {
        await Demo.PictureAsync(page, name);
        await page.ShouldFitAsync(name);
        await Accessible.CheckAsync(page);
    }
}
