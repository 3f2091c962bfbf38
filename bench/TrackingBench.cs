using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Search;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.Web.Verbs;

namespace Vaguemestre.Bench;

/// <summary>
/// What an agent waits for when following: the pages of one consultation of 10 000 conversations, inside ever more of them, for one user, beside a
/// constant page of the same server; and its search beside the bare index.
/// </summary>
internal static partial class TrackingBench
{
    /// <summary>A letter to so many is what the feeding of the index is told for.</summary>
    private const int PerLetter = 5_000;

    private const int Requests = 60, WarmUp = 100;

    private const string ConstantPage = "/accessibilite";

    private static readonly string Follow = $"/consultations/{BenchWorld.Reference}/suivi";

    private static readonly (string Name, string Path)[] Pages =
    [
        ("first page", Follow),
        ("status", Follow + "?status=undelivered"),
        ("status that thousands have", Follow + "?status=delivered"),
        ("status that none has", Follow + "?status=draft&recipient=introuvable"),
        ("type", Follow + "?type=free"),
        ("mode", Follow + "?mode=plain"),
        ("part of the recipient", Follow + "?recipient=entreprise-4242"),
        ("part of the company", Follow + "?company=entreprise 42"),
        ("lot", Follow + "?lot=2"),
        ("author", Follow + "?sender=durand"),
        ("sent since a day", Follow + "?sentFrom=2026-01-01"),
        ("read since a day", Follow + "?readFrom=2026-01-01"),
        ("replied since a day", Follow + "?repliedFrom=2026-01-01"),
        ("reply expected", Follow + "?replyExpected=true"),
        ("late replies", Follow + "?late=true"),
        ("favourites", Follow + "?favourite=true"),
        ("with files", Follow + "?withAttachments=true"),
        ("several at once", Follow + "?status=read&replyExpected=true&withAttachments=true&recipient=entreprise"),
        ("folded by letter", Follow + "?folded=true"),
        ("sorted by recipient", Follow + "?sort=recipient"),
        ("inbox", "/reception"),
    ];

    private static readonly (string Name, string Typed)[] Searches =
    [
        ("word of one recipient", "entreprise-4242"),
        ("word of every letter", "candidature"),
        ("its plural", "candidatures"),
        ("beginning of a word of every letter", "candid"),
        ("two words of every letter", "signature candidature"),
        ("phrase of every letter", "\"acte d'engagement\""),
        ("two words, one of one letter", "candidature lettre1"),
        ("word of no letter", "introuvable"),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        int[] sizes = args.Length == 0 ? [10_000, 100_000] : [.. args.Select(a => int.Parse(a, CultureInfo.InvariantCulture)).Order()];
        var measures = new List<Measure>();
        var fed = new List<string>();
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
        {
            foreach (var size in sizes)
                measures.AddRange(await MeasureAsync(provider, size, fed));
        }

        List<string> lines =
        [
            $"One consultation of {TrackingFill.InConsultation} conversations in 1 222 letters, to thousands, to a hundred and to one, in all statuses, inside {string.Join(", ", sizes)} of one organisation; {Requests} requests of one user, medians in milliseconds, of a server that has served each page {WarmUp} times. The limit of a page is `{ConstantPage}`, a constant page of the same server; that of a search is the bare index asked for the same answer, each asked in turn with what it is the limit of: the same terms, the {Page} latest of the consultation in the list's order, and these conversations read by their keys as the table shows them; the quicker of two statements on SQLite. Beside it the same for the {Page} that the index has newest, whatever their order and consultation. The page of a search that thousands answer is served without counters; it has script ask for the same, counted by status, once it is shown. All in one run. PostgreSQL has been vacuumed, as its own worker does in the minutes after such a filling; SQLite has counted its tables, as the product's worker has it do. Growth is the last size against the first.",
            "",
            $"| database | what | {string.Join(" | ", sizes.Select(s => s.ToString(CultureInfo.InvariantCulture)))} | times its limit, at the last | growth |",
            $"| --- | --- |{string.Concat(sizes.Select(_ => " --- |"))} --- | --- |",
            .. measures.GroupBy(m => (m.Provider, m.Name)).Select(g => string.Create(CultureInfo.InvariantCulture, $"| {g.Key.Provider} | {g.Key.Name} | {string.Join(" | ", g.Select(m => m.Milliseconds.ToString("0.00", CultureInfo.InvariantCulture)))} | {g.Last().Milliseconds / g.Last().Limit:0.0} | {g.Last().Milliseconds / g.First().Milliseconds:0.0} |")),
            "",
            "Feeding the index, behind the sending:",
            "",
            .. fed,
        ];
        await Report.WriteAsync("tracking", "Following and searching", lines);
        return 0;
    }

