using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>Choosing whom a letter goes to: by the keyboard alone, by pasting, from the registers, with and without script.</summary>
public sealed class RecipientsTests
{

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgresql)]
    public async Task A_contact_is_found_and_added_by_the_keyboard_alone(DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var page = await OpenDraftAsync(demo, javaScript: true);
        var box = page.GetByRole(AriaRole.Combobox, new() { Name = "Ajouter des destinataires" });
        var options = Options(page);
        await box.FocusAsync();

        await page.Keyboard.TypeAsync("bocage");
        await Expect(options).ToHaveCountAsync(1);
        await Expect(box).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(options.First).ToContainTextAsync("Registre des retraits, Registre des dépôts");
        await Expect(box).ToHaveAttributeAsync("aria-activedescendant", await options.First.GetAttributeAsync("id") ?? "");
        await Demo.PictureAsync(page, $"recipients-{provider}-list".ToLowerInvariant());
        await page.Keyboard.PressAsync("Enter");
        await Expect(Chips(page)).ToHaveCountAsync(1);
        await Expect(box).ToBeFocusedAsync();
        await Expect(page.Locator("#say")).ToHaveTextAsync("Bocage Travaux Publics : ajouté aux destinataires.");

        await page.Keyboard.TypeAsync("a");
        await page.Keyboard.TypeAsync("r");
        await page.Keyboard.PressAsync("Escape");
        await Expect(box).ToHaveAttributeAsync("aria-expanded", "false");
        await page.Keyboard.PressAsync("Escape");
        await Expect(box).ToHaveValueAsync("");

        await page.Keyboard.TypeAsync("812345");
        await Expect(options).ToHaveCountAsync(6);
        await page.Keyboard.PressAsync("End");
        await Expect(options.Last).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(options.Last).ToContainTextAsync("sans adresse électronique");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#say")).ToContainTextAsync("Imprimerie du Vieux Pont : sans adresse électronique");
        await Expect(Chips(page)).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Home");
        await Expect(options.First).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(options.First).ToContainTextAsync("déjà choisi");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(options.Last).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Chips(page)).ToHaveCountAsync(2);

        await page.Keyboard.TypeAsync("paul.martin@laposte.net,");
        await Expect(Chips(page)).ToHaveCountAsync(3);
        await page.Keyboard.TypeAsync("lea@gmial.com");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Chips(page)).ToHaveCountAsync(4);
        await Expect(page.GetByText("lea@gmial.com : vouliez-vous écrire lea@gmail.com ?")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remplacer par lea@gmail.com" }).PressAsync("Enter");
        await Expect(Chips(page).Last).ToContainTextAsync("lea@gmail.com");

        await box.FocusAsync();
        await page.Keyboard.PressAsync("Backspace");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Retirer lea@gmail.com" })).ToBeFocusedAsync();
        await Expect(Chips(page)).ToHaveCountAsync(4);
        await page.Keyboard.PressAsync("Backspace");
        await Expect(Chips(page)).ToHaveCountAsync(3);
        await Expect(box).ToBeFocusedAsync();
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task One_goes_on_typing_while_what_was_added_is_awaited()
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var page = await OpenDraftAsync(demo, javaScript: true);
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Ajouter des destinataires" }).FocusAsync();
        await page.Keyboard.TypeAsync("un@ailleurs.test;deux@ailleurs.test;trois@ailleurs.test;quatre@ailleurs.test;cinq@aill");
        await Expect(Chips(page)).ToHaveCountAsync(4);
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Ajouter des destinataires" })).ToHaveValueAsync("cinq@aill");
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(true, DatabaseProvider.Sqlite)]
    [InlineData(false, DatabaseProvider.Sqlite)]
    [InlineData(true, DatabaseProvider.Postgresql)]
    [InlineData(false, DatabaseProvider.Postgresql)]
    public async Task Forty_addresses_are_pasted_in_every_form_and_those_that_are_none_are_named(bool javaScript, DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var page = await OpenDraftAsync(demo, javaScript);
        var text = string.Join('\n',
            string.Join(", ", Enumerable.Range(1, 10).Select(i => $"a{i}@virgule.test")),
            string.Join(" ; ", Enumerable.Range(1, 10).Select(i => $"b{i}@point.test")),
            string.Join('\n', Enumerable.Range(1, 9).Select(i => $"Société {i}\tÉlodie {i}\tc{i}@tableur.test")),
            string.Join('\n', Enumerable.Range(1, 9).Select(i => $"\"Dupont {i}, Paul\" <d{i}@nom.test>")),
            "A1@Virgule.test; marches@bocage-tp.test",
            "pas une adresse",
            "x@@y.test");

        if (javaScript)
            await PasteAsync(page, text);
        else
        {
            await page.GetByLabel("Ajouter des destinataires").FillAsync(text);
            await page.GetByRole(AriaRole.Button, new() { Name = "Ajouter", Exact = true }).ClickAsync();
        }

        await Expect(page.Locator("[data-said]")).ToHaveTextAsync("39 destinataires ajoutés, 1 déjà présent, 2 adresses refusées.");
        await Expect(Chips(page)).ToHaveCountAsync(39);
        await Expect(page.Locator(".told li")).ToHaveCountAsync(2);
        await Expect(page.GetByText("« x@@y.test » : ")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Ajouter des destinataires", new() { Exact = true })).ToHaveValueAsync(javaScript ? "pas une adresse; x@@y.test" : "pas une adresse\nx@@y.test");
        await Expect(Chips(page).Filter(new() { HasText = "Société 3" })).ToContainTextAsync("c3@tableur.test");
        await Expect(Chips(page).Filter(new() { HasText = "Bocage Travaux Publics" })).ToContainTextAsync("Registre des retraits");
        await Demo.PictureAsync(page, $"recipients-paste-{(javaScript ? "script" : "no-script")}-{provider}".ToLowerInvariant());
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_register_s_title_adds_all_and_duplicates_fold(bool javaScript)
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var page = await OpenDraftAsync(demo, javaScript);
        await page.GetByRole(AriaRole.Button, new() { Name = "Registre des dépôts" }).ClickAsync();
        await Expect(page.Locator("[data-said]")).ToHaveTextAsync("4 destinataires ajoutés.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Registre des retraits" }).ClickAsync();
        await Expect(page.Locator("[data-said]")).ToHaveTextAsync("1 destinataire ajouté, 4 déjà présents.");
        await Expect(Chips(page)).ToHaveCountAsync(5);
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(1024)]
    [InlineData(390)]
    public async Task Two_thousand_recipients_stay_usable_and_nothing_is_out_of_reach(int width)
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var page = await OpenDraftAsync(demo, javaScript: true, width);
        await PasteAsync(page, string.Join('\n', Enumerable.Range(1, 2000).Select(i => $"Société {i} de travaux\tcontact@societe{i}.test")) + "\nlea@gmial.com");
        await Expect(page.Locator("[data-said]")).ToHaveTextAsync("2 001 destinataires ajoutés.");
        await Expect(Chips(page)).ToHaveCountAsync(60);
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Ajouter des destinataires" }).FillAsync("ferr");
        await Expect(Options(page)).ToHaveCountAsync(1);
        await Demo.PictureAsync(page, $"recipients-2000-{width}");
        await Accessible.CheckAsync(page);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#recipients-title")).ToContainTextAsync("2 002");

        await page.GetByRole(AriaRole.Button, new() { Name = "Et 1 942 autres : voir toute la liste" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Destinataires" })).ToBeVisibleAsync();
        await Demo.PictureAsync(page, $"recipients-page-{width}");
        await Accessible.CheckAsync(page);
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Rechercher" }).FillAsync("societe 1999");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rechercher" }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Société 1999 de travaux" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Retirer les destinataires cochés" }).ClickAsync();
        await Expect(page.GetByText("1 destinataire retiré.")).ToBeVisibleAsync();
        await page.ShouldFitAsync("recipients");
        await page.Context.DisposeAsync();
    }

    private static ILocator Options(IPage page) => page.Locator(".suggestions [role=option]");

    private static ILocator Chips(IPage page) => page.Locator(".chip");

    private static async Task<IPage> OpenDraftAsync(Demo demo, bool javaScript, int width = 1440)
    {
        var page = await demo.OpenWindowAsync(javaScript, width);
        await page.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        await page.GotoAsync(demo.Url("/consultations/2026-T-021/courriers/nouveau"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Courrier libre" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Courrier libre" })).ToBeVisibleAsync();
        return page;
    }

    /// <summary>As Ctrl+V brings it: line ends and tabs included.</summary>
    private static async Task PasteAsync(IPage page, string text) =>
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Ajouter des destinataires" }).EvaluateAsync(
            "(box, text) => { const data = new DataTransfer(); data.setData('text/plain', text); box.focus(); box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }", text);
}
