using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.TestKit;

namespace Vaguemestre.Core.Tests;

/// <summary><c>docs/operate/templates.md</c> lists the variables, filters and limits of the code. To write its table anew: <c>WRITE_DOCS=1 ./test TemplatesPage</c>.</summary>
public sealed class TemplatesPageTests
{
    private const string Head = "| variable | stands for | filled |\n| --- | --- | --- |\n";

    private static readonly string Place = Path.Combine(Repository.Root, "docs", "operate", "templates.md");

    [Fact]
    public void The_table_has_every_variable_with_its_meaning_and_no_other()
    {
        var page = File.ReadAllText(Place);
        var start = page.IndexOf(Head, StringComparison.Ordinal) + Head.Length;
        var end = page.IndexOf("\n\n", start - 1, StringComparison.Ordinal) + 1;
        var table = string.Concat(TemplateVariables.All.Select(v => $"| `{v.Placed}` | {v.Meaning} | {(v.FilledAtSending ? "at sending" : "in the draft")} |\n"));
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
            File.WriteAllText(Place, page[..start] + table + page[end..]);
        else
            page[start..end].ShouldBe(table, "type: WRITE_DOCS=1 ./test TemplatesPage");
    }

    [Fact]
    public void The_limits_and_filters_are_the_codes()
    {
        var page = File.ReadAllText(Place);
        page.ShouldContain($"filters: {string.Join(", ", TemplateCheck.Filters.Select(f => $"`{f}`"))}\n");
        page.ShouldContain($"A tag has at most {TemplateCheck.LongestTag} characters, a\ntemplate at most {TemplateCheck.MostTags} tags");
        page.ShouldContain($"the subject {TemplateContent.LongestSubject / 1000} 000 characters, the text {TemplateContent.LongestBody / 1000} 000.");
        TemplateCheck.Tags.ShouldAllBe(tag => page.Contains($"{{% {tag} %}}"));
    }
}
