using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Vaguemestre.TestKit;

namespace Vaguemestre.Core.Tests;

/// <summary><c>docs/operate/configuration.md</c> is made of the types. To write it anew: <c>WRITE_DOCS=1 ./test ConfigurationPage</c>.</summary>
public sealed partial class ConfigurationPageTests
{
    [Fact]
    public void The_reference_page_says_what_the_types_say()
    {
        var path = Path.Combine(Repository.Root, "docs", "operate", "configuration.md");
        var page = Page();
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
            File.WriteAllText(path, page);
        File.ReadAllText(path).ShouldBe(page, "type: WRITE_DOCS=1 ./test ConfigurationPage");
    }

    private static string Page()
    {
        var summaries = XDocument.Load(Path.ChangeExtension(typeof(Settings).Assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(m => m.Attribute("name")!.Value, m => Text(m.Element("summary")), StringComparer.Ordinal);
        var page = new StringBuilder(
            """
            # Configuration

            `appsettings.json` beside the program, then in the current directory, then the environment (`Vaguemestre__Section__Key`), then the command
            line (`--Section:Key=value`). A value that is not allowed stops the start with the key, the value and what is allowed.

            | key | default | |
            | --- | --- | --- |
            | `Urls` | `http://localhost:5080` | Where it listens. |

            """);
        foreach (var line in Lines(new Settings(), "", summaries))
            page.Append(line).Append('\n');
        return page.ToString();
    }

    private static IEnumerable<string> Lines(object section, string path, IReadOnlyDictionary<string, string> summaries)
    {
        foreach (var property in section.GetType().GetProperties().OrderBy(p => p.MetadataToken))
        {
            var value = property.GetValue(section);
            if (value is not null && property.PropertyType.Namespace == typeof(Settings).Namespace && property.PropertyType.IsClass)
            {
                foreach (var line in Lines(value, $"{path}{property.Name}:", summaries))
                    yield return line;
                continue;
            }

            var summary = summaries.GetValueOrDefault($"P:{section.GetType().FullName}.{property.Name}", "");
            yield return $"| `{path}{property.Name}` | {Default(value)} | {string.Join(' ', new[] { summary, Allowed(property) }.Where(s => s.Length > 0))} |";
        }
    }

    private static string Default(object? value) => value switch
    {
        null or "" => "",
        DateTimeOffset instant => $"`{instant.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture)}`",
        Enum word => $"`{word.ToString().ToLowerInvariant()}`",
        IFormattable formattable => $"`{formattable.ToString(null, CultureInfo.InvariantCulture)}`",
        _ => $"`{value}`",
    };

    private static string Allowed(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type.IsEnum)
            return "One of: " + string.Join(", ", Enum.GetNames(type).Select(n => $"`{n.ToLowerInvariant()}`")) + ".";
        return property.GetCustomAttribute<RangeAttribute>() is { } range ? string.Create(CultureInfo.InvariantCulture, $"From {range.Minimum} to {range.Maximum}.") : "";
    }

    private static string Text(XElement? summary) =>
        summary is null ? "" : Spaces().Replace(string.Concat(summary.Nodes().Select(n => n is XElement { Name.LocalName: "c" } code ? $"`{code.Value}`" : n.ToString())), " ").Trim();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
