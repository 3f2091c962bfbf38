using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Vaguemestre.Journeys.Tests.Kit;

/// <summary>What axe finds wrong by WCAG 2.2 AA and RGAA, a framed mail aside: no script runs in there, axe neither.</summary>
public static class Accessible
{
    private static readonly List<string> Tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4"];

    public static async Task CheckAsync(IPage page)
    {
        // A colour on its way to another is neither.
        await page.EvaluateAsync("Promise.allSettled(document.getAnimations().filter(a => a instanceof CSSTransition).map(a => a.finished)).then(() => true)");
        var found = await page.RunAxe(new AxeRunOptions { Iframes = false, RunOnly = new RunOnlyOptions { Type = "tag", Values = Tags } });
        found.Violations.SelectMany(v => v.Nodes, (violation, node) => $"{violation.Id}: {node.Html}").ShouldBeEmpty(page.Url);
    }
}
