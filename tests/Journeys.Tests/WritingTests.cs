using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>An agent writes a letter: alone at the keyboard, beside a colleague, with second thoughts.</summary>
public sealed class WritingTests
{
    private const string New = "/consultations/2026-T-021/courriers/nouveau";

    [Fact]
    public async Task A_letter_is_written_and_sent_by_keyboard_alone()
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var page = await SignedInAsync(demo, javaScript: true);
        await page.GotoAsync(demo.Url(New));
        await Accessible.CheckAsync(page);

        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Demande de complément" }));
        await Expect(page.Locator(".editor-text")).ToBeVisibleAsync();
        await page.TabToAsync(page.Locator("#Form_Typed"));
        await page.Keyboard.TypeAsync("bocage");
        await Expect(page.Locator("[role=listbox] [role=option]").First).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".chip")).ToHaveCountAsync(1);
        await page.TabToAsync(page.Locator("#Form_Subject"));
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("Compléments demandés");
        await page.TabToAsync(page.Locator(".editor-text"));
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.PressAsync("Control+b");
        await page.Keyboard.TypeAsync("Votre attestation d’assurance manque.");
        await Expect(page.Locator("#saved")).ToContainTextAsync("Brouillon enregistré à");
        await Accessible.CheckAsync(page);

        await page.PressAtAsync(page.Locator("summary", new() { HasText = "Envoyer à 1 destinataire" }));
        await Accessible.CheckAsync(page);
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Envoyer maintenant" }));

        await Expect(page.Locator("#progress")).ToContainTextAsync("1 sur 1 parti");
        await Accessible.CheckAsync(page);
        (await demo.MailToAsync("marches@bocage-tp.test")).Subject.ShouldBe("Compléments demandés");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_is_typed_is_saved_by_itself_and_a_colleague_at_the_same_place_is_told()
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var camille = await SignedInAsync(demo, javaScript: true);
        await camille.GotoAsync(demo.Url(New));
        await camille.GetByRole(AriaRole.Button, new() { Name = "Courrier libre" }).ClickAsync();
        var helene = await SignedInAsync(demo, javaScript: true, "Hélène Le Goff");
        await helene.GotoAsync(camille.Url);

        await camille.RunAndWaitForResponseAsync(() => camille.Locator("#Form_Subject").FillAsync("Objet de Camille"), Saving());
        await helene.RunAndWaitForResponseAsync(() => helene.Locator("#Form_ReplyExpected").CheckAsync(), Saving());
        await Expect(helene.Locator("#saved")).ToContainTextAsync("Camille Durand a modifié l’objet.");

        await helene.Locator("#Form_Subject").FillAsync("Objet d’Hélène");
        await Expect(helene.Locator("#saved")).ToContainTextAsync("Votre saisie n'est pas enregistrée");
        await helene.GetByRole(AriaRole.Button, new() { Name = "Enregistrer", Exact = true }).ClickAsync();
        await Expect(helene.Locator(".theirs")).ToHaveTextAsync(new Regex("Objet de Camille", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(helene.Locator("#Form_Subject")).ToHaveValueAsync("Objet d’Hélène");
        await Accessible.CheckAsync(helene);
        await Demo.PictureAsync(helene, "writing-two-at-one-place");

        await helene.GetByRole(AriaRole.Button, new() { Name = "Prendre la version de Camille Durand" }).ClickAsync();
        await Expect(helene.Locator("#Form_Subject")).ToHaveValueAsync("Objet de Camille");
        await Expect(helene.Locator("#Form_ReplyExpected")).ToBeCheckedAsync();
        await camille.Context.DisposeAsync();
        await helene.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(true, DatabaseProvider.Sqlite)]
    [InlineData(false, DatabaseProvider.Sqlite)]
    [InlineData(false, DatabaseProvider.Postgresql)]
    public async Task Second_thoughts_lose_nothing_deleting_own_words_a_test_to_oneself_a_set_hour(bool javaScript, DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var page = await SignedInAsync(demo, javaScript);
        await page.GotoAsync(demo.Url(New));
        await page.GetByRole(AriaRole.Button, new() { Name = "Courrier de rejet" }).ClickAsync();
        var draft = page.Url;
        await page.Locator("button[name=addRegister][value=deposits]").ClickAsync();
        await Expect(page.Locator(".chip")).ToHaveCountAsync(4);

        await page.Locator("summary", new() { HasText = "Supprimer le brouillon" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Supprimer", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Annuler" }).ClickAsync();
        await Expect(page.Locator(".chip")).ToHaveCountAsync(4);

        await page.GetByRole(AriaRole.Link, new() { Name = "Bocage Travaux Publics" }).ClickAsync();
        await page.GetByLabel("Paragraphe propre à ce destinataire").FillAsync("Vos notes : 12,5 et 14.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer" }).ClickAsync();
        await CheckAsync(page, javaScript);
        await page.GetByRole(AriaRole.Link, new() { Name = "Aperçu" }).ClickAsync();
        await Expect(page.Locator("section.message").Last).ToContainTextAsync("Vos notes : 12,5 et 14.");
        await Expect(page.FrameLocator("iframe").GetByText("ouvrez cette page")).ToBeVisibleAsync();
        await CheckAsync(page, javaScript);
        await page.GetByRole(AriaRole.Button, new() { Name = "M’envoyer un essai" }).ClickAsync();
        await Expect(page.GetByText("Un essai est parti à camille.durand@montrevel.test")).ToBeVisibleAsync();
        (await demo.MailToAsync("camille.durand@montrevel.test")).Subject.ShouldStartWith("[Essai] Consultation 2026-T-021");
        await page.GetByRole(AriaRole.Link, new() { Name = "Destinataire suivant" }).ClickAsync();
        await Expect(page.Locator("section.message").Last).Not.ToContainTextAsync("Vos notes");

        await page.GotoAsync(draft);
        await page.Locator("summary", new() { HasText = "Envoyer plus tard" }).ClickAsync();
        await page.Locator("#Form_SendAt").FillAsync(TimeProvider.System.GetUtcNow().AddDays(3).ToString("yyyy-MM-dd'T'09:30", CultureInfo.InvariantCulture));
        await page.GetByRole(AriaRole.Button, new() { Name = "Programmer l’envoi" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Envoi programmé" })).ToBeVisibleAsync();
        await CheckAsync(page, javaScript);
        await Demo.PictureAsync(page, $"writing-scheduled-{(javaScript ? "script" : "no-script")}-{provider}".ToLowerInvariant());
        await page.GetByRole(AriaRole.Button, new() { Name = "Envoyer maintenant" }).ClickAsync();
        await Expect(page.Locator("#progress")).ToContainTextAsync(javaScript ? "4 sur 4 partis" : " sur 4 part");
        await page.Context.DisposeAsync();
    }

    private static Func<IResponse, bool> Saving() => response => response.Url.EndsWith("/enregistrement", StringComparison.Ordinal);

    private static Task CheckAsync(IPage page, bool javaScript) => javaScript ? Accessible.CheckAsync(page) : Task.CompletedTask;

    private static async Task<IPage> SignedInAsync(Demo demo, bool javaScript, string agent = "Camille Durand")
    {
        var page = await demo.OpenWindowAsync(javaScript);
        await page.GetByRole(AriaRole.Button, new() { Name = agent }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        return page;
    }
}
