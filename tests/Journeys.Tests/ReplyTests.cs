using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>A company answers on its phone: writes, is cut off, comes back, adds files, reads again, sends.</summary>
public sealed class ReplyTests
{
    [Theory]
    [InlineData(DatabaseProvider.Sqlite, true)]
    [InlineData(DatabaseProvider.Sqlite, false)]
    [InlineData(DatabaseProvider.Postgresql, true)]
    public async Task A_reply_is_written_on_a_phone_left_taken_up_and_sent_once(DatabaseProvider provider, bool javaScript)
    {
        await using var demo = await Demo.StartAsync(provider);
        var name = $"reply-{provider}{(javaScript ? "" : "-no-script")}".ToLowerInvariant();
        var link = await WriteAsync(demo);
        var page = await demo.OpenWindowAsync(javaScript, 390);
        await page.GotoAsync(link);
        await page.GetByLabel("J’ouvre ce courrier").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le courrier" }).ClickAsync();

        var text = page.GetByRole(AriaRole.Textbox, new() { Name = "Votre réponse" });
        await text.FillAsync("Bonjour,\nvoici nos pièces.");
        if (javaScript)
            await Expect(page.Locator("#saved")).ToContainTextAsync("pas encore envoyé");
        else
            await page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer sans envoyer" }).ClickAsync();
        await page.GotoAsync(link);
        await Expect(text).ToHaveValueAsync("Bonjour,\nvoici nos pièces.");

        await page.GetByLabel("Pièces jointes").SetInputFilesAsync([demo.File("DC1 signé.pdf", 3_000_000), demo.File("prix.csv", 20)]);
        if (!javaScript)
            await page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer sans envoyer" }).ClickAsync();
        await Expect(page.Locator("#reply-files .files > li")).ToHaveCountAsync(2);
        await Expect(text).ToHaveValueAsync("Bonjour,\nvoici nos pièces.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Retirer prix.csv" }).PressAsync("Enter");
        await Expect(page.Locator("#reply-files .files > li")).ToHaveCountAsync(1);
        await Demo.PictureAsync(page, name + "-1-writing");
        await CheckAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Relire avant d’envoyer" }).PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Relire votre réponse" })).ToBeVisibleAsync();
        await Expect(page.Locator(".files")).ToContainTextAsync("DC1 signé.pdf");
        await Demo.PictureAsync(page, name + "-2-preview");
        await CheckAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Envoyer la réponse" }).PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Votre réponse est transmise" })).ToBeVisibleAsync();
        await Demo.PictureAsync(page, name + "-3-acknowledged");
        await CheckAsync(page);

        await page.GotoAsync(link);
        await Expect(page.GetByText("voici nos pièces.")).ToBeVisibleAsync();
        await Expect(text).ToHaveValueAsync("");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Compléter votre réponse" })).ToBeVisibleAsync();
        await page.Context.DisposeAsync();
    }

    private static async Task CheckAsync(IPage page)
    {
        await page.ShouldFitAsync("reply");
        await Accessible.CheckAsync(page);
    }

    /// <summary>A letter that awaits a reply, sent by the demo's key.</summary>
    /// <returns>The personal link, from the mail.</returns>
    private static async Task<string> WriteAsync(Demo demo)
    {
        await demo.SendLetterAsync("2026-T-021", new { type = "completion-request", replyExpected = true, subject = "Pièces à compléter", bodyHtml = "<p>Merci de compléter.</p>", recipients = new[] { new { email = "phone@alpha.test", company = "Alpha" } } });
        return (await demo.MailToAsync("phone@alpha.test")).Links.First(l => l.Contains("/c/", StringComparison.Ordinal));
    }
}
