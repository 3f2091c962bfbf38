using Microsoft.Playwright;

namespace Vaguemestre.Journeys.Tests.Kit;

/// <summary>Whether a page keeps to its window.</summary>
public static class Fitting
{
    /// <summary>Nothing sticks out at the right. The styles are waited for: what a page says can be read before they come.</summary>
    public static async Task ShouldFitAsync(this IPage page, string name)
    {
        await page.WaitForLoadStateAsync(LoadState.Load);
        var width = await page.EvaluateAsync<int>("innerWidth");
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width, name);
    }
}
