using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>An agent finds its way in a table of many rows: sorts, folds, unfolds, stars, searches, exports, walks from one conversation to the next, and keeps what it looks for.</summary>
public sealed class FollowTableTests
{
    private const string Follow = "/consultations/2026-T-021/suivi";
    private const string Subject = "Précisions sur votre offre";

    [Theory]
    [InlineData(true, DatabaseProvider.Sqlite)]
    [InlineData(true, DatabaseProvider.Postgresql)]
    [InlineData(false, DatabaseProvider.Sqlite)]
    [InlineData(false, DatabaseProvider.Postgresql)]
    public async Task The_table_is_sorted_folded_and_kept_as_a_search(bool javaScript, DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var name = $"table-{(javaScript ? "script" : "no-script")}";
        var page = await demo.OpenWindowAsync(javaScript);
        await page.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        await WriteAsync(demo);
        await SettleAsync(demo, page);
        await LookAsync(page, $"{name}-1-table");

        await page.PressAtAsync(page.GetByRole(AriaRole.Link, new() { Name = "Destinataire", Exact = true }));
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Destinataire" })).ToHaveAttributeAsync("aria-sort", "ascending");
        await Expect(page.Locator("td.who").First).ToContainTextAsync("Alpha");
        await LookAsync(page, $"{name}-2-sorted");

        await page.PressAtAsync(page.GetByRole(AriaRole.Link, new() { Name = "Regrouper par courrier" }));
        await Expect(page.Locator("tr.folded", new() { HasText = Subject }).Locator(".tally")).ToContainTextAsync("2\u00a0non délivrés");
        await LookAsync(page, $"{name}-3-folded");
        await page.PressAtAsync(page.GetByRole(AriaRole.Link, new() { Name = $"Déplier : {Subject}" }));
        await Expect(page.Locator("tr.unfolded td.who").First).ToContainTextAsync("Alpha");
        await LookAsync(page, $"{name}-4-unfolded");

        await page.GotoAsync(demo.Url(Follow + "?status=undelivered&recipient=inconnu&replyExpected=true&sort=-recipient&folded=true"));
        await page.PressAtAsync(page.Locator(".save-search summary"));
        await page.PressAtAsync(page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer", Exact = true }));
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Donnez un nom à cette recherche.");
        await LookAsync(page, $"{name}-5-no-name");
        await page.GetByLabel("Nom de la recherche").FillAsync("Adresses inconnues");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("« Adresses inconnues » est enregistrée")).ToBeVisibleAsync();
        await LookAsync(page, $"{name}-6-saved");
        await page.GetByRole(AriaRole.Link, new() { Name = "Renommer ou supprimer" }).ClickAsync();
        await page.PressAtAsync(page.Locator(".searches details:not(.confirm) summary"));
        await LookAsync(page, $"{name}-7-searches");
        await page.GotoAsync(demo.Url(Follow + "?q=introuvable&folded=true&sort=subject"));
        await LookAsync(page, $"{name}-8-nothing");
        await StarAsync(demo, page, $"{name}-11-favourites");
        await SearchAndExportAsync(demo, page);
        await WalkAsync(demo, page);
        await DeleteAsync(demo, page, $"{name}-12-drafts");
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(true, DatabaseProvider.Sqlite)]
    [InlineData(true, DatabaseProvider.Postgresql)]
    [InlineData(false, DatabaseProvider.Sqlite)]
    public async Task What_thousands_answer_is_counted_once_it_is_shown(bool javaScript, DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var page = await demo.OpenWindowAsync(javaScript);
        await page.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        for (var first = 0; first < 2_100; first += 700)
        {
            var recipients = Enumerable.Range(first, 700).Select(i => new { email = $"contact@entreprise-{i}.test", company = $"Entreprise {i}" });
            await demo.SendLetterAsync("2026-T-021", new { type = "free", subject = $"Visite du site, envoi {first}", bodyHtml = "<p>La candidature est à compléter.</p>", recipients });
        }

        var all = page.Locator(".counters li").First;
        for (var i = 0; i < 240; i++)
        {
            await page.GotoAsync(demo.Url(Follow + "?q=candidature&counted=true"));
            if (await all.GetByText("2\u202f100").CountAsync() == 1)
                break;
            await Task.Delay(250);
        }

        await page.GotoAsync(demo.Url(Follow + "?q=candidature"));
        if (javaScript)
        {
            await Expect(all).ToContainTextAsync("2\u202f100");
            await Expect(page).ToHaveURLAsync(demo.Url(Follow + "?q=candidature&counted=true"));
        }
        else
        {
            await Expect(page.Locator(".counters b")).ToHaveCountAsync(0);
            await LookAsync(page, "table-no-script-9-uncounted");
            await page.PressAtAsync(page.GetByRole(AriaRole.Link, new() { Name = "Compter", Exact = true }));
            await Expect(all).ToContainTextAsync("2\u202f100");
        }

        await LookAsync(page, $"table-{(javaScript ? "script" : "no-script")}-10-counted");
        await page.PressAtAsync(page.Locator("a[rel=next]"));
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(25);
        await page.Context.DisposeAsync();
    }

