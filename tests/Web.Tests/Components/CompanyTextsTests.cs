using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Reception.Space;
using Vaguemestre.TestKit;

namespace Vaguemestre.Web.Tests.Components;

/// <summary>The company's pages say everything in both languages, and nothing outside of the resources.</summary>
public sealed partial class CompanyTextsTests
{
    private const string Problems = "Problem.";

    private static readonly string Web = Path.Combine(Repository.Root, "src", "Web");

    /// <summary>The codes of what a company's act can be refused for.</summary>
    public static TheoryData<string> Codes =>
    [
        .. new[] { typeof(ReplyProblems), typeof(SpaceProblems), typeof(InviteReader), typeof(OpenLetter), typeof(UploadProblems) }
            .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f is { IsLiteral: true } && f.FieldType == typeof(string)).Select(f => (string)f.GetRawConstantValue()!)),
        .. new[] { FindVisit.UnknownLink, SpaceProblems.NoSpace, SpaceProblems.NoLink, SpaceProblems.NoAddress, SpaceProblems.OwnAddress, AttachmentLimits.NotFound, AttachmentLimits.TooLarge(1), UploadProblems.NotFound }.Select(p => p.Code),
        "file-name", "file-runs", "file-empty", "file-infected", "file-unscannable", "file-unscanned", "too-many-files", "too-many-uploads", "upload-longer",
    ];

    [Theory]
    [InlineData("Company")]
    [InlineData("Words")]
    public void Both_languages_have_the_same_texts_and_each_names_the_same_things(string resource)
    {
        var (french, english) = (Texts(resource), Texts(resource + ".en"));

        english.Keys.Where(k => !k.StartsWith(Problems, StringComparison.Ordinal)).ShouldBe(french.Keys, ignoreOrder: true);
        foreach (var (key, text) in french)
        {
            Named(english[key]).ShouldBe(Named(text), key);
            english[key].Split('|').Length.ShouldBe(text.Split('|').Length, key);
        }
    }

    [Theory, MemberData(nameof(Codes))]
    public void What_Core_refuses_has_an_English_sentence(string code) => Texts("Company.en").Keys.ShouldContain(Problems + code);

    [Fact]
    public void No_text_of_the_companys_pages_stands_outside_of_the_resources()
    {
        Pages().SelectMany(page => Inline().Matches(page.Source).Select(match => $"{page.Name}: {match.Value}")).ShouldBeEmpty("Put it into Resources/Company.resx and Company.en.resx (docs/pages.md).");
        Models().SelectMany(model => InCode().Matches(model.Source).Select(match => $"{model.Name}: {match.Value}")).ShouldBeEmpty("Put it into Resources/Company.resx and Company.en.resx (docs/pages.md).");
    }

    private static Dictionary<string, string> Texts(string resource) =>
        XDocument.Load(Path.Combine(Web, "Resources", resource + ".resx")).Root!.Elements("data").ToDictionary(d => d.Attribute("name")!.Value, d => d.Element("value")!.Value, StringComparer.Ordinal);

    private static IEnumerable<string> Named(string text) => Placeholder().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<(string Name, string Source)> Pages() => Files("*.cshtml").Append(Path.Combine(Web, "Pages", "Shared", "_LayoutCompany.cshtml"))
        .Select(file => (Path.GetRelativePath(Web, file), Comment().Replace(File.ReadAllText(file), "")));

    private static IEnumerable<(string Name, string Source)> Models() =>
        Files("*.cs").Select(file => (Path.GetRelativePath(Web, file), LineComment().Replace(File.ReadAllText(file), "")));

    private static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Path.Combine(Web, "Pages", "Reception"), pattern, SearchOption.AllDirectories);

    [GeneratedRegex(@"\{\d", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline, 1000)]
    private static partial Regex LineComment();

    /// <summary>Letters with accents; words after a tag, before any code; words in the attributes that are read to people.</summary>
    [GeneratedRegex(@"[^\n]*[À-ÖØ-öø-ÿŒœ’«»][^\n]*|(?<![=\s-])>(?!Vaguemestre<|SHA-256 @)[^<>@{}()=;]*\p{L}{2}[^\n<]*|\b(?:label|hint|title|text|act|legend|aria-label|data-say|data-offline|data-signed-out)=""[^""@][^""]*", RegexOptions.None, 1000)]
    private static partial Regex Inline();

    [GeneratedRegex(@"""[^""\n]*[À-ÖØ-öø-ÿŒœ’«»][^""\n]*""", RegexOptions.None, 1000)]
    private static partial Regex InCode();
}
