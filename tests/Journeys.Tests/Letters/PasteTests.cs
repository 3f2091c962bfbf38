using Vaguemestre.Journeys.Tests.Kit;
using Vaguemestre.TestKit;

namespace Vaguemestre.Journeys.Tests.Letters;

/// <summary>What programs put into the clipboard (written by hand after what they do) arrives as plain paragraphs and lists.</summary>
public sealed class PasteTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Journeys.Tests", "Letters", "Pasted");

    [Fact]
    public async Task What_is_pasted_from_a_program_comes_out_clean()
    {
        await using var editing = await Editing.StartAsync();
        var console = new List<string>();
        editing.Page.Console += (_, message) => console.Add(message.Text);
        foreach (var program in new[] { "word", "outlook", "libreoffice", "google-docs", "web-page" })
        {
            await editing.Text.PressAsync("Control+a");
            await editing.Text.PressAsync("Delete");
            await editing.PasteAsync(await ReadAsync($"{program}.html"), "le texte seul");
            (await editing.HtmlAsync()).ShouldBe((await ReadAsync($"{program}.expected.html")).Replace("\n", "", StringComparison.Ordinal), program);
            await Demo.PictureAsync(editing.Page, $"paste-{program}");
        }

        console.ShouldBeEmpty();
    }

    [Fact]
    public async Task Plain_text_is_pasted_as_a_text_area_reads_it()
    {
        await using var editing = await Editing.StartAsync();
        await editing.PasteAsync("", "Madame,\r\n\r\nune ligne\r\n<b>une autre</b>");
        (await editing.HtmlAsync()).ShouldBe("<p>Madame,</p><p>une ligne<br>&lt;b&gt;une autre&lt;/b&gt;</p>");
    }

    [Fact]
    public async Task What_is_cut_in_the_editor_is_pasted_as_it_was()
    {
        await using var editing = await Editing.StartAsync();
        await editing.PasteAsync("<p><b>gras</b></p><ol><li>un<ol><li>deux</li></ol></li></ol><p>fin</p>");
        var before = await editing.HtmlAsync();
        await editing.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        foreach (var key in new[] { "Control+a", "Control+x", "Control+v" })
            await editing.Text.PressAsync(key);
        (await editing.HtmlAsync()).ShouldBe(before);
    }

    private static Task<string> ReadAsync(string name) => File.ReadAllTextAsync(Path.Combine(Folder, name));
}
