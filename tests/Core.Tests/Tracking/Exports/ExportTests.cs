using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
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

    [Theory, ClassData(typeof(Databases))]
    public async Task The_archive_holds_letters_read_replies_and_attestations_that_verify(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var sent = await world.WriteToAsync(new DraftInput { Subject = "Pièces <à> compléter", BodyHtml = "<p>Merci.</p>", ReplyExpected = true }, "a@alpha.test", "b@beta.test");
        var (read, unread) = (sent.Single(c => c.Email == "a@alpha.test"), sent.Single(c => c.Email == "b@beta.test"));
        foreach (var conversation in sent)
            await world.OpenAsync(conversation);
        var reply = await world.ReplyAsync(read, "Voici la première.", ("DC1.pdf", "%PDF-1.7 un"u8.ToArray()));
        await world.ReplyAsync(unread, "Voici la seconde.", ("DC2.pdf", "%PDF-1.7 deux"u8.ToArray()));
        _ = (await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, read.Id, reply.Id, default))).Value;

        using var zip = new ZipArchive(new MemoryStream(await world.InScopeAsync(async scope =>
            await WrittenAsync((await scope.GetRequiredService<ArchiveConsultation>().RunAsync(world.Caller, Correspondence.Reference, default)).Value))));

        var names = zip.Entries.Select(e => e.FullName).ToList();
        names.ShouldContain("index.html");
        names.ShouldContain("index.csv");
        names.Count(n => n.EndsWith("attestation.pdf", StringComparison.Ordinal)).ShouldBe(2);
        var html = await TextAsync(zip, "index.html");
        html.ShouldContain("Pièces &lt;à&gt; compléter");
        html.ShouldContain("réponse 1 non ouverte");
        names.Count(n => n.EndsWith("reponse.html", StringComparison.Ordinal)).ShouldBe(1);
        (await TextAsync(zip, names.Single(n => n.EndsWith("reponse.html", StringComparison.Ordinal)))).ShouldContain("Voici la première.");
        (await TextAsync(zip, names.Single(n => n.EndsWith("DC1.pdf", StringComparison.Ordinal)))).ShouldBe("%PDF-1.7 un");
        names.ShouldNotContain(n => n.EndsWith("DC2.pdf", StringComparison.Ordinal));
        foreach (var link in html.Split("href=\"").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)]))
            names.ShouldContain(link);
        (await world.KindsOfAsync(read.Id)).ShouldContain(Core.Journal.FactKind.AttestationIssued);
        (await world.StatusOfAsync(unread.Id)).ShouldBe(Status.ReplyUnread);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisations_consultation_is_not_there(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();
        var (_, agent) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");

        (await world.RunAsync((ArchiveConsultation o) => o.RunAsync(Caller.Of(agent), Correspondence.Reference, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        var table = await world.InScopeAsync(async scope =>
            await WrittenAsync((await scope.GetRequiredService<ExportConversations>().RunAsync(Caller.Of(agent), new(), TableFormat.Csv, default)).Value));
        Encoding.UTF8.GetString(table).ShouldNotContain("alpha.test");
    }

    private static Task<byte[]> ExportAsync(TestWorld world, ConversationFilter filter, TableFormat format) => world.InScopeAsync(async scope =>
        await WrittenAsync((await scope.GetRequiredService<ExportConversations>().RunAsync(world.Caller, filter, format, default)).Value));

    private static async Task<byte[]> WrittenAsync(Func<Stream, CancellationToken, Task> write)
    {
        var target = new MemoryStream();
        await write(target, TestContext.Current.CancellationToken);
        return target.ToArray();
    }

    private static async Task<string> TextAsync(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(await zip.GetEntry(name)!.OpenAsync(TestContext.Current.CancellationToken));
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
