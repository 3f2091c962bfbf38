using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using Vaguemestre.TestKit;
using Vaguemestre.Web.Demo;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>The recipient's page in a real browser: what scripts of others do opens nothing, what a person does opens once.</summary>
public sealed class OpeningTests
{
    private const string Open = "Ouvrir le courrier";

    /// <summary>What a filter that runs the page's scripts may do to it; none is an event that the browser made itself.</summary>
    public static TheoryData<string, string> Acts => new()
    {
        { "presses the button", "document.querySelector('form[data-opening] button').click()" },
        { "submits the form", "document.querySelector('form[data-opening]').submit()" },
        { "asks for a submission", "document.querySelector('form[data-opening]').requestSubmit()" },
        { "ticks, then presses", "document.querySelector('form[data-opening] input[type=checkbox]').click(); document.querySelector('form[data-opening] button').click()" },
        { "ticks by its label, then submits", "document.querySelector('form[data-opening] label').click(); document.querySelector('form[data-opening]').submit()" },
        { "sets the tick, then submits", "document.querySelector('form[data-opening] input[type=checkbox]').checked = true; document.querySelector('form[data-opening]').submit()" },
        {
            "makes up a pointer, a key and a click",
            """
            const button = document.querySelector('form[data-opening] button');
            button.focus();
            for (const event of [new PointerEvent('pointerdown', { bubbles: true }), new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }), new PointerEvent('pointerup', { bubbles: true }), new MouseEvent('click', { bubbles: true, cancelable: true })]) button.dispatchEvent(event);
            """
        },
    };

    [Theory, MemberData(nameof(Acts))]
    public async Task A_script_that_acts_on_the_page_makes_no_receipt_and_a_person_after_it_makes_one(string what, string script)
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var letter = await SentAsync(demo);
        var page = await demo.OpenWindowAsync(javaScript: true, width: 390);
        await page.GotoAsync(letter.Link);
        await Expect(page.Locator("html.js")).ToBeAttachedAsync();

        await page.RunAndWaitForResponseAsync(() => page.EvaluateAsync($"() => {{ {script} }}"), answer => answer.Request.Method == "POST");

