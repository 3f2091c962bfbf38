using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Delivery;
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

    private static readonly XNamespace Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    private static readonly string[] Headings =
    [
        "Consultation", "Statut", "Type de courrier", "Objet", "Entreprise", "Nom", "Adresse", "Expéditeur", "Envoyé le", "Dernier événement",
        "Réponse attendue", "Réponse avant le", "Relancé", "Fichiers", "Mode d’envoi", "Favori", "Identifiant",
    ];

    [Theory, ClassData(typeof(Databases))]
    public async Task Every_cell_of_every_row_is_in_the_csv_and_none_is_a_formula(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var rows = await RowsAsync(world);

        var file = await ExportAsync(world, new(), TableFormat.Csv);

        file.AsSpan(0, 3).ToArray().ShouldBe([0xEF, 0xBB, 0xBF]);
        using var csv = new CsvReader(new StreamReader(new MemoryStream(file)), new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = ";" });
        (await csv.ReadAsync()).ShouldBeTrue();
        csv.ReadHeader();
        csv.HeaderRecord.ShouldBe(Headings);
        var lines = new List<string[]>();
        while (await csv.ReadAsync())
            lines.Add([.. csv.Parser.Record!]);
        lines.Select(Line).ShouldBe(rows.Select(row => Line(Told(row).Select(InText))));
        lines.SelectMany(line => line).ShouldAllBe(cell => cell.Length == 0 || !"=+-@".Contains(cell[0]));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Every_cell_of_every_row_is_in_the_workbook_with_texts_as_texts_and_instants_as_instants(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var rows = await RowsAsync(world);

        var sheet = await SheetAsync(await ExportAsync(world, new(), TableFormat.Xlsx));

        var lines = sheet.Descendants(Main + "row").Select(r => r.Elements(Main + "c").ToList()).ToList();
        lines[0].Select(c => c.Value).ShouldBe(Headings);
        lines.Count.ShouldBe(rows.Count + 1);
        foreach (var (line, row) in lines.Skip(1).Zip(rows))
            Line(line.Select(Value)).ShouldBe(Line(Told(row)));
        sheet.Descendants(Main + "f").ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_xml_has_no_place_for_is_replaced_in_the_workbook(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = (await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, Correspondence.Reference, new DraftInput { Subject = "Objet \uFFFF 😀", BodyHtml = "<p>Texte.</p>", Recipients = [new("a@alpha.test", "Léa\uFFFF", "\uFFFFAlpha")] }, default))).Value;
        await world.SendAsync(draft.Id);

        var sheet = await SheetAsync(await ExportAsync(world, new(), TableFormat.Xlsx));

        sheet.Descendants(Main + "row").Last().Elements(Main + "c").Skip(3).Take(3).Select(c => c.Value).ShouldBe(["Objet \uFFFD 😀", "\uFFFDAlpha", "Léa\uFFFD"]);
    }

    [Fact]
    public async Task No_text_makes_a_workbook_that_cannot_be_read()
    {
        foreach (var (text, expected) in new[]
        {
            ("\0\u0001\u000B\u001F\uFFFE\uFFFF", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"),
            ("a\tb\nc\u0085 < & > ]]>", "a\tb\nc\u0085 < & > ]]>"),
            ("\uD83D 😀 \uDE00", "\uFFFD 😀 \uFFFD"),
            ("\uDE00\uD83D", "\uFFFD\uFFFD"),
        })
            (await SubjectInWorkbookAsync(text)).ShouldBe(expected);
    }

    [Fact]
    public async Task A_text_too_long_for_a_cell_is_cut_between_two_characters()
    {
        const int Longest = 32_767;
        (await SubjectInWorkbookAsync(new string('a', Longest - 1) + "😀")).ShouldBe(new string('a', Longest - 1));
        (await SubjectInWorkbookAsync(new string('a', Longest - 2) + "😀 !")).ShouldBe(new string('a', Longest - 2) + "😀");
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

    /// <summary>Letters of every kind, some of whose subjects a spreadsheet would calculate, and one that was sent again.</summary>
    private static async Task<TestWorld> WorldAsync(DatabaseProvider provider)
    {
        var world = await ListConversationsTests.WorldAsync(provider);
        foreach (var subject in Subjects)
            await world.WriteToAsync(new DraftInput { Subject = subject, BodyHtml = "<p>Texte.</p>" }, "a@alpha.test", "b@beta.test");
        var resent = await world.WriteToOneAsync(email: "c@gamma.test");
        await world.ReportAsync((await world.SendingsOfAsync(resent.Id))[0], TestReports.Failed("c@gamma.test"));
        (await world.RunAsync((ResendConversation o) => o.RunAsync(world.Caller, resent.Id, default))).Succeeded.ShouldBeTrue();
        return world;
    }

    private static async Task<IReadOnlyList<ConversationRow>> RowsAsync(TestWorld world)
    {
        var rows = (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new(), null, ListConversations.MostItems, default))).Value.Items;
        Subjects.ShouldBeSubsetOf(rows.Select(r => r.Subject));
        foreach (var varied in new Func<ConversationRow, object?>[] { r => r.Status, r => r.Type, r => r.Mode, r => r.Company is null, r => r.Name is null, r => r.Id is null, r => r.ReplyExpected, r => r.ReplyDue is null, r => r.Resent, r => r.Attachments, r => r.Favourite, r => r.LastEventAt == r.SentAt, r => r.Author })
            rows.Select(varied).Distinct().Count().ShouldBeGreaterThan(1);
        return rows;
    }

    /// <summary>What the cells of a row hold, in the order of <see cref="Headings"/>: texts, instants on the clocks of Paris, a number.</summary>
    private static object?[] Told(ConversationRow row) =>
    [
        row.Reference,
        row.Status switch { Status.Draft => "Brouillon", Status.Sending => "En cours d’envoi", Status.Read => "Lu", Status.ReplyUnread => "Réponse non lue", _ => row.Status.ToString() },
        LetterTemplate.For(row.Type).Title,
        row.Subject,
        row.Company,
        row.Name,
        row.Email,
        row.Author,
        InParis(row.SentAt),
        InParis(row.LastEventAt),
        row.ReplyExpected ? "oui" : "non",
        InParis(row.ReplyDue),
        row.Resent ? "oui" : "non",
        row.Attachments,
        LetterWords.French(row.Mode),
        row.Favourite ? "oui" : "non",
        row.Id?.ToString(),
    ];

    private static DateTime? InParis(DateTimeOffset? at) => at is { } instant ? TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).DateTime : null;

    private static string InText(object? cell) => cell switch
    {
        null => "",
        DateTime at => at.ToString("dd/MM/yyyy HH:mm:ss", CultureInfo.InvariantCulture),
        string text => text.Length > 0 && "=+-@".Contains(text[0]) ? "'" + text : text,
        _ => string.Create(CultureInfo.InvariantCulture, $"{cell}"),
    };

    private static string Line(IEnumerable<object?> cells) => string.Join(" | ", cells.Select(cell => cell is DateTime at ? at.ToString("s", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{cell}")));

    private static async Task<XDocument> SheetAsync(byte[] workbook)
    {
        using var book = new ZipArchive(new MemoryStream(workbook));
        await using var sheet = await book.GetEntry("xl/worksheets/sheet1.xml")!.OpenAsync(TestContext.Current.CancellationToken);
        using var reader = XmlReader.Create(sheet, new XmlReaderSettings { CheckCharacters = true, Async = true });
        return await XDocument.LoadAsync(reader, LoadOptions.PreserveWhitespace, TestContext.Current.CancellationToken);
    }

    /// <summary>A text, an instant where the cell has the style of one, else a number.</summary>
    private static object? Value(XElement cell) =>
        cell.Attribute("t")?.Value == "inlineStr" ? cell.Value
        : cell.Element(Main + "v") is not { } value ? null
        : cell.Attribute("s") is not null ? DateTime.FromOADate(double.Parse(value.Value, CultureInfo.InvariantCulture))
        : int.Parse(value.Value, CultureInfo.InvariantCulture);

    private static async Task<string> SubjectInWorkbookAsync(string subject)
    {
        var row = new ConversationRow
        {
            LetterId = Guid.CreateVersion7(),
            Reference = Correspondence.Reference,
            Status = Status.Draft,
            Type = LetterType.Free,
            Mode = DeliveryMode.Tracked,
            Subject = subject,
            Author = "Camille Durand",
            LastEventAt = TestWorld.Start,
            ReplyExpected = false,
            Attachments = 0,
        };
        var workbook = await WrittenAsync((target, cancel) => TableFile.WriteXlsxAsync(target, new[] { row }.ToAsyncEnumerable(), cancel));
        return (await SheetAsync(workbook)).Descendants(Main + "row").Last().Elements(Main + "c").ElementAt(3).Value;
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
