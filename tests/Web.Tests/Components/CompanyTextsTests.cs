using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Reception.Space;
using Vaguemestre.TestKit;

namespace Vaguemestre.Web.Tests.Components;

/// <summary>The company's pages say everything in both languages.</summary>
public sealed partial class CompanyTextsTests
{
    private const string Problems = "Problem.";

    private static readonly string Web = Path.Combine(Repository.Root, "src", "Web");

    /// <summary>The codes of what a company's act can be refused for.</summary>
    public static TheoryData<string> Codes =>
    [
        .. new[] { typeof(ReplyProblems), typeof(SpaceProblems), typeof(InviteReader), typeof(UploadProblems) }
            .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f is { IsLiteral: true } && f.FieldType == typeof(string)).Select(f => (string)f.GetRawConstantValue()!)),
        .. new[] { FindVisit.UnknownLink, SpaceProblems.NoSpace, SpaceProblems.NoLink, SpaceProblems.NoAddress, SpaceProblems.OwnAddress, AttachmentLimits.NotFound, AttachmentLimits.TooLarge(1), UploadProblems.NotFound }.Select(p => p.Code),
        "file-name", "file-runs", "file-empty", "too-many-files", "too-many-uploads", "upload-longer",
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

    private static Dictionary<string, string> Texts(string resource) =>
        XDocument.Load(Path.Combine(Web, "Resources", resource + ".resx")).Root!.Elements("data").ToDictionary(d => d.Attribute("name")!.Value, d => d.Element("value")!.Value, StringComparer.Ordinal);

    private static IEnumerable<string> Named(string text) => Placeholder().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();
}