    private static async Task StarAsync(Demo demo, IPage page, string name)
    {
        await page.GotoAsync(demo.Url(Follow + "?sort=recipient"));
        var star = page.Locator("tbody tr", new() { HasText = "Alpha Étanchéité" }).Locator("button.star");
        await page.PressAtAsync(star);
        await Expect(star).ToHaveAttributeAsync("aria-pressed", "true");
        await page.PressAtAsync(page.GetByText("Recherche détaillée", new() { Exact = true }));
        await page.PressAtAsync(page.GetByLabel("Favoris", new() { Exact = true }), "Space");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".chip", new() { HasText = "Favoris" })).ToBeVisibleAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("td.who")).ToContainTextAsync("Alpha Étanchéité");
        await LookAsync(page, name);
    }

    private static async Task SearchAndExportAsync(Demo demo, IPage page)
    {
        await page.GotoAsync(demo.Url(Follow));
        await page.TabToAsync(page.GetByRole(AriaRole.Searchbox, new() { Name = "Rechercher" }));
        await page.Keyboard.TypeAsync("visites");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".chip", new() { HasText = "visites" })).ToBeVisibleAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);

        var download = await page.RunAndWaitForDownloadAsync(() => page.PressAtAsync(page.GetByRole(AriaRole.Link, new() { Name = "CSV", Exact = true })));
        var table = await File.ReadAllBytesAsync(await download.PathAsync());
        table.AsSpan(0, 3).ToArray().ShouldBe([0xEF, 0xBB, 0xBF]);
        Encoding.UTF8.GetString(table).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(3, "the headings and a line a recipient");
    }

    private static async Task WalkAsync(Demo demo, IPage page)
    {
        await page.GotoAsync(demo.Url(Follow));
        await page.PressAtAsync(page.Locator("tbody tr").First.Locator("a.title"));
        await Expect(page.Locator("h1")).ToHaveTextAsync(new Regex("^(?:Précisions|Visite)", RegexOptions.None, TimeSpan.FromSeconds(1)));
        var first = page.Url;
        await page.PressAtAsync(page.GetByRole(AriaRole.Link, new() { Name = "Échange suivant" }));
        await Expect(page).Not.ToHaveURLAsync(first);
        await page.PressAtAsync(page.GetByRole(AriaRole.Link, new() { Name = "Échange précédent" }));
        await Expect(page).ToHaveURLAsync(first);
    }

    private static async Task DeleteAsync(Demo demo, IPage page, string name)
    {
        await demo.WriteDraftAsync("2026-T-021", new { type = "free", subject = "À garder" });
        await demo.WriteDraftAsync("2026-T-021", new { type = "free", subject = "De trop" });
        await page.GotoAsync(demo.Url(Follow + "?status=draft"));
        var row = page.Locator("tbody tr", new() { HasText = "De trop" });
        await page.PressAtAsync(row.Locator("summary"));
        await LookAsync(page, name);
        await page.PressAtAsync(row.GetByRole(AriaRole.Button, new() { Name = "Supprimer le brouillon" }));
        await Expect(page.GetByText("Le brouillon est supprimé.")).ToBeVisibleAsync();
        await Expect(row).ToHaveCountAsync(0);
        await Expect(page.Locator("tbody tr", new() { HasText = "À garder" })).ToHaveCountAsync(1);
    }

    private static async Task WriteAsync(Demo demo)
    {
        var companies = Enumerable.Range(1, 27).Select(i => new { email = $"contact@entreprise-{i}.test", company = $"Entreprise {i} du bâtiment et des travaux publics" })
            .Append(new { email = "offres@alpha.inconnu.test", company = "Alpha Étanchéité" }).Append(new { email = "offres@zenith.inconnu.test", company = "Zénith Voirie" });
        await demo.SendLetterAsync("2026-T-021", new { type = "completion-request", subject = Subject, bodyHtml = "<p>Merci de préciser le délai.</p>", replyExpected = true, replyDue = TimeProvider.System.GetUtcNow().AddDays(3), recipients = companies });
        await demo.SendLetterAsync("2026-T-021", new { type = "free", subject = "Visite du site reportée au 12 juin", bodyHtml = "<p>La visite est reportée.</p>", recipients = companies.Take(2) });
    }

    /// <summary>Until every letter arrived or failed.</summary>
    private static async Task SettleAsync(Demo demo, IPage page)
    {
        var settled = page.Locator(".counters li", new() { HasText = "Délivrés" }).GetByText("29", new() { Exact = true });
        for (var i = 0; i < 240; i++)
        {
            await page.GotoAsync(demo.Url(Follow));
            if (await settled.CountAsync() == 1 && await page.Locator(".counters li", new() { HasText = "En cours" }).CountAsync() == 0)
                return;
            await Task.Delay(250);
        }

        await Expect(settled).ToHaveCountAsync(1);
    }

    /// <summary>Nothing wider than the window at two desks, a tablet and a telephone, of which pictures are kept; axe, where the rows are cards.</summary>
    private static async Task LookAsync(IPage page, string name)
    {
        foreach (var (width, height) in new[] { (1440, 900), (1024, 768), (768, 1024), (390, 844) })
        {
            await page.SetViewportSizeAsync(width, height);
            await Demo.PictureAsync(page, $"{name}-{width}");
            await page.ShouldFitAsync(name);
        }

        await Accessible.CheckAsync(page);
        await page.SetViewportSizeAsync(1440, 900);
    }
}
