using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using Vaguemestre.TestKit.World;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests.Letters;

public sealed class EditorTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_is_formatted_by_keyboard_alone_and_comes_back_as_it_was(DatabaseProvider provider)
    {
        await using var editing = await Editing.StartAsync(provider);
        var keyboard = editing.Page.Keyboard;
        await editing.Page.GetByLabel("Objet").FocusAsync();
        await keyboard.PressAsync("Tab");
        await Expect(editing.Tool("Gras")).ToBeFocusedAsync();
        await keyboard.PressAsync("Tab");
        await Expect(editing.Text).ToBeFocusedAsync();

        await keyboard.TypeAsync("Un mot ");
        await keyboard.PressAsync("Control+b");
        await Expect(editing.Tool("Gras")).ToHaveAttributeAsync("aria-pressed", "true");
        await keyboard.TypeAsync("gras");
        await keyboard.PressAsync("Control+b");
        await keyboard.TypeAsync(", ");
        await keyboard.PressAsync("Control+i");
        await keyboard.TypeAsync("penché");
        await keyboard.PressAsync("Control+i");
        await keyboard.PressAsync("Shift+Enter");
        await keyboard.PressAsync("Control+u");
        await keyboard.TypeAsync("souligné");
        await keyboard.PressAsync("Control+u");
        await keyboard.PressAsync("Enter");

        await keyboard.PressAsync("Shift+Tab");
        await keyboard.PressAsync("End");
        await keyboard.PressAsync("ArrowRight");
        await Expect(editing.Tool("Gras")).ToBeFocusedAsync();
        for (var i = 0; i < 4; i++)
            await keyboard.PressAsync("ArrowRight");
        await Expect(editing.Tool("Couleur du texte")).ToBeFocusedAsync();
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("r");
        await Expect(editing.Page.GetByRole(AriaRole.Menuitemradio, new() { Name = "Rouge" })).ToBeFocusedAsync();
        await Demo.PictureAsync(editing.Page, "editor-colours");
        await keyboard.PressAsync("Enter");
        await Expect(editing.Text).ToBeFocusedAsync();
        await keyboard.TypeAsync("rouge");
        await keyboard.PressAsync("Enter");

        await keyboard.PressAsync("Control+Shift+8");
        await keyboard.TypeAsync("un");
        await keyboard.PressAsync("Enter");
        await keyboard.TypeAsync("deux");
        await editing.Tool("Augmenter le retrait").FocusAsync();
        await keyboard.PressAsync("Enter");
        await Expect(editing.Text).ToBeFocusedAsync();
        await keyboard.PressAsync("Control+Shift+7");
        await keyboard.PressAsync("Tab");
        await Expect(editing.Text).Not.ToBeFocusedAsync();

        const string Written = "<p>Un mot <strong>gras</strong>, <em>penché</em><br><u>souligné</u></p><p><span class=\"c-red\">rouge</span></p>"
            + "<ul><li><p>un</p><ol><li><p>deux</p></li></ol></li></ul>";
        (await editing.HtmlAsync()).ShouldBe(Written);
        await editing.SaveAsync();
        (await editing.HtmlAsync()).ShouldBe(Written);
        var inEditor = await LooksAsync(editing.Page.Locator(".editor-text"));

        await editing.Page.Locator(".bar button[value=preview]").ClickAsync();
        await Expect(editing.Page.GetByRole(AriaRole.Heading, new() { Name = "Aperçu" })).ToBeVisibleAsync();
        var shown = await editing.Page.Locator(".letter").EvaluateAllAsync<string[]>("letters => letters.map(letter => letter.innerHTML.trim())");
        shown.ShouldContain(letter => letter.EndsWith(Written, StringComparison.Ordinal));
        await Demo.PictureAsync(editing.Page, $"editor-preview-{provider}".ToLowerInvariant());
        var inPreview = await LooksAsync(editing.Page.Locator(".letter:has(.c-red)"));
        inPreview.TakeLast(inEditor.Length).ShouldBe(inEditor);
    }

    /// <summary>How each element of a letter is drawn.</summary>
    private static Task<string[]> LooksAsync(ILocator letter) => letter.EvaluateAsync<string[]>(
        """
        (letter) => [...letter.querySelectorAll('p, strong, em, u, s, span, ul, ol, li')].map((element) => {
          const look = getComputedStyle(element);
          const names = ['color', 'font-size', 'font-weight', 'font-style', 'line-height', 'text-decoration-line', 'list-style-type', 'margin-top', 'margin-bottom', 'padding-left', 'white-space-collapse'];
          return [element.localName, ...names.map((name) => look.getPropertyValue(name))].join(' ');
        })
        """);

    [Fact]
    public async Task Undo_goes_back_and_leaving_with_words_unsaved_asks()
    {
        await using var editing = await Editing.StartAsync();
        await editing.SaveAsync();
        await Expect(editing.Tool("Annuler")).ToHaveAttributeAsync("aria-disabled", "true");
        await editing.Text.PressSequentiallyAsync("mot");
        (await editing.HtmlAsync()).ShouldBe("<p>mot</p>");
        await editing.Text.PressAsync("Control+z");
        (await editing.HtmlAsync()).ShouldBe("<p></p>");
        await editing.Tool("Rétablir").ClickAsync();
        (await editing.HtmlAsync()).ShouldBe("<p>mot</p>");

        var asked = new List<string>();
        editing.Page.Dialog += async (_, dialog) =>
        {
            asked.Add(dialog.Type);
            await dialog.AcceptAsync();
        };
        await editing.Page.ReloadAsync();
        asked.ShouldBe(["beforeunload"]);
        await Expect(editing.Page.Locator(".editor-text")).ToBeVisibleAsync();
        await editing.Page.ReloadAsync();
        asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_variable_is_inserted_from_its_menu_and_seen_to_be_one()
    {
        await using var editing = await Editing.StartAsync(width: 390);
        await editing.Text.PressSequentiallyAsync("À ");
        await editing.Tool("Insérer une variable").ClickAsync();
        await Demo.PictureAsync(editing.Page, "editor-variables-390");
        await editing.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Nom de l’entreprise" }).ClickAsync();
        (await editing.HtmlAsync()).ShouldBe("<p>À {{ recipient.company }}</p>");
        await Expect(editing.Page.Locator(".editor-text .variable")).ToHaveTextAsync("{{ recipient.company }}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_that_is_refused_shows_what_was_typed(bool javaScript)
    {
        await using var editing = await Editing.StartAsync(javaScript: javaScript);
        var text = javaScript ? editing.Text : editing.Page.GetByLabel("Texte du courrier");
        await text.FillAsync("Des mots à garder");
        await editing.Page.GetByLabel("Ajouter des destinataires").FillAsync("pas une adresse");
        await editing.Page.Locator(".bar button[value=save]").ClickAsync();
        await Expect(editing.Page.Locator(".error-summary")).ToBeVisibleAsync();
        text = javaScript ? editing.Text : editing.Page.GetByLabel("Texte du courrier");
        if (javaScript)
            await Expect(text).ToHaveTextAsync("Des mots à garder");
        else
            await Expect(text).ToHaveValueAsync("Des mots à garder");
        (await editing.HtmlAsync()).ShouldBe("<p>Des mots à garder</p>");
    }

    [Fact]
    public async Task Without_script_the_text_area_writes_the_letter()
    {
        await using var editing = await Editing.StartAsync(javaScript: false);
        await Expect(editing.Page.Locator(".editor-tools")).ToBeHiddenAsync();
        await editing.Page.GetByLabel("Texte du courrier").FillAsync("Madame,\n\nDeux\nlignes.");
        await editing.SaveAsync();
        await Expect(editing.Page.GetByLabel("Texte du courrier")).ToHaveValueAsync("Madame,\n\nDeux\nlignes.");
        (await editing.HtmlAsync()).ShouldBe("<p>Madame,</p><p>Deux<br>lignes.</p>");
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task The_editor_has_no_barrier(int width)
    {
        await using var editing = await Editing.StartAsync(width: width);
        await editing.PasteAsync("<p>Un <b>texte</b> <font color=red>rouge</font> pour {{ recipient.company }}</p><ul><li>a</li></ul>");
        await editing.Tool("Couleur du texte").ClickAsync();
        await Demo.PictureAsync(editing.Page, $"editor-{width}");
        var found = await editing.Page.RunAxe(
            new AxeRunContext { Include = [new AxeSelector("[data-editor]")] },
            new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "RGAAv4"] } });
        found.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(' ', v.Nodes.Select(n => n.Html))}").ShouldBeEmpty();
        var targets = await editing.Page.Locator(".editor-tool").EvaluateAllAsync<double[]>("tools => tools.map(t => Math.min(t.getBoundingClientRect().width, t.getBoundingClientRect().height))");
        targets.Min().ShouldBeGreaterThanOrEqualTo(24);
    }
}
