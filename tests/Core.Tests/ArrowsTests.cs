using System.Text.RegularExpressions;
using System.Xml.Linq;
using Vaguemestre.TestKit;

namespace Vaguemestre.Core.Tests;

/// <summary>Which room may know which. A new arrow is a decision: it is made here first.</summary>
public sealed partial class ArrowsTests
{
    /// <summary>Every room may use the floor. Data knows the rooms' entities, since it holds their tables; nothing else of them.</summary>
    private static readonly string[] Floor = ["Data", "Files", "Journal"];

    private static readonly Dictionary<string, string[]> Rooms = new(StringComparer.Ordinal)
    {
        ["Access"] = [],
        ["Consultations"] = ["Access"],
        ["Letters"] = ["Consultations", "Access"],
        ["Delivery"] = ["Letters", "Consultations", "Access"],
        ["Reception"] = ["Letters", "Consultations", "Access"],
        ["Tracking"] = ["Letters", "Delivery", "Reception", "Consultations", "Access"],
        ["Evidence"] = ["Letters", "Delivery", "Reception", "Consultations", "Access", "Tracking", "Retention"],
        ["Retention"] = ["Letters", "Delivery", "Reception", "Consultations", "Access", "Tracking"],
        ["Journal"] = ["Data"],
        ["Files"] = ["Data"],
    };

    private static readonly Dictionary<string, string[]> Projects = new(StringComparer.Ordinal)
    {
        ["Web"] = ["Core"],
        ["Core"] = ["Mail", "Pdf"],
        ["Mail"] = [],
        ["Pdf"] = [],
    };

    public static TheoryData<string> RoomNames => [.. Rooms.Keys];

    public static TheoryData<string> ProjectNames => [.. Projects.Keys];

    [Theory, MemberData(nameof(RoomNames))]
    public void A_room_knows_the_floor_and_the_rooms_below_it(string room)
    {
        string[] allowed = [room, .. Rooms[room], .. Rooms[room].Contains("Data") ? [] : Floor];
        var arrows = Sources(Path.Combine("Core", room)).SelectMany(file => Room().Matches(File.ReadAllText(file)).Select(m => (File: Path.GetFileName(file), To: m.Groups["room"].Value)))
            .Where(a => Rooms.ContainsKey(a.To) || a.To == "Data").Distinct();
        arrows.Where(a => !allowed.Contains(a.To)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_room_stands_in_the_table() =>
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src", "Core")).Select(d => Path.GetFileName(d)!)
            .Except(["bin", "obj", "Data"]).ShouldBe(Rooms.Keys, ignoreOrder: true);

    [Theory, InlineData("Delivery", true), InlineData("Evidence", false)]
    public void Only_delivery_speaks_mail_and_only_evidence_writes_documents(string room, bool mail)
    {
        var project = mail ? "using Vaguemestre.Mail" : "using Vaguemestre.Pdf";
        Sources("Core").Where(f => File.ReadAllText(f).Contains(project, StringComparison.Ordinal))
            .Select(f => Path.GetRelativePath(Path.Combine(Repository.Root, "src"), f).Split('/')[..^1] is [_, var holder, ..] ? holder : "Core").Distinct().Except([room, "Core"]).ShouldBeEmpty("Settings alone names a mail word: the relay's security");
    }

    [Theory, MemberData(nameof(ProjectNames))]
    public void A_project_refers_only_to_those_below_it(string project)
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));
        file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)).ShouldBe(Projects[project], ignoreOrder: true);
        if (Projects[project].Length == 0)
        {
            file.Descendants("FrameworkReference").ShouldBeEmpty();
            file.Descendants("PackageReference").Select(p => p.Attribute("Include")!.Value).ShouldNotContain(p => p.Contains("EntityFramework", StringComparison.Ordinal));
        }
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    /// <summary>A room as it is named: in a using, or in full, or as <c>Journal.Journal</c> from inside the namespace.</summary>
    [GeneratedRegex(@"(?:Vaguemestre\.Core\.|(?<![\w.])(?=[A-Z][a-z]+\.[A-Z]))(?<room>[A-Z][a-z]+)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Room();
}
