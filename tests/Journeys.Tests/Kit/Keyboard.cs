using Microsoft.Playwright;

namespace Vaguemestre.Journeys.Tests.Kit;

/// <summary>A person without a mouse: reaches everything by Tab.</summary>
public static class Keyboard
{
    /// <summary>A full table has some 150 controls; what moves in it while letters go out may take the keyboard back once.</summary>
    private const int MostTabs = 500;

    /// <summary>Presses Tab until the control has the focus.</summary>
    public static async Task TabToAsync(this IPage page, ILocator control)
    {
        for (var i = 0; i < MostTabs; i++)
        {
            if (await control.CountAsync() == 1 && await control.EvaluateAsync<bool>("element => element === document.activeElement"))
                return;
            await page.Keyboard.PressAsync("Tab");
        }

        throw new TimeoutException($"Tab does not lead to {control}.");
    }

    /// <summary>Reaches a control and presses a key on it.</summary>
    public static async Task PressAtAsync(this IPage page, ILocator control, string key = "Enter")
    {
        await page.TabToAsync(control);
        await page.Keyboard.PressAsync(key);
    }
}
