using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>An agent's files on the write page: dropped, refused, broken off, put in order, taken off.</summary>
public sealed class WritingFilesTests
{
    private const int Mo = 1_048_576;

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgresql)]
    public async Task Several_files_are_dropped_at_once_and_one_that_cannot_go_keeps_no_other_back(DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var page = await WriteAsync(demo);
        await page.GetByLabel("Objet").FillAsync("Écrit entre-temps");

        await DropAsync(page, ("plan n° 1 « étage ».pdf", "%PDF-1.7 fictif"), ("facture.pdf.exe", "MZ"), ("vide.txt", ""), ("faux.pdf", "MZ\0\0\0"), ("prix.csv", "lot;prix"));

        await Expect(Rows(page)).ToHaveCountAsync(2);
        await Expect(page.Locator(".files")).ToContainTextAsync("plan n° 1 « étage ».pdf");
        await Expect(page.Locator(".files")).ToContainTextAsync("prix.csv");
        await Expect(Refused(page)).ToHaveCountAsync(3);
        await Expect(Refused(page).Filter(new() { HasText = "facture.pdf.exe" })).ToContainTextAsync(".exe s’exécuterait");
        await Expect(Refused(page).Filter(new() { HasText = "vide.txt" })).ToContainTextAsync("vide");
        await Expect(Refused(page).Filter(new() { HasText = "faux.pdf" })).ToContainTextAsync("programme pour Windows");
        await Expect(page.Locator("#attachments-title")).ToContainTextAsync("2");
        await Demo.PictureAsync(page, $"files-refused-{provider}".ToLowerInvariant());

        // What was being written stayed, and saving is no conflict with the files that came meanwhile.
        await Expect(page.GetByLabel("Objet")).ToHaveValueAsync("Écrit entre-temps");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Le brouillon est enregistré.")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Objet")).ToHaveValueAsync("Écrit entre-temps");
        await Expect(Rows(page)).ToHaveCountAsync(2);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task An_upload_is_paused_loses_its_connection_and_goes_on()
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var page = await WriteAsync(demo);
        var pieces = 0;
        var cut = true;
        await page.RouteAsync("**/televersements/*", async route =>
        {
            if (route.Request.Method == "PATCH" && ++pieces > 1 && cut)
                await route.AbortAsync("connectionreset");
            else
                await route.ContinueAsync();
        });
        await page.GetByLabel("Ajouter des fichiers").SetInputFilesAsync(demo.File("plans.bin", 20 * Mo));

        var row = page.Locator(".upload-row");
        await Expect(row).ToContainTextAsync("Connexion perdue");
        await Demo.PictureAsync(page, "files-lost");

        // Nothing leaves without the file that is on its way.
        await page.GetByRole(AriaRole.Button, new() { Name = "Aperçu" }).ClickAsync();
        await Expect(page.Locator(".upload-total")).ToContainTextAsync("encore en cours d’envoi");
        page.Url.ShouldNotContain("apercu");

        await row.GetByRole(AriaRole.Button, new() { Name = "Mettre en pause" }).ClickAsync();
        await Expect(row).ToContainTextAsync("En pause");
        cut = false;
        await row.GetByRole(AriaRole.Button, new() { Name = "Reprendre" }).PressAsync("Enter");
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await Expect(page.Locator("#bar")).ToContainTextAsync("20");
        await Expect(page.Locator("#say")).ToContainTextAsync("plans.bin : joint.");

        // Over the limit of the other mode: the page says so.
        await page.GetByLabel("Courrier électronique simple").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer", Exact = true }).ClickAsync();
        await Expect(page.GetByText("ce mode d’envoi en admet 5")).ToBeVisibleAsync();
        await Demo.PictureAsync(page, "files-over");
        await page.Context.DisposeAsync();
    }

    /// <summary>Cancelled while this request is on its way: the one that announces the file, or the one with a piece of it.</summary>
    [Theory, InlineData("POST"), InlineData("PATCH")]
    public async Task An_upload_is_cancelled_and_one_too_large_does_not_leave(string method)
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var page = await WriteAsync(demo);
        var (sent, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await page.RouteAsync("**/televersements**", async route =>
        {
            if (route.Request.Method == method)
            {
                sent.TrySetResult();
                await cancelled.Task;
            }

            await route.ContinueAsync();
        });
        await page.GetByLabel("Ajouter des fichiers").SetInputFilesAsync(demo.File("long.bin", 40 * Mo));
        await page.GetByLabel("Ajouter des fichiers").SetInputFilesAsync(demo.File("trop.bin", 30 * Mo));
        await Expect(Refused(page)).ToContainTextAsync("20 Mo");
        await sent.Task;

        var terminated = page.WaitForResponseAsync(answer => answer.Request.Method == "DELETE");
        await page.Locator(".upload-row").Filter(new() { HasText = "long.bin" }).GetByRole(AriaRole.Button, new() { Name = "Annuler" }).PressAsync("Enter");
        await Expect(page.Locator(".upload-row")).ToHaveCountAsync(1);
        cancelled.SetResult();
        (await terminated).Status.ShouldBe(204);
        await Expect(Refused(page).GetByRole(AriaRole.Button, new() { Name = "Masquer" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".upload-row")).ToHaveCountAsync(0);
        await Expect(page.GetByLabel("Ajouter des fichiers")).ToBeFocusedAsync();
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task An_upload_paused_while_it_is_announced_goes_on_as_the_same()
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var page = await WriteAsync(demo);
        var (sent, paused, announced) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        await page.RouteAsync("**/televersements", async route =>
        {
            announced++;
            sent.TrySetResult();
            await paused.Task;
            await route.ContinueAsync();
        });
        await page.GetByLabel("Ajouter des fichiers").SetInputFilesAsync(demo.File("plan.bin", 10));
        await sent.Task;
        var row = page.Locator(".upload-row");
        await row.GetByRole(AriaRole.Button, new() { Name = "Mettre en pause" }).ClickAsync();
        await Expect(row).ToContainTextAsync("En pause");
        await page.RunAndWaitForResponseAsync(
            () =>
            {
                paused.SetResult();
                return Task.CompletedTask;
            },
            answer => answer.Request.Method == "POST");

        await row.GetByRole(AriaRole.Button, new() { Name = "Reprendre" }).ClickAsync();
        await Expect(Rows(page)).ToHaveCountAsync(1);
        announced.ShouldBe(1);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task What_is_typed_beside_a_file_on_its_way_stays_when_it_has_come()
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var page = await WriteAsync(demo);
        var typed = new TaskCompletionSource();
        await page.RouteAsync("**/televersements/*", async route =>
        {
            await typed.Task;
            await route.ContinueAsync();
        });
        await page.GetByLabel("Ajouter des fichiers").SetInputFilesAsync(demo.File("plan.bin", 10));
        await page.Locator("summary", new() { HasText = "Envoyer plus tard" }).ClickAsync();
        await page.Locator("#Form_SendAt").FillAsync("2031-03-04T09:00");
        typed.SetResult();
        await Expect(page.Locator("#bar")).ToContainTextAsync("10 octets");
        await Expect(page.Locator("#Form_SendAt")).ToHaveValueAsync("2031-03-04T09:00");

        // Nor is it lost by what the form itself does.
        await Rows(page).GetByRole(AriaRole.Button, new() { Name = "Retirer" }).ClickAsync();
        await Expect(Rows(page)).ToHaveCountAsync(0);
        await Expect(page.Locator("#Form_SendAt")).ToHaveValueAsync("2031-03-04T09:00");
        await page.Locator("summary", new() { HasText = "Envoyer plus tard" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Programmer l’envoi" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("à moins d'un an");
        await Expect(page.Locator("#Form_SendAt")).ToHaveValueAsync("2031-03-04T09:00");
        await page.Context.DisposeAsync();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Files_are_put_in_order_and_taken_off_by_the_keyboard(bool javaScript)
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var page = await WriteAsync(demo, javaScript);
        await page.GetByLabel("Ajouter des fichiers").SetInputFilesAsync([demo.File("a.bin", 10), demo.File("b.bin", 20), demo.File("c.bin", 30)]);
        if (!javaScript)
            await page.GetByRole(AriaRole.Button, new() { Name = "Enregistrer", Exact = true }).ClickAsync();
        await Expect(Rows(page)).ToHaveCountAsync(3);
        var before = await Rows(page).Locator("a").AllInnerTextsAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = $"Monter {before[2]}" }).PressAsync("Enter");
        await Expect(Rows(page).Locator("a")).ToHaveTextAsync([before[0], before[2], before[1]]);
        await page.GetByRole(AriaRole.Button, new() { Name = $"Descendre {before[0]}" }).PressAsync("Enter");
        await Expect(Rows(page).Locator("a")).ToHaveTextAsync([before[2], before[0], before[1]]);
        await Demo.PictureAsync(page, javaScript ? "files-order" : "files-order-no-script");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Retirer {before[2]}" }).PressAsync("Enter");
        await Expect(Rows(page).Locator("a")).ToHaveTextAsync([before[0], before[1]]);
        await page.Context.DisposeAsync();
    }

    [Theory, InlineData(1024), InlineData(390)]
    public async Task The_rows_fit_the_window(int width)
    {
        await using var demo = await Demo.StartAsync(DatabaseProvider.Sqlite);
        var page = await WriteAsync(demo, width: width);
        await page.RouteAsync("**/televersements/*", route => route.Request.Method == "PATCH" ? Task.CompletedTask : route.ContinueAsync());
        await page.GetByLabel("Ajouter des fichiers").SetInputFilesAsync(demo.File("Cahier des clauses techniques particulières du lot n° 3 - menuiseries extérieures.bin", 40 * Mo));
        await page.GetByLabel("Ajouter des fichiers").SetInputFilesAsync(demo.File("trop grand pour la somme.bin", 30 * Mo));
        await Expect(Refused(page)).ToHaveCountAsync(1);
        await page.ShouldFitAsync("files");
        (await page.Locator("#attachments").RunAxe()).Violations.Select(v => v.Id).ShouldBeEmpty();
        await page.Locator("#attachments").ScreenshotAsync(new() { Path = Path.Combine(Directory.CreateDirectory(Path.Combine(TestKit.Repository.Root, ".work", "screens")).FullName, $"files-{width}.png") });
        await page.Context.DisposeAsync();
    }

    private static ILocator Rows(IPage page) => page.Locator(".files > li");

    private static ILocator Refused(IPage page) => page.Locator(".upload-row.refused");

    private static async Task<IPage> WriteAsync(Demo demo, bool javaScript = true, int width = 1440)
    {
        var page = await demo.OpenWindowAsync(javaScript, width);
        await page.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        await page.GotoAsync(demo.Url("/consultations/2026-T-021/courriers/nouveau"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Demande de complément" }).ClickAsync();
        await Expect(page.Locator("#attachments")).ToBeVisibleAsync();
        return page;
    }

    /// <summary>Lets files fall on the text, where a browser of old would have left the page.</summary>
    private static async Task DropAsync(IPage page, params (string Name, string Content)[] files)
    {
        await Expect(page.Locator(".uploads")).ToBeAttachedAsync();
        var transfer = await page.EvaluateHandleAsync(
            "files => { const transfer = new DataTransfer(); for (const [name, content] of files) transfer.items.add(new File([content], name)); return transfer; }",
            files.Select(f => new[] { f.Name, f.Content }).ToArray());
        await page.DispatchEventAsync("#write", "drop", new { dataTransfer = transfer });
    }
}
