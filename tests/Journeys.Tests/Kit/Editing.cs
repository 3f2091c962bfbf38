using Microsoft.Playwright;
using Vaguemestre.Core;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests.Kit;

/// <summary>A free letter open in an agent's window, its text empty where the editor runs.</summary>
public sealed class Editing : IAsyncDisposable
{
    private readonly Demo _demo;

    private Editing(Demo demo, IPage page) => (_demo, Page) = (demo, page);

    public IPage Page { get; }

    public ILocator Text => Page.GetByRole(AriaRole.Textbox, new() { Name = "Texte du courrier" });

    public static async Task<Editing> StartAsync(DatabaseProvider provider = DatabaseProvider.Sqlite, bool javaScript = true, int width = 1440)
    {
        var demo = await Demo.StartAsync(provider);
        var page = await demo.OpenWindowAsync(javaScript, width);
        await page.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        await page.GotoAsync(demo.Url("/consultations/2026-T-021"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Envoyer un message" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Courrier libre" }).ClickAsync();
        var editing = new Editing(demo, page);
        if (javaScript)
        {
            await Expect(page.Locator(".editor-text")).ToBeVisibleAsync();
            await editing.Text.PressAsync("Control+a");
            await editing.Text.PressAsync("Delete");
        }

        return editing;
    }

    /// <summary>What the form would post.</summary>
    public Task<string> HtmlAsync() => Page.Locator("[data-editor-html]").InputValueAsync();

    public ILocator Tool(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public async Task SaveAsync()
    {
        await Page.Locator(".bar button[value=save]").ClickAsync();
        await Expect(Page.GetByText("Le brouillon est enregistré.")).ToBeVisibleAsync();
        if (await Page.Locator(".editor-tools").CountAsync() > 0 && await Page.EvaluateAsync<bool>("document.documentElement.classList.contains('js')"))
            await Expect(Page.Locator(".editor-text")).ToBeVisibleAsync();
    }

    /// <summary>A real paste event, with what a program puts into the clipboard.</summary>
    public Task PasteAsync(string html, string text = "") => Text.EvaluateAsync(
        """
        (element, [html, text]) => {
          const clipboardData = new DataTransfer();
          if (html) clipboardData.setData('text/html', html);
          clipboardData.setData('text/plain', text);
          element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
        }
        """,
        new[] { html, text });

    public async ValueTask DisposeAsync()
    {
        await Page.Context.DisposeAsync();
        await _demo.DisposeAsync();
    }
}
