using System.Text.Json.Nodes;
using Vaguemestre.Core.Consultations.Ocds;

namespace Vaguemestre.Core.Tests.Consultations.Ocds;

/// <summary>
/// Every file of the shared corpus gets the verdict of the reference schema (OCDS 1.1.5): accepted with exactly its
/// tenderers, or refused at the place where the reference validator found its first error.
/// </summary>
public sealed class OcdsCorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void Verdicts_agree_with_the_reference_schema()
    {
        var files = Index();
        var failures = new List<string>();
        var table = new SortedDictionary<string, (int Files, int Agreed)>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var failure = Disagreement(file);
            if (failure is not null)
            {
                failures.Add($"{file.Path}: {failure}");
            }
            var (total, agreed) = table.GetValueOrDefault(file.Row);
            table[file.Row] = (total + 1, agreed + (failure is null ? 1 : 0));
        }

        output.WriteLine($"{"kind",-18}{"reference verdict",-32}{"files",6}{"agreed",8}");
        foreach (var (row, (total, agreed)) in table)
        {
            output.WriteLine($"{row,-50}{total,6}{agreed,8}");
        }
        failures.ShouldBeEmpty();
    }

    [Fact]
    public void Reading_a_file_twice_over_doubles_nothing()
    {
        foreach (var file in Index().Where(file => file.Errors == 0 && file.Releases > 0))
        {
            var content = File.ReadAllBytes(file.Path);
            var once = OcdsReader.Read(content);
            var twice = OcdsReader.Read((byte[])[.. content, (byte)'\n', .. content.AsSpan(content is [0xEF, ..] ? 3 : 0)]);

            twice.Processes.Select(Summary).ShouldBe(once.Processes.Select(Summary), file.Path);
        }

        static string Summary(OcdsProcess process) =>
            $"{process.Ocid} {process.Title} {string.Join(", ", process.Deposits.Select(contact => contact.Company))}"
            + $" {process.Awardees.Count} {process.Lots.Count}";
    }

    private static string? Disagreement(CorpusFile file)
    {
        var content = File.ReadAllBytes(file.Path);
        var reading = OcdsReader.Read(content);
        if (file.Errors > 0)
        {
            return reading.Processes.Count > 0 || reading.Errors.Count == 0 ? "accepted, the reference refuses it"
                : reading.Errors.Any(error => EndsAt(error.Path, file.FirstErrorPlace)) ? null
                : $"no error at {file.FirstErrorPlace}; first: {reading.Errors[0]}";
        }
        if (file.Releases == 0)
        {
            // The reference tool found no release to judge, so its "no errors" says nothing of these. Three kinds, by
            // interpretation: records of linked releases only are valid, and import nothing (with a notice); a compiled
            // release of the wrong type is refused; an empty list of releases or records is refused.
            return reading.Processes.Count > 0 ? "imported something, the reference sees no release"
                : reading.Errors.Count + reading.Notices.Count == 0 ? "nothing imported, and nothing said" : null;
        }
        if (reading.Errors.Count > 0)
        {
            return $"refused, the reference accepts it: {reading.Errors[0]}";
        }
        var expected = Tenderers(content);
        var found = reading.Processes.SelectMany(process => process.Deposits
            .Select(contact => $"{process.Ocid} | {contact.Company} | {contact.Email}")).ToHashSet(StringComparer.Ordinal);
        return !found.SetEquals(expected)
            ? $"expected {string.Join("; ", expected.Except(found))}; unexpected {string.Join("; ", found.Except(expected))}"
            : null;
    }

    // Relative to the release: "releases/3/tender/id" ends at "tender/id", and an error inside a list is one of the list.
    private static bool EndsAt(string path, string place) =>
        place.Length == 0 || $"/{path}".EndsWith($"/{place}", StringComparison.Ordinal)
        || $"/{path}/".Contains($"/{place}/", StringComparison.Ordinal);

    // Another way of saying it, over JsonNode: who is named by a bid, or by the tender, as the parties describe him.
    private static HashSet<string> Tenderers(byte[] content)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var release in Releases(Documents(content)))
        {
            var parties = (release["parties"] as JsonArray ?? []).OfType<JsonObject>().ToList();
            var references = (release["bids"]?["details"] as JsonArray ?? [])
                .SelectMany(bid => bid!["tenderers"] as JsonArray ?? [])
                .Concat(release["tender"]?["tenderers"] as JsonArray ?? [])
                .OfType<JsonObject>();
            foreach (var reference in references)
            {
                var party = parties.Find(party => reference["id"] is { } id && $"{party["id"]}" == $"{id}") ?? reference;
                var name = party["name"] ?? reference["name"];
                var email = reference["contactPoint"]?["email"] ?? party["contactPoint"]?["email"];
                found.Add($"{release["ocid"]} | {name} | {email}");
            }
        }
        return found;
    }

    private static IEnumerable<JsonNode> Documents(byte[] content)
    {
        var text = System.Text.Encoding.UTF8.GetString(content).TrimStart('\uFEFF');
        try
        {
            return [JsonNode.Parse(text)!];
        }
        catch (System.Text.Json.JsonException)
        {
            return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);
        }
    }

    private static IEnumerable<JsonNode> Releases(IEnumerable<JsonNode> values) => values.SelectMany(value => value switch
    {
        JsonArray list => Releases(list.OfType<JsonNode>()),
        _ when value["records"] is JsonArray records => Releases(records.OfType<JsonNode>()),
        _ when value["compiledRelease"] is { } compiled => [compiled],
        _ when value["releases"] is JsonArray releases => releases.OfType<JsonNode>(),
        _ => [value],
    });

    private static List<CorpusFile> Index()
    {
        var corpus = Corpus();
        var lines = File.ReadAllLines(Path.Combine(corpus, "index.tsv"));
        var columns = lines[0].Split('\t');
        var files = new List<CorpusFile>();
        foreach (var line in lines.Skip(1))
        {
            var row = columns.Zip(line.Split('\t')).ToDictionary(cell => cell.First, cell => cell.Second);
            var path = Path.Combine(corpus, "ocds", row["file"]);
            if (File.Exists(path))
            {
                files.Add(new CorpusFile(
                    path, row["kind"], int.Parse(row["n_releases"]), int.Parse(row["schema_errors_1_1_5"]), row["first_error"]));
            }
        }
        return files;
    }

    private static string Corpus()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var corpus = Path.Combine(folder.FullName, "shared", "corpora", "ocds");
            if (File.Exists(Path.Combine(corpus, "index.tsv")))
            {
                return corpus;
            }
        }
        Assert.Skip("The shared corpus of OCDS files (shared/corpora/ocds, beside the checkout) is not on this machine.");
        return "";
    }

    private sealed record CorpusFile(string Path, string Kind, int Releases, int Errors, string FirstError)
    {
        public string Row => $"{Kind,-18}" + (Errors > 0 ? "invalid" : Releases == 0 ? "none (no release found)" : "valid");

        /// <summary>The validator writes "place: 'field' is a required property", or "place: what is wrong with it".</summary>
        public string FirstErrorPlace
        {
            get
            {
                var colon = FirstError.IndexOf(": ", StringComparison.Ordinal);
                var (place, what) = (FirstError[..colon], FirstError[(colon + 2)..]);
                return what.EndsWith("is a required property", StringComparison.Ordinal)
                    ? $"{place}/{what.Split('\'')[1]}".TrimStart('/')
                    : place;
            }
        }
    }
}
