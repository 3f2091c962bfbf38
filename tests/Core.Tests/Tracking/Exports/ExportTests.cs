using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Exports;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Tracking.Exports;

public sealed class ExportTests
{
    /// <summary>Subjects that a spreadsheet would calculate, or that need quotes.</summary>
    private static readonly string[] Subjects = ["=1+1", "+33 1 23 45 67 89", "-5 %", "@SUM(A1)", "Objet ; avec \"guillemets\"", "Été, œuvre et Noël"];

    [Theory, ClassData(typeof(Databases))]
    public async Task Every_row_is_in_the_csv_and_no_cell_is_a_formula(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        foreach (var subject in Subjects)
            await world.WriteToAsync(new DraftInput { Subject = subject, BodyHtml = "<p>Texte.</p>" }, "a@alpha.test", "b@beta.test");

        var file = await ExportAsync(world, new() { Reference = Correspondence.Reference }, TableFormat.Csv);

        file.AsSpan(0, 3).ToArray().ShouldBe([0xEF, 0xBB, 0xBF]);
        using var csv = new CsvReader(new StreamReader(new MemoryStream(file)), new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = ";" });
        var rows = csv.GetRecords<dynamic>().Cast<IDictionary<string, object>>().ToList();
        rows.Count.ShouldBe(Subjects.Length * 2);
        rows.Select(r => ((string)r["Objet"]).TrimStart('\'')).Distinct().ShouldBe(Subjects, ignoreOrder: true);
        rows.SelectMany(r => r.Values).Cast<string>().ShouldAllBe(cell => cell.Length == 0 || !"=+-@".Contains(cell[0]));
        rows.ShouldAllBe(r => (string)r["Statut"] == "En cours d’envoi" && ((string)r["Envoyé le"]).Length == "28/11/2026 14:05:09".Length);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_workbook_holds_the_same_rows_and_texts_as_texts(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        foreach (var subject in Subjects)
            await world.WriteToAsync(new DraftInput { Subject = subject, BodyHtml = "<p>Texte.</p>" }, "a@alpha.test");

        using var book = new ZipArchive(new MemoryStream(await ExportAsync(world, new(), TableFormat.Xlsx)));

        XNamespace main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        await using var sheet = await book.GetEntry("xl/worksheets/sheet1.xml")!.OpenAsync(TestContext.Current.CancellationToken);
        var rows = XDocument.Load(sheet).Descendants(main + "row").ToList();
        rows.Count.ShouldBe(Subjects.Length + 1);
        rows.Skip(1).Select(r => r.Elements(main + "c").ElementAt(3).Value).ShouldBe(Subjects, ignoreOrder: true);
        rows.SelectMany(r => r.Descendants(main + "f")).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task More_rows_than_a_page_are_all_there_once_and_a_filter_holds(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToAsync(null, [.. Enumerable.Range(0, ListConversations.MostItems + 30).Select(i => $"n{i}@alpha.test")]);
        await world.WriteToAsync(null, "x@beta.test");

        var lines = Encoding.UTF8.GetString(await ExportAsync(world, new() { Recipient = "alpha.test" }, TableFormat.Csv)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        lines.Length.ShouldBe(ListConversations.MostItems + 30 + 1);
        lines.Distinct().Count().ShouldBe(lines.Length);
    }

    /// <summary>Whatever moves to the top of the table while it is written is where it was when the writing began.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_row_that_moves_meanwhile_is_not_passed_over(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var sent = await world.WriteToAsync(null, [.. Enumerable.Range(0, ListConversations.MostItems + 30).Select(i => $"n{i}@alpha.test")]);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var last = await world.QueryAsync(db => db.Conversations.OrderBy(c => c.LastEventAt).ThenBy(c => c.Id).FirstAsync());
        var target = new ActingStream(() => world.OpenAsync(last));

        await world.InScopeAsync(async scope =>
        {
            await (await scope.GetRequiredService<ExportConversations>().RunAsync(world.Caller, new(), TableFormat.Csv, default)).Value(target, TestContext.Current.CancellationToken);
            return true;
        });

        target.Acted.ShouldBeTrue();
        (await world.StatusOfAsync(last.Id)).ShouldBe(Status.Read);
        var lines = Encoding.UTF8.GetString(target.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(sent.Count + 1);
        lines.ShouldContain(line => line.Contains(last.Email, StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisations_rows_are_not_in_it(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();
        var (_, agent) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");

        var table = await world.InScopeAsync(async scope =>
            await WrittenAsync((await scope.GetRequiredService<ExportConversations>().RunAsync(Caller.Of(agent), new(), TableFormat.Csv, default)).Value));
        Encoding.UTF8.GetString(table).ShouldNotContain("alpha.test");
    }

    private static Task<byte[]> ExportAsync(TestWorld world, ConversationFilter filter, TableFormat format) => world.InScopeAsync(async scope =>
        await WrittenAsync((await scope.GetRequiredService<ExportConversations>().RunAsync(world.Caller, filter, format, default)).Value));

    /// <summary>Does something once, when it is first written to.</summary>
    private sealed class ActingStream(Func<Task> act) : MemoryStream
    {
        public bool Acted { get; private set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await base.WriteAsync(buffer, cancellationToken);
            await ActAsync();
        }

        public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            await base.WriteAsync(buffer.AsMemory(offset, count), cancellationToken);
            await ActAsync();
        }

        private async Task ActAsync()
        {
            if (Acted)
                return;
            Acted = true;
            await act();
        }
    }

    private static async Task<byte[]> WrittenAsync(Func<Stream, CancellationToken, Task> write)
    {
        var target = new MemoryStream();
        await write(target, TestContext.Current.CancellationToken);
        return target.ToArray();
    }
}