    private const int Page = 26;

    private sealed record Measure(DatabaseProvider Provider, string Name, double Milliseconds, double Limit);

    private static async Task<List<Measure>> MeasureAsync(DatabaseProvider provider, int size, List<string> fed)
    {
        await using var world = await BenchWorld.CreateAsync(provider);
        await using (var services = world.Services())
            await new TrackingFill(world, services).RunAsync(size);
        fed.Add(await FeedAsync(world, provider, size));
        var settings = world.Settings;
        (settings.Roles, settings.PublicUrl) = ("web", $"http://127.0.0.1:{FreePort.Next()}");
        await using var app = Web.Host.Build(Configuration.NewBuilder([$"--Urls={settings.PublicUrl}"]), settings);
        await app.StartAsync();

        using var http = await SignedInAsync(settings.PublicUrl);
        await WarmAsync(http);
        var (measures, constant) = (new List<Measure>(), new List<double>());
        foreach (var (name, path) in Pages.Append(("page 200", await DeepAsync(http))))
            await PageAsync(name, path);
        foreach (var (name, typed) in Searches)
        {
            measures.AddRange(await SearchAsync(world, provider, name, typed));
            var page = $"{Follow}?q={Uri.EscapeDataString(typed)}";
            await PageAsync($"page of a search: {name}", page);
            await PageAsync($"the same, counted by status: {name}", page + "&counted=true");
        }

        await app.StopAsync();
        return [new(provider, "constant page", Report.Median(constant), Report.Median(constant)), .. measures];

        async Task PageAsync(string name, string path)
        {
            var medians = await InTurnAsync(10, () => http.GetStringAsync(path), () => http.GetStringAsync(ConstantPage));
            constant.Add(medians[1]);
            measures.Add(new(provider, name, medians[0], medians[1]));
        }
    }

    /// <summary>A server that has just started compiles its pages again while it serves the first hundreds of them.</summary>
    private static async Task WarmAsync(HttpClient http)
    {
        for (var i = 0; i < WarmUp; i++)
        {
            foreach (var path in Pages.Select(p => p.Path).Append(ConstantPage).Append($"{Follow}?q=candidature"))
                _ = await http.GetStringAsync(path);
        }
    }

    /// <summary>
    /// What the list asks the database for, without page and counters, beside what no search can do without: rows that the index finds, by the database's own
    /// statements.
    /// </summary>
    private static async Task<List<Measure>> SearchAsync(BenchWorld world, DatabaseProvider provider, string name, string typed)
    {
        await using var services = world.Services();
        await using var first = services.CreateAsyncScope();
        var db = first.ServiceProvider.GetRequiredService<VaguemestreDb>();
        var query = SearchQuery.Of(typed, world.Agent.OrganisationId, BenchWorld.Reference);
        var terms = db.Database.IsNpgsql() ? query.ForTsQuery(SearchKind.Conversation) : query.ForFts5(SearchKind.Conversation);
        var consultation = await db.Consultations.Where(c => c.Reference == BenchWorld.Reference).Select(c => c.Id).SingleAsync();
        FormattableString newest = db.Database.IsNpgsql()
            ? (FormattableString)$"SELECT subject_id AS \"Value\" FROM search_rows WHERE terms @@ {terms}::tsquery ORDER BY number DESC LIMIT {Page}"
            : $"SELECT s.subject_id AS Value FROM search_terms CROSS JOIN search_rows s ON s.number = search_terms.rowid WHERE search_terms MATCH {terms} ORDER BY search_terms.rowid DESC LIMIT {Page}";
        FormattableString[] inOrder = db.Database.IsNpgsql()
            ? [$"SELECT c.id AS \"Value\" FROM search_rows s JOIN conversations c ON c.id = s.subject_id WHERE s.terms @@ {terms}::tsquery AND c.consultation_id = {consultation} ORDER BY c.last_event_at DESC, c.id DESC LIMIT {Page}"]
            :
            [
                $"SELECT c.id AS Value FROM search_terms CROSS JOIN search_rows s ON s.number = search_terms.rowid CROSS JOIN conversations c ON c.id = s.subject_id WHERE search_terms MATCH {terms} AND c.consultation_id = {consultation} ORDER BY c.last_event_at DESC, c.id DESC LIMIT {Page}",
                $"SELECT c.id AS Value FROM conversations c WHERE c.consultation_id = {consultation} AND (SELECT s.number FROM search_rows s WHERE s.subject_id = c.id) IN (SELECT rowid FROM search_terms WHERE search_terms MATCH {terms}) ORDER BY c.last_event_at DESC, c.id DESC LIMIT {Page}",
            ];
        var medians = await InTurnAsync(WarmUp, [ListAsync, () => RowsAsync(newest), .. inOrder.Select(statement => (Func<Task>)(() => RowsAsync(statement)))]);
        var limit = medians[2..].Min();
        return
        [
            new(provider, $"bare index, its newest: {name}", medians[1], limit),
            new(provider, $"bare index, the same answer: {name}", limit, limit),
            new(provider, $"search: {name}", medians[0], limit),
        ];

        async Task ListAsync()
        {
            await using var scope = services.CreateAsyncScope();
            var filter = new ConversationFilter { Reference = BenchWorld.Reference, Text = typed };
            _ = (await scope.ServiceProvider.GetRequiredService<ListConversations>().RunAsync(world.Caller, filter, null, Page - 1, default)).Value;
        }

        async Task RowsAsync(FormattableString statement)
        {
            await using var scope = services.CreateAsyncScope();
            var within = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
            var found = await within.Database.SqlQuery<Guid>(statement).ToListAsync();
            _ = await scope.ServiceProvider.GetRequiredService<ListConversations>().Rows(world.Caller, within.Conversations.AsNoTracking().Where(c => found.Contains(c.Id))).ToListAsync();
        }
    }

