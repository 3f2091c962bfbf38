using Microsoft.Playwright;
using UglyToad.PdfPig;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>The main job end to end, as two people do it in their browsers, with real mail between them.</summary>
public sealed class MainJobTests
{
    private const string Subject = "Pièces à compléter de votre offre";
    private const string Company = "marches@bocage-tp.test";

    [Theory]
    [InlineData(true, DatabaseProvider.Sqlite)]
    [InlineData(false, DatabaseProvider.Sqlite)]
    [InlineData(true, DatabaseProvider.Postgresql)]
    [InlineData(false, DatabaseProvider.Postgresql)]
    public async Task A_letter_is_written_carried_opened_answered_and_attested(bool javaScript, DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var name = $"{(javaScript ? "script" : "no-script")}-{provider}".ToLowerInvariant();

        var agent = await demo.OpenWindowAsync(javaScript);
        await SignInAsync(agent);
        await WriteAndSendAsync(demo, agent, name, javaScript);
        await SeeDeliveredAsync(demo, agent, name);

        var link = (await demo.MailToAsync(Company)).Links.ShouldHaveSingleItem();
        var company = await demo.OpenWindowAsync(javaScript, width: 390);
        await OpenAndReplyAsync(company, link, name, javaScript);

        await ReadReplyAsync(demo, agent, name);
        var text = await AttestationAsync(agent);
        text.ShouldContain("Attestation des échanges");
        text.ShouldContain(Subject);
        text.ShouldContain(Company);
        text.ShouldContain("2.0.0 Ok: queued as");
        text.ShouldNotContain("ferreira");
        text.ShouldNotContain("recommandé");

        await agent.Context.DisposeAsync();
        await company.Context.DisposeAsync();
    }

    private static async Task SignInAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
    }

    private static async Task WriteAndSendAsync(Demo demo, IPage page, string name, bool javaScript)
    {
        await Demo.PictureAsync(page, $"{name}-1-dashboard");
        await page.GotoAsync(demo.Url("/consultations/2026-T-021"));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Suivi des messages échangés et documents joints" })).ToBeVisibleAsync();
        await Demo.PictureAsync(page, $"{name}-2-consultation");
        await page.GetByRole(AriaRole.Link, new() { Name = "Envoyer un message" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Demande de complément" }).ClickAsync();

        await page.GetByText("Registre des dépôts").ClickAsync();
        await page.Locator("button[name=addRegister][value=deposits]").ClickAsync();
        await Expect(page.Locator(".chips > li")).ToHaveCountAsync(4);
        await page.GetByLabel("Objet").FillAsync(Subject);
        await page.GetByLabel("Texte du courrier").FillAsync("Madame, Monsieur,\n\nMerci de compléter votre offre : été, Noël, œuvre.");
        await page.GetByLabel("Ajouter des fichiers").SetInputFilesAsync(new FilePayload { Name = "liste des pièces n° 1.txt", MimeType = "text/plain", Buffer = "DC1, DC2"u8.ToArray() });
        if (javaScript)
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "liste des pièces n° 1.txt" })).ToBeVisibleAsync(); // it leaves by itself, and holds every button until then
        await page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Le brouillon est enregistré.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "liste des pièces n° 1.txt" })).ToBeVisibleAsync();
        await Demo.PictureAsync(page, $"{name}-3-write");

        await page.GetByText("Envoyer à 4 destinataires").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Envoyer maintenant" }).ClickAsync();
        await Expect(page.GetByText("Courrier envoyé à 4 destinataires.")).ToBeVisibleAsync();
    }

    private static async Task SeeDeliveredAsync(Demo demo, IPage page, string name)
    {
        var delivered = page.Locator("table").GetByText("Délivré", new() { Exact = true });
        var undelivered = page.Locator("table").GetByText("Non délivré", new() { Exact = true });
        for (var i = 0; i < 120 && (await delivered.CountAsync() < 3 || await undelivered.CountAsync() < 1); i++)
        {
            await Task.Delay(250);
            await page.GotoAsync(demo.Url("/consultations/2026-T-021/suivi"));
        }

        await Expect(delivered).ToHaveCountAsync(3);
        await Expect(undelivered).ToHaveCountAsync(1);
        await Demo.PictureAsync(page, $"{name}-4-follow");
    }

    private static async Task OpenAndReplyAsync(IPage page, string link, string name, bool javaScript)
    {
        await page.GotoAsync(link);
        await Expect(page.GetByText("Merci de compléter")).ToHaveCountAsync(0);
        await Demo.PictureAsync(page, $"{name}-5-before-opening");

        if (!javaScript)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le courrier" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
            await page.GetByLabel("J’ouvre ce courrier").CheckAsync();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le courrier" }).ClickAsync();
        await Expect(page.GetByText("Merci de compléter votre offre : été, Noël, œuvre.")).ToBeVisibleAsync();

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "liste des pièces n° 1.txt" }).ClickAsync());
        download.SuggestedFilename.ShouldBe("liste des pièces n° 1.txt");
        (await File.ReadAllTextAsync(await download.PathAsync())).ShouldBe("DC1, DC2");

        await page.GetByRole(AriaRole.Textbox, new() { Name = "Votre réponse" }).FillAsync("Voici les pièces demandées.");
        await page.GetByLabel("Pièces jointes").SetInputFilesAsync(new FilePayload { Name = "DC1 signé.pdf", MimeType = "application/pdf", Buffer = "%PDF-1.7 fictif"u8.ToArray() });
        if (javaScript)
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Retirer DC1 signé.pdf" })).ToBeVisibleAsync(); // it goes by itself
        await Demo.PictureAsync(page, $"{name}-6-opened");
        await page.GetByRole(AriaRole.Button, new() { Name = "Relire avant d’envoyer" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Relire votre réponse" })).ToBeVisibleAsync();
        await Expect(page.GetByText("DC1 signé.pdf")).ToBeVisibleAsync();
        await Demo.PictureAsync(page, $"{name}-6b-preview");
        await page.GetByRole(AriaRole.Button, new() { Name = "Envoyer la réponse" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Votre réponse est transmise" })).ToBeVisibleAsync();
        await Demo.PictureAsync(page, $"{name}-7-acknowledgement");
    }

    private static async Task ReadReplyAsync(Demo demo, IPage page, string name)
    {
        await page.GotoAsync(demo.Url("/reception"));
        await Demo.PictureAsync(page, $"{name}-8-inbox");
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = Company }).GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(page.GetByText("Voici les pièces demandées.")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir la réponse" }).ClickAsync();
        await Expect(page.GetByText("Voici les pièces demandées.")).ToBeVisibleAsync();
        await Expect(page.Locator(".page-head").GetByText("Réponse lue")).ToBeVisibleAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "DC1 signé.pdf" }).ClickAsync());
        (await File.ReadAllTextAsync(await download.PathAsync())).ShouldBe("%PDF-1.7 fictif");
        await Demo.PictureAsync(page, $"{name}-9-conversation");
    }

    private static async Task<string> AttestationAsync(IPage page)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Attestation des échanges" }).ClickAsync());
        download.SuggestedFilename.ShouldEndWith(".pdf");
        using var pdf = PdfDocument.Open(await download.PathAsync());
        return string.Join('\n', pdf.GetPages().Select(p => ContentOrderTextExtractor.GetText(p)));
    }
}
