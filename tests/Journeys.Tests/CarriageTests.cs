using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using Vaguemestre.Web.Demo;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>An administrator looks whether letters go and what came back.</summary>
public sealed class CarriageTests
{
    [Theory]
    [InlineData(true, DatabaseProvider.Sqlite)]
    [InlineData(false, DatabaseProvider.Postgresql)]
    public async Task The_carriage_is_examined_and_a_report_leads_to_its_conversation(bool javaScript, DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        await SendAsync(demo);
        var name = $"carriage-{(javaScript ? "script" : "no-script")}";
        var page = await demo.OpenWindowAsync(javaScript);
        await page.GetByRole(AriaRole.Button, new() { Name = "Hélène Le Goff, administration" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Administration" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Acheminement" }).ClickAsync();
        await Expect(page.GetByText("n’ont pas encore été vérifiés")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Vérifier maintenant" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Rapports de remise (DSN)" })).ToBeVisibleAsync();
        for (var look = 0; look < 50 && await page.GetByRole(AriaRole.Link, new() { Name = "Conversation du message" }).CountAsync() < 2; look++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            await page.GotoAsync(demo.Url("/administration/acheminement"));
        }

        if (javaScript)
            await Accessible.CheckAsync(page);
        foreach (var width in new[] { 1440, 390 })
        {
            await page.SetViewportSizeAsync(width, 900);
            await Demo.PictureAsync(page, $"{name}-{width}");
            await page.ShouldFitAsync(name);
        }

        await page.GetByRole(AriaRole.Link, new() { Name = "Conversation du message" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Courrier");
        await page.Context.DisposeAsync();
    }

    /// <summary>One letter to an address that exists and to one that does not.</summary>
    private static async Task SendAsync(Demo demo)
    {
        using var api = new HttpClient { BaseAddress = new Uri(demo.Url("/api/v1/")) };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoWorld.Key);
        var given = new { type = "free", subject = "Courrier d'essai", bodyHtml = "<p>Bonjour</p>", recipients = new[] { new { email = "marches@bocage-tp.test" }, new { email = "a.huet@huet.inconnu.test" } } };
        var draft = await (await api.PostAsJsonAsync("consultations/2026-T-021/letters", given)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        (await api.PostAsync($"letters/{draft.GetProperty("id").GetString()}/sending", null)).EnsureSuccessStatusCode();
    }
}
