using System.Text.Json;

namespace Vaguemestre.TestKit;

/// <summary>The inputs of the collection <c>html</c>: attacks on sanitisers, fixtures of sanitisers, the tree construction tests of html5lib.</summary>
public static class HtmlCorpus
{
    /// <summary>Elements whose content is words that a reader sees.</summary>
    public static readonly IReadOnlySet<string> Harmless = new HashSet<string>(StringComparer.Ordinal)
    {
        "html", "head", "body", "p", "br", "b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "span", "ul", "ol", "li", "div", "a", "font", "h1", "h2", "h3", "h4", "h5", "h6",
        "blockquote", "pre", "code", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "img", "hr", "center", "big", "small", "sub", "sup", "section", "article",
    };

    public static IReadOnlyList<string> InputsOrSkip()
    {
        var folder = Corpora.FolderOrSkip("html");
        var payloads = File.ReadLines(Path.Combine(folder, "payloads.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("input").GetString()!);
        var trees = Directory.EnumerateFiles(Path.Combine(folder, "html5lib", "tree-construction"), "*.dat", SearchOption.AllDirectories).SelectMany(Documents);
        return [.. payloads.Concat(trees).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>A test begins with <c>#data</c>; its document ends before <c>#errors</c>.</summary>
    private static IEnumerable<string> Documents(string file) =>
        File.ReadAllText(file).Split("#data\n", StringSplitOptions.RemoveEmptyEntries).Select(test => test.Split("\n#errors")[0]);
}
