using Vaguemestre.Journeys.Tests.Kit;

namespace Vaguemestre.Journeys.Tests.Servers;

public class ChromiumBrowserTests
{
    private const string Page =
        "data:text/html;charset=utf-8,<h1>Messagerie sécurisée</h1><p>sans script</p><script>document.querySelector('p').textContent='avec script'</script>";

    [Theory]
    [InlineData(true, "avec script")]
    [InlineData(false, "sans script")]
    public async Task A_page_is_shown_with_script_on_and_off(bool javaScript, string text)
    {
        await using var context = await ChromiumBrowser.NewContextAsync(javaScript, width: 390, height: 800);
        var page = await context.NewPageAsync();

        await page.GotoAsync(Page);

        (await page.InnerTextAsync("h1")).ShouldBe("Messagerie sécurisée");
        (await page.InnerTextAsync("p")).ShouldBe(text);
        page.ViewportSize!.Width.ShouldBe(390);
    }
}
