using System.Text.Json;
using System.Text.RegularExpressions;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Tests.Components;

/// <summary>What every page keeps to, read from its source.</summary>
public sealed partial class PageSourceTests
{
    static readonly string Web = Path.Combine(Root(), "src", "Web");

    static IEnumerable<(string Name, string Source)> Pages() => Directory.EnumerateFiles(Path.Combine(Web, "Pages"), "*.cshtml", SearchOption.AllDirectories)
        .Select(file => (Path.GetRelativePath(Web, file), Comment().Replace(File.ReadAllText(file), "")));

    static IEnumerable<string> Breaches(Regex rule) => Pages().SelectMany(page => rule.Matches(page.Source).Select(match => $"{page.Name}: {match.Value}"));

    [Fact]
    public void A_page_never_writes_a_raw_control() => Breaches(Control()).ShouldBeEmpty("Use v-field, v-choices, v-select, v-check, v-date, v-upload or v-hidden.");

    [Fact]
    public void A_page_has_no_style_and_no_script_of_its_own() =>
        Breaches(Inline()).ShouldBeEmpty("The content security policy forbids inline styles and scripts: use a class or a data-attribute (docs/pages.md).");

    [Fact]
    public void Every_icon_is_in_the_sprite()
    {
        var sprite = JsonSerializer.Deserialize<HashSet<string>>(File.ReadAllText(Path.Combine(Web, "Client", "icons.json")))!;
        var drawn = Pages().SelectMany(page => Icon().Matches(page.Source).Select(match => match.Groups["icon"].Value))
            .Concat(Look.Statuses.Select(Look.StatusIcon))
            .Concat(Look.FactKinds.Select(kind => Look.Fact(kind).Icon))
            .Concat(Directory.EnumerateFiles(Path.Combine(Web, "Components"), "*.cs").SelectMany(file => DrawnInCode().Matches(File.ReadAllText(file)).Select(match => match.Groups["icon"].Value)));
        drawn.Where(icon => !sprite.Contains(icon)).ShouldBeEmpty("Add the name to src/Web/Client/icons.json.");
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Vaguemestre.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run inside the repository.");
    }

    [GeneratedRegex(@"@\*.*?\*@|<!--.*?-->", RegexOptions.Singleline, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"<(?:input|select|textarea)\b[^>]*", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Control();

    [GeneratedRegex(@"<style\b|<script\b(?![^>]*\bsrc=)[^>]*|\sstyle\s*=\s*[""'][^""']*|\son[a-z]+\s*=\s*[""']", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Inline();

    [GeneratedRegex(@"<v-icon\b[^>]*?\bname=""(?<icon>[a-z0-9-]+)""|\bicon=""(?<icon>[a-z0-9-]+)""", RegexOptions.None, 1000)]
    private static partial Regex Icon();

    [GeneratedRegex(@"Icon\([A-Za-z]+, ""(?<icon>[a-z0-9-]+)""", RegexOptions.None, 1000)]
    private static partial Regex DrawnInCode();
}
