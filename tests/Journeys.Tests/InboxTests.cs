using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>An agent follows a consultation, is told by mail of a failure, gives it to a colleague; who says that it is done.</summary>
public sealed class InboxTests
{
    private const string Reference = "2026-T-021";
    private const string Subject = "Précisions sur votre offre";
    private const string Wrong = "accueil@durand.inconnu.test";

    [Theory]
    [InlineData(true, DatabaseProvider.Sqlite)]
    [InlineData(false, DatabaseProvider.Sqlite)]
    [InlineData(true, DatabaseProvider.Postgresql)]
    public async Task What_waits_is_told_shared_and_done(bool javaScript, DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var name = $"inbox-{(javaScript ? "script" : "no-script")}-{provider}".ToLowerInvariant();
        var page = await EnterAsync(demo, javaScript, "Camille Durand");
        await page.GotoAsync(demo.Url("/reception"));
        await Expect(page.GetByText("Toutes les réponses sont lues.")).ToBeVisibleAsync();
        await LookAsync(page, $"{name}-1-empty");
        await ChooseAsync(demo, page, name);

        await demo.SendLetterAsync(Reference, new { subject = Subject, bodyHtml = "<p>Merci de préciser le délai.</p>", replyExpected = true, replyDue = TimeProvider.System.GetUtcNow().AddDays(3), recipients = new[] { new { email = Wrong, company = "Durand et fils" }, new { email = "contact@martin.test", company = "SARL Martin" } } });
        (await demo.MailToAsync("camille.durand@montrevel.test")).Subject.ShouldBe($"Courrier non délivré\u00a0: {Subject}");

        await page.GotoAsync(demo.Url("/reception"));
        await Expect(page.Locator(".site-nav .waiting")).ToHaveTextAsync("1 à traiter");
        await LookAsync(page, $"{name}-2-waiting");
        await page.PressAtAsync(Failed(page).GetByRole(AriaRole.Button, new() { Name = "M’en occuper" }));
        await Expect(page.GetByText("L’échange vous est attribué.")).ToBeVisibleAsync();
        await Failed(page).GetByRole(AriaRole.Link, new() { Name = "Attribuer" }).ClickAsync();
        var handling = page.Locator("#prise-en-charge");
        await page.PressAtAsync(handling.Locator("summary"));
        await LookAsync(page, $"{name}-3-conversation");
        await handling.GetByLabel("Collègue").SelectOptionAsync(new SelectOptionValue { Label = "Samir Benali" });
        await page.PressAtAsync(handling.GetByRole(AriaRole.Button, new() { Name = "Attribuer", Exact = true }));
        await Expect(handling).ToContainTextAsync("Attribué à Samir Benali");

        var samir = await EnterAsync(demo, javaScript, "Samir Benali");
        await samir.GotoAsync(demo.Url("/reception?qui=moi"));
        await LookAsync(samir, $"{name}-4-mine");
        await samir.PressAtAsync(Failed(samir).GetByRole(AriaRole.Button, new() { Name = "Traité" }));
        await Expect(samir.Locator(".site-nav .waiting")).ToHaveCountAsync(0);
        await samir.GetByRole(AriaRole.Link, new() { Name = "Traités" }).ClickAsync();
        await Expect(samir.GetByRole(AriaRole.Row).Filter(new() { HasText = Wrong })).ToContainTextAsync("Samir Benali");
        await LookAsync(samir, $"{name}-5-done");
    }

    private static async Task ChooseAsync(Demo demo, IPage page, string name)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Camille Durand : mes notifications" }).ClickAsync();
        await page.GetByRole(AriaRole.Group, new() { Name = "Un courrier est lu" }).GetByLabel("Une fois par jour").CheckAsync();
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer mes choix" }));
        await Expect(page.GetByText("Vos choix sont enregistrés.")).ToBeVisibleAsync();
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer l’absence" }));
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await LookAsync(page, $"{name}-a-absence-refused");
        await page.GotoAsync(demo.Url($"/consultations/{Reference}"));
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Suivre tous les courriers" }));
        await Expect(page.GetByText($"Vous serez averti de tous les courriers de {Reference}.")).ToBeVisibleAsync();
        await LookAsync(page, $"{name}-b-followed");
        await page.GotoAsync(demo.Url("/mes-notifications"));
        await LookAsync(page, $"{name}-c-choices");
    }

    private static ILocator Failed(IPage page) => page.Locator("#non-delivres ~ table").GetByRole(AriaRole.Row).Filter(new() { HasText = Wrong });

    private static async Task<IPage> EnterAsync(Demo demo, bool javaScript, string agent)
    {
        var page = await demo.OpenWindowAsync(javaScript);
        await page.GetByRole(AriaRole.Button, new() { Name = agent }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        return page;
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