    private static async Task<string> FeedAsync(BenchWorld world, DatabaseProvider provider, int size)
    {
        await using var services = world.Services();
        var watch = Stopwatch.StartNew();
        for (var read = 1; read > 0;)
        {
            await using var scope = services.CreateAsyncScope();
            read = await scope.ServiceProvider.GetRequiredService<FeedSearch>().RunAsync(default);
        }

        var rate = size / watch.Elapsed.TotalSeconds;
        await using var last = services.CreateAsyncScope();
        var db = last.ServiceProvider.GetRequiredService<VaguemestreDb>();
        if (db.Database.IsNpgsql())
            await db.Database.ExecuteSqlRawAsync("VACUUM ANALYZE");
        await db.RefreshStatisticsAsync(default);
        return string.Create(CultureInfo.InvariantCulture, $"- {provider}, {size} conversations: {rate:0} a second; a letter to {PerLetter} is found whole after {PerLetter / rate:0.0} s");
    }

    private static async Task<HttpClient> SignedInAsync(string url)
    {
        var http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(url) };
        var page = await http.GetStringAsync("/connexion");
        var answer = await http.PostAsync("/connexion", new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Form.Email"] = "camille.durand@montrevel.test",
            ["Form.Password"] = BenchWorld.Password,
            ["__RequestVerificationToken"] = Token().Match(page).Groups["token"].Value,
        }));
        answer.EnsureSuccessStatusCode();
        return http;
    }

    /// <summary>The address of the 200th page, by following the links as a reader would.</summary>
    private static async Task<string> DeepAsync(HttpClient http)
    {
        var path = Follow;
        for (var i = 0; i < 199; i++)
        {
            if (Next().Match(await http.GetStringAsync(path)) is not { Success: true } next)
                break;
            path = WebUtility.HtmlDecode(next.Groups["href"].Value);
        }

        return path;
    }

    /// <summary>Medians of acts done in turn, in milliseconds: where the machine is slow for a minute, it is so for each of them.</summary>
    private static async Task<double[]> InTurnAsync(int warmUp, params Func<Task>[] acts)
    {
        var times = Array.ConvertAll(acts, _ => new List<double>());
        for (var turn = 0; turn < Requests + warmUp; turn++)
        {
            for (var act = 0; act < acts.Length; act++)
            {
                var watch = Stopwatch.StartNew();
                await acts[act]();
                if (turn >= warmUp)
                    times[act].Add(watch.Elapsed.TotalMilliseconds);
            }
        }

        return Array.ConvertAll(times, Report.Median);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();

    [GeneratedRegex("href=\"(?<href>[^\"]*cursor=[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Next();
}
