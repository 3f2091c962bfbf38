using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Vaguemestre.Journeys.Tests.Kit;

/// <summary>What axe finds wrong by WCAG 2.2 AA and RGAA, a framed mail aside: no script runs in there, axe neither.</summary>
public static class Accessible
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly List<string> Tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4"];

    public static async Task CheckAsync(IPage page)
    {
        await page.WaitForLoadStateAsync(LoadState.Load);
        if (await page.EvaluateAsync<bool>("matchMedia('(scripting: none)').matches"))
            await CheckCopyAsync(page);
        else
            await LookAsync(page, page.Url).WaitAsync(Patience);
    }

    /// <summary>Axe waits by timers, which stand still where no script may run: it looks at a copy, in a window where it may and the page's own do not.</summary>
    private static async Task CheckCopyAsync(IPage page)
    {
        var html = (await page.ContentAsync()).Replace("noscript>", "div>", StringComparison.Ordinal);
        await using var context = await ChromiumBrowser.NewContextAsync(width: page.ViewportSize!.Width, height: page.ViewportSize.Height);
        var copy = await context.NewPageAsync();
        await copy.RouteAsync("**/*", route => route.Request.ResourceType switch
        {
            "document" => route.FulfillAsync(new() { Body = html, ContentType = "text/html; charset=utf-8" }),
            "script" => route.AbortAsync(),
            _ => route.ContinueAsync(),
        });
        await copy.GotoAsync(page.Url);
        await LookAsync(copy, page.Url).WaitAsync(Patience);
    }

    private static async Task LookAsync(IPage page, string url)
    {
        // A colour on its way to another is neither.
        await page.EvaluateAsync("Promise.allSettled(document.getAnimations().filter(a => a instanceof CSSTransition).map(a => a.finished)).then(() => true)");
        var found = await page.RunAxe(new AxeRunOptions
        {
            Iframes = false,
            RunOnly = new RunOnlyOptions { Type = "tag", Values = Tags },
            ResultTypes = [ResultType.Violations],
        });
        found.Violations.SelectMany(v => v.Nodes, (violation, node) => $"{violation.Id}: {node.Html}").ShouldBeEmpty(url);
    }
}