        await Expect(page.Locator(".error-summary")).ToBeVisibleAsync();
        (await OpenedAsync(demo, letter)).ShouldBe(0, what);
        await page.GotoAsync(letter.Link);
        await page.GetByRole(AriaRole.Button, new() { Name = Open }).ClickAsync();
        await Expect(page.GetByText("Merci de préciser le délai.")).ToBeVisibleAsync();
        (await OpenedAsync(demo, letter)).ShouldBe(1, what);
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgresql)]
    public async Task A_browser_that_idles_on_the_page_for_ten_seconds_opens_nothing_and_one_press_opens(DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var letter = await SentAsync(demo);
        var page = await demo.OpenWindowAsync(javaScript: true, width: 390);
        await page.GotoAsync(letter.Link);

        await page.WaitForTimeoutAsync(10_000); // the idling itself is what is looked at

        (await OpenedAsync(demo, letter)).ShouldBe(0);
        await Accessible.CheckAsync(page);
        await Demo.PictureAsync(page, "opening-1-before-390");
        await page.GetByRole(AriaRole.Button, new() { Name = Open }).ClickAsync();
        await Expect(page.GetByText("Merci de préciser le délai.")).ToBeVisibleAsync();
        await Accessible.CheckAsync(page);
        await Demo.PictureAsync(page, "opening-2-opened-390");
        (await OpenedAsync(demo, letter)).ShouldBe(1);
        (await ProofAsync(demo, letter)).ShouldContain("geste constaté par le navigateur");
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(true, "Enter")]
    [InlineData(true, "Space")]
    [InlineData(false, "Enter")]
    public async Task By_keyboard_alone_the_letter_opens_at_once_and_without_script_by_ticking_first(bool javaScript, string key)
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var letter = await SentAsync(demo);
        var page = await demo.OpenWindowAsync(javaScript, width: 390);
        await page.GotoAsync(letter.Link);

        if (!javaScript)
        {
            await Demo.PictureAsync(page, "opening-1-before-390-no-script");
            await page.PressAtAsync(page.GetByRole(AriaRole.Checkbox), "Space");
        }

        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = Open }), key);

        await Expect(page.GetByText("Merci de préciser le délai.")).ToBeVisibleAsync();
        (await OpenedAsync(demo, letter)).ShouldBe(1);
        (await ProofAsync(demo, letter)).ShouldContain(javaScript ? "geste constaté" : "case de déclaration cochée");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Who_ticks_the_box_though_script_runs_opens_too()
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var letter = await SentAsync(demo);
        var page = await demo.OpenWindowAsync(javaScript: true);
        await page.GotoAsync(letter.Link);
        await Demo.PictureAsync(page, "opening-1-before-1440");

        await page.GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = Open }).ClickAsync();

        await Expect(page.GetByText("Merci de préciser le délai.")).ToBeVisibleAsync();
        await Demo.PictureAsync(page, "opening-2-opened-1440");
        (await OpenedAsync(demo, letter)).ShouldBe(1);
        await page.PdfAsync(new() { Path = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, ".work", "screens")).FullName, "opening-print.pdf"), Format = "A4", PrintBackground = true });
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(true, 390)]
    [InlineData(false, 390)]
    [InlineData(true, 1440)]
    public async Task Who_is_not_the_right_recipient_says_so_and_an_ended_or_damaged_link_tells_what_to_do(bool javaScript, int width)
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var letter = await SentAsync(demo);
        var page = await demo.OpenWindowAsync(javaScript, width);

        await page.GotoAsync(letter.Link[..^3]);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Ce lien est incomplet" })).ToBeVisibleAsync();
        await LookAsync("damaged");
        await page.GotoAsync(demo.Url("/c/" + new Uri(letter.Link).Segments[^1].ToUpperInvariant() + "%3E"));
        await page.PressAtAsync(page.GetByRole(AriaRole.Link, new() { Name = "Je ne suis pas le bon destinataire" }));
        await page.GetByLabel("Une autre personne de l’entreprise s’en occupe").CheckAsync();
        await LookAsync("wrong-recipient");
        if (!javaScript)
            await page.GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Prévenir l’acheteur" }));
        await Expect(page.GetByText("C’est noté")).ToBeVisibleAsync();
        await LookAsync("wrong-recipient-said");

        await page.GotoAsync(demo.Url("/connexion"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        await page.GotoAsync(demo.Url($"/conversations/{letter.Id}"));
        await Expect(page.Locator(".callout").GetByText("une autre personne de l’entreprise s’en occupe")).ToBeVisibleAsync();
        await page.PressAtAsync(page.Locator("summary", new() { HasText = "Désactiver le lien" }));
        await LookAsync("ending");
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Désactiver le lien" }));
        await Expect(page.GetByText("Depuis le", new() { Exact = false }).First).ToBeVisibleAsync();
        await LookAsync("conversation");
        await page.GotoAsync(letter.Link);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Ce lien est désactivé" })).ToBeVisibleAsync();
        await LookAsync("ended");
        (await OpenedAsync(demo, letter)).ShouldBe(0);
        await page.Context.DisposeAsync();

        async Task LookAsync(string name)
        {
            if (javaScript)
                await Accessible.CheckAsync(page);
            await Demo.PictureAsync(page, $"links-{name}-{width}{(javaScript ? "" : "-no-script")}");
        }
    }

    private static async Task<Letter> SentAsync(Demo demo)
    {
        demo.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoWorld.Key);
        var given = new { subject = "Précisions sur votre offre", bodyHtml = "<p>Madame, Monsieur,</p><p>Merci de préciser le délai.</p>", replyExpected = true, recipients = new[] { new { email = "contact@durand.test", company = "Durand et fils" } } };
        using var draft = (await demo.Http.PostAsJsonAsync("/api/v1/consultations/2026-T-021/letters", given)).EnsureSuccessStatusCode();
        foreach (var name in new[] { "règlement de la consultation.txt", "cadre de réponse.txt" })
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[200_000]), "file", name } };
            (await demo.Http.PostAsync(draft.Headers.Location + "/attachments", form)).EnsureSuccessStatusCode().Dispose();
        }

        (await demo.Http.PostAsync(draft.Headers.Location + "/sending", null)).EnsureSuccessStatusCode().Dispose();
        var rows = await demo.Http.GetFromJsonAsync<JsonElement>("/api/v1/consultations/2026-T-021/conversations?recipient=contact@durand.test");
        var id = rows.GetProperty("items")[0].GetProperty("id").GetGuid();
        return new Letter(id, (await demo.Http.GetFromJsonAsync<JsonElement>($"/api/v1/conversations/{id}/link")).GetProperty("url").GetString()!);
    }

    private static async Task<int> OpenedAsync(Demo demo, Letter letter)
    {
        var conversation = await demo.Http.GetFromJsonAsync<JsonElement>($"/api/v1/conversations/{letter.Id}");
        return conversation.GetProperty("events").EnumerateArray().Count(e => e.GetProperty("kind").GetString() == "opened");
    }

    /// <summary>What the agent reads of how the opening was proven.</summary>
    private static async Task<string> ProofAsync(Demo demo, Letter letter)
    {
        var page = await demo.OpenWindowAsync(javaScript: false);
        await page.GotoAsync(demo.Url("/connexion"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();
        await page.GotoAsync(demo.Url($"/conversations/{letter.Id}"));
        var told = await page.Locator(".timeline").InnerTextAsync();
        await page.Context.DisposeAsync();
        return told;
    }

    private sealed record Letter(Guid Id, string Link);
}
