using System.Text.Json;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.TestKit;

namespace Vaguemestre.Core.Tests.Journal;

/// <summary><c>docs/journal-facts.md</c> tells every kind of fact and every payload, and nothing that the code does not write.</summary>
public sealed class JournalFactsPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "journal-facts.md"));

    [Fact]
    public void The_table_of_facts_has_every_kind_once_and_no_other() => Column("## Facts", 0).ShouldBe(Words.All<FactKind>(), ignoreOrder: true);

    [Fact]
    public void The_table_of_payloads_has_every_record_with_its_fields()
    {
        var told = Rows("## Payloads").ToDictionary(r => r[0].Trim('`'), r => r[1], StringComparer.Ordinal);
        var written = typeof(FactContent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(FactContent)) && !t.IsAbstract)
            .ToDictionary(t => t.Name, t => Fields(t), StringComparer.Ordinal);
        told.ShouldBe(written, ignoreOrder: true);
    }

    [Fact]
    public void Every_fact_names_a_payload_that_is_told() =>
        Column("## Facts", 2).Distinct().ShouldBeSubsetOf(Column("## Payloads", 0));

    [Fact]
    public void The_table_of_ETSI_events_has_each_that_a_fact_is()
    {
        var told = Rows("## Events of ETSI EN 319 522-3").Select(r => string.Join(' ', r.Select(cell => cell.Trim('`'))));
        var known = Enum.GetValues<FactKind>().Select(kind => (Word: Words.Of(kind), Tracked: EtsiEvents.NameOf(kind, DeliveryMode.Tracked), Plain: EtsiEvents.NameOf(kind, DeliveryMode.Plain)))
            .Where(e => e is not (_, null, null)).Select(e => $"{e.Word} {e.Tracked ?? "–"} {e.Plain ?? "–"}");
        told.ShouldBe(known, ignoreOrder: true);
    }

    private static string Fields(Type payload)
    {
        var fields = payload.GetProperties().Where(p => p.Name != "EqualityContract").Select(p => $"`{JsonNamingPolicy.CamelCase.ConvertName(p.Name)}`").ToList();
        return fields.Count == 0 ? "nothing" : string.Join(", ", fields);
    }

    private static IEnumerable<string> Column(string heading, int index) => Rows(heading).Select(r => r[index].Trim('`'));

    private static IEnumerable<string[]> Rows(string heading) =>
        Page[Page.IndexOf(heading + "\n", StringComparison.Ordinal)..].Split('\n').Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Trim('|', ' ').Split(" | "));
}
