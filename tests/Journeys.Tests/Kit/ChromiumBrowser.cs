using System.Collections;
using Microsoft.Playwright;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Journeys.Tests.Kit;

/// <summary>Debian's Chromium, of the build that has no window and takes half the time of the other: one for the whole test process, a fresh context (cookies, cache) for each journey.</summary>
public static class ChromiumBrowser
{
    /// <summary>How long a page may take to show something, in milliseconds: only a failure waits that long.</summary>
    private const float Patience = 30_000;

    private static readonly Lazy<Task<IBrowser>> SharedBrowser = new(LaunchAsync);

    /// <summary>A person's own browser window, in French and on Paris time; the caller disposes of it.</summary>
    /// <param name="javaScript">Whether scripts run.</param>
    /// <param name="width">Width of the window in CSS pixels: 1440, 1024, 390.</param>
    /// <param name="height">Its height.</param>
    public static async Task<IBrowserContext> NewContextAsync(bool javaScript = true, int width = 1440, int height = 900)
    {
        var browser = await SharedBrowser.Value;
        var context = await browser.NewContextAsync(new()
        {
            JavaScriptEnabled = javaScript,
            ViewportSize = new() { Width = width, Height = height },
            Locale = "fr-FR",
            TimezoneId = "Europe/Paris",
        });
        context.SetDefaultTimeout(Patience);
        return context;
    }

    private static async Task<IBrowser> LaunchAsync()
    {
        var chromium = DebianProgram.Find("chromium-headless-shell", "chromium-headless-shell");
        var playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = chromium,
            Env = Utf8(),
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--no-first-run",
            ],
        });
    }

    /// <summary>This process's environment with a locale that every Debian has: with one that is named but not generated, Chromium calls a file of a French name "download".</summary>
    private static Dictionary<string, string> Utf8()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string)v.Value!, StringComparer.Ordinal);
        variables["LC_ALL"] = "C.UTF-8";
        return variables;
    }
}
