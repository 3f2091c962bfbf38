using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using Vaguemestre.Web.Demo;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>A letter to wrong addresses: sent again in vain, one by one and together, then to the right address.</summary>
public sealed class ResendingTests
{
    private const string Subject = "Précisions sur votre offre";
    private const string Wrong = "accueil@durand.inconnu.test";
    private const string Other = "contact@martin.inconnu.test";
    private const string Right = "accueil@durand.test";

    [Theory]
    [InlineData(true, DatabaseProvider.Sqlite)]
    [InlineData(false, DatabaseProvider.Sqlite)]
    [InlineData(true, DatabaseProvider.Postgresql)]
    public async Task What_did_not_arrive_is_sent_again_then_to_a_corrected_address(bool javaScript, DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var name = $"resending-{(javaScript ? "script" : "no-script")}-{provider}".ToLowerInvariant();
        var page = await demo.OpenWindowAsync(javaScript);
        await page.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        await WriteAsync(demo);

        await SeeUndeliveredAsync(demo, page, 2);
        await LookAsync(page, javaScript, $"{name}-1-follow");
        await ResendOneAsync(page, javaScript, name);
        await SeeUndeliveredAsync(demo, page, 2);
        await ResendSelectionAsync(demo, page, javaScript, name);
        await SeeUndeliveredAsync(demo, page, 2);
        await CorrectAsync(demo, page, javaScript, name);
        await page.Context.DisposeAsync();
    }

    /// <summary>As a program of the buyer writes; what an agent does is told by other journeys.</summary>
    private static async Task WriteAsync(Demo demo)
    {
        demo.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoWorld.Key);
        using var draft = await demo.Http.PostAsJsonAsync("/api/v1/consultations/2026-T-021/letters", new { subject = Subject, bodyHtml = "<p>Merci de préciser le délai.</p>", recipients = new[] { new { email = Wrong, company = "Durand et fils" }, new { email = Other, company = "SARL Martin" } } });
        using var sent = await demo.Http.PostAsync(draft.EnsureSuccessStatusCode().Headers.Location + "/sending", null);
        sent.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    private static async Task SeeUndeliveredAsync(Demo demo, IPage page, int count)
    {
        var undelivered = page.Locator("table").GetByText("Non délivré", new() { Exact = true });
        for (var i = 0; i < 120; i++)
        {
            await page.GotoAsync(demo.Url("/consultations/2026-T-021/suivi"));
            if (await undelivered.CountAsync() == count)
                return;
            await Task.Delay(250);
        }

        await Expect(undelivered).ToHaveCountAsync(count);
    }

    private static async Task ResendOneAsync(IPage page, bool javaScript, string name)
    {
        var row = Row(page, Wrong);
        await page.PressAtAsync(row.Locator("summary"));
        await LookAsync(page, javaScript, $"{name}-2-confirm");
        await page.PressAtAsync(row.GetByRole(AriaRole.Button, new() { Name = $"Relancer {Wrong}" }));
        await Expect(page.GetByText($"Le courrier est relancé à {Wrong}.")).ToBeVisibleAsync();
        await Expect(Row(page, Wrong).GetByText("Relancé")).ToBeVisibleAsync();
    }

    private static async Task ResendSelectionAsync(Demo demo, IPage page, bool javaScript, string name)
    {
        await page.PressAtAsync(page.GetByRole(AriaRole.Checkbox, new() { Name = $"Sélectionner {Subject}, SARL Martin" }), "Space");
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = $"Sélectionner {Subject}, SARL Martin" })).ToBeCheckedAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sélectionner tous les non délivrés de la page" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Checkbox, new() { Name = $"Sélectionner {Subject}, Durand et fils" })).ToBeCheckedAsync();
        await page.GetByText("Relancer la sélection").ClickAsync();
        await LookAsync(page, javaScript, $"{name}-3-selection");
        await page.GetByRole(AriaRole.Button, new() { Name = "Relancer les courriers cochés" }).ClickAsync();
        await Expect(page.GetByText("2 courriers relancés.")).ToBeVisibleAsync();
        await page.GotoAsync(demo.Url("/reception"));
        await LookAsync(page, javaScript, $"{name}-4-inbox");
    }

    private static async Task CorrectAsync(Demo demo, IPage page, bool javaScript, string name)
    {
        await page.GotoAsync(demo.Url("/reception"));
        await LookAsync(page, javaScript, $"{name}-5-inbox");
        await Row(page, Wrong).GetByRole(AriaRole.Link, new() { Name = Subject, Exact = true }).ClickAsync();
        await LookAsync(page, javaScript, $"{name}-6-undelivered");
        var send = page.GetByRole(AriaRole.Button, new() { Name = "Envoyer à l’adresse corrigée" });
        await send.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("C'est la même adresse : relancez le courrier.");
        await LookAsync(page, javaScript, $"{name}-7-same-address");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Adresse corrigée" }).FillAsync(Right);
        await page.PressAtAsync(send);

        await Expect(page.GetByText($"Le courrier est envoyé à {Right}.")).ToBeVisibleAsync();
        var next = page.Url;
        for (var i = 0; i < 120 && await page.Locator(".page-head").GetByText("Délivré", new() { Exact = true }).CountAsync() == 0; i++)
        {
            await Task.Delay(250);
            await page.GotoAsync(next);
        }

        await Expect(page.Locator(".page-head").GetByText("Délivré", new() { Exact = true })).ToBeVisibleAsync();
        (await demo.MailToAsync(Right)).Subject.ShouldBe(Subject);
        await LookAsync(page, javaScript, $"{name}-8-corrected");
        await page.GetByText("Suite de l’envoi non délivré à").GetByRole(AriaRole.Link, new() { Name = Wrong }).ClickAsync();
        await Expect(page.GetByText("Envoyé aussi à une adresse corrigée")).ToContainTextAsync(Right);
        await LookAsync(page, javaScript, $"{name}-9-first");
        await page.GotoAsync(demo.Url("/consultations/2026-T-021/suivi"));
        await LookAsync(page, javaScript, $"{name}-10-follow");
        await page.GotoAsync(demo.Url("/reception"));
        await Expect(Row(page, Other)).ToBeVisibleAsync();
        await Expect(Row(page, Wrong)).ToHaveCountAsync(0);
    }

    private static ILocator Row(IPage page, string email) => page.GetByRole(AriaRole.Row).Filter(new() { HasText = email });

    /// <summary>Axe, where scripts run; pictures for a desk and for a telephone.</summary>
    private static async Task LookAsync(IPage page, bool javaScript, string name)
    {
        if (javaScript)
            await Accessible.CheckAsync(page);
        await Demo.PictureAsync(page, name);
        await page.SetViewportSizeAsync(390, 844);
        await Demo.PictureAsync(page, name + "-390");
        await page.SetViewportSizeAsync(1440, 900);
    }
}
