using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using Vaguemestre.Web.Demo;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>A company on its telephone: all its letters by a link to its address, a second address, a colleague, and English.</summary>
public sealed class SpaceTests
{
    private const string Subject = "Précisions sur votre offre";
    private const string First = "contact@bocage-tp.test";
    private const string Second = "offres@bocage-tp.test";
    private const string Colleague = "juridique@bocage-tp.test";

    [Theory]
    [InlineData(true, DatabaseProvider.Sqlite)]
    [InlineData(false, DatabaseProvider.Sqlite)]
    [InlineData(true, DatabaseProvider.Postgresql)]
    public async Task A_company_finds_its_letters_joins_an_address_and_invites_a_colleague(bool javaScript, DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var name = $"space-{(javaScript ? "script" : "no-script")}-{provider}".ToLowerInvariant();
        await WriteAsync(demo, First);
        await WriteAsync(demo, Second);
        var page = await demo.OpenWindowAsync(javaScript, width: 390);

        await EnterAsync(demo, page, javaScript, name);
        await JoinAsync(demo, page, javaScript, name);
        await InviteAsync(demo, page, javaScript, name);
        await SignOutAsync(demo, page, javaScript, name);
        await page.Context.DisposeAsync();
    }

    private static async Task EnterAsync(Demo demo, IPage page, bool javaScript, string name)
    {
        await page.GotoAsync(demo.Url("/mes-courriers"));
        await LookAsync(page, javaScript, $"{name}-1-form");
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Recevoir le lien" }));
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await LookAsync(page, javaScript, $"{name}-2-form-failed");
        await page.GetByLabel("Votre adresse électronique").FillAsync(First);
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Recevoir le lien" }));
        await Expect(page.GetByText("un lien vient de vous être envoyé")).ToBeVisibleAsync();
        await LookAsync(page, javaScript, $"{name}-3-sent");

        await page.GotoAsync(await LinkAsync(demo, First));
        await LookAsync(page, javaScript, $"{name}-4-enter");
        await page.PressAtAsync(page.GetByLabel($"J’ouvre les courriers adressés à {First}"), "Space");
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir mes courriers" }));
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = Subject })).ToHaveCountAsync(1);
        await Expect(page.GetByText("Non lu")).ToBeVisibleAsync();
        await LookAsync(page, javaScript, $"{name}-5-list");
    }

    private static async Task JoinAsync(Demo demo, IPage page, bool javaScript, string name)
    {
        await page.PressAtAsync(page.GetByRole(AriaRole.Link, new() { Name = "Adresses de cet espace" }));
        await page.GetByLabel("Adresse à ajouter").FillAsync(Second);
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Envoyer le lien" }));
        await Expect(page.GetByText($"Un lien est envoyé à {Second}")).ToBeVisibleAsync();
        await LookAsync(page, javaScript, $"{name}-6-addresses");
        await page.GotoAsync(await LinkAsync(demo, Second));
        await LookAsync(page, javaScript, $"{name}-7-join");
        await page.PressAtAsync(page.GetByLabel($"J’ajoute {Second} à l’espace de {First}"), "Space");
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Ajouter cette adresse" }));
        await Expect(page.GetByText($"{Second} est ajoutée à cet espace.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = Subject })).ToHaveCountAsync(2);
        await LookAsync(page, javaScript, $"{name}-8-both");
        await page.GotoAsync(demo.Url("/mes-courriers/adresses"));
        await page.PressAtAsync(page.Locator("summary"));
        await LookAsync(page, javaScript, $"{name}-9-take-off");
    }

    private static async Task InviteAsync(Demo demo, IPage page, bool javaScript, string name)
    {
        await page.GotoAsync(demo.Url("/mes-courriers"));
        await page.GetByRole(AriaRole.Link, new() { Name = Subject }).First.ClickAsync();
        await Expect(page.GetByText("Merci de préciser le délai.")).ToHaveCountAsync(0);
        await page.GetByLabel("J’ouvre ce courrier").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le courrier" }).ClickAsync();
        await Expect(page.GetByText("Merci de préciser le délai.")).ToBeVisibleAsync();
        await page.PressAtAsync(page.GetByRole(AriaRole.Link, new() { Name = "Inviter un collègue" }));
        await page.GetByLabel("Adresse de votre collègue").FillAsync(Colleague);
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Envoyer le lien" }));
        await Expect(page.GetByText($"Un lien vers ce courrier est envoyé à {Colleague}.")).ToBeVisibleAsync();
        await LookAsync(page, javaScript, $"{name}-10-invited");

        var colleague = await demo.OpenWindowAsync(javaScript, width: 390);
        await colleague.GotoAsync(await LinkAsync(demo, Colleague));
        await Expect(colleague.GetByText("Merci de préciser le délai.")).ToBeVisibleAsync();
        await LookAsync(colleague, javaScript, $"{name}-11-colleague");
        await colleague.Context.DisposeAsync();
    }

    private static async Task SignOutAsync(Demo demo, IPage page, bool javaScript, string name)
    {
        await page.GotoAsync(demo.Url("/mes-courriers"));
        await Expect(page.GetByText("Ouvert", new() { Exact = true })).ToBeVisibleAsync();
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Sortir" }));
        await Expect(page.GetByText("Vous êtes sorti de « Mes courriers ».")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Votre adresse électronique")).ToBeVisibleAsync();
        await LookAsync(page, javaScript, $"{name}-12-out");
    }

    /// <summary>As a program of the buyer writes; what an agent does is told by other journeys.</summary>
    private static async Task WriteAsync(Demo demo, string email)
    {
        demo.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoWorld.Key);
        using var draft = await demo.Http.PostAsJsonAsync("/api/v1/consultations/2026-T-021/letters", new { subject = Subject, bodyHtml = "<p>Merci de préciser le délai.</p>", recipients = new[] { new { email, company = "Bocage TP" } } });
        using var sent = await demo.Http.PostAsync(draft.EnsureSuccessStatusCode().Headers.Location + "/sending", null);
        sent.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    /// <summary>The link of the latest mail to an address that is not the letter's own, once it is there.</summary>
    private static async Task<string> LinkAsync(Demo demo, string address)
    {
        for (var i = 0; i < 100; i++)
        {
            var mails = await demo.Http.GetFromJsonAsync<List<ListedMail>>("/boite-d-essai.json");
            if (mails!.Find(m => m.To == address) is { } mail && mail.Subject != Subject)
                return mail.Links.First(l => l.Contains("/mes-courriers/entree/", StringComparison.Ordinal) || l.Contains("/c/", StringComparison.Ordinal));
            await Task.Delay(100);
        }

        throw new TimeoutException($"No link to {address} came to the test mailbox.");
    }

    /// <summary>Axe, where scripts run; pictures for a telephone and for a desk.</summary>
    private static async Task LookAsync(IPage page, bool javaScript, string name)
    {
        if (javaScript)
            await Accessible.CheckAsync(page);
        await Demo.PictureAsync(page, name);
        await page.SetViewportSizeAsync(1440, 900);
        await Demo.PictureAsync(page, name + "-1440");
        await page.SetViewportSizeAsync(390, 900);
    }
}
