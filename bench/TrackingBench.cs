using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
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
            measures.AddRange(await MeasureAsync(provider, sizes, fed));

        List<string> lines =
        [
            $"One consultation of {TrackingFill.InConsultation} conversations in 1 222 letters, to thousands, to a hundred and to one, in all statuses, inside {string.Join(", ", sizes)} of one organisation; {Requests} requests of one user, medians in milliseconds, of a server that has served each page {WarmUp} times. The limit of a page is `{ConstantPage}`, a constant page of the same server; that of a search is the bare index asked for the same answer, each asked in turn with what it is the limit of: the same terms, the latest of the consultation in the list's order, its drafts where some answer, and these read by their keys as the table shows them; the quickest of two statements on SQLite, of one on PostgreSQL prepared or planned each time. Beside it the same for those that the index has newest, whatever their order and consultation. The page of a search that thousands answer is served without counters; it has script ask for the same, counted by status, once it is shown. All in one run, each page asked in turn of all sizes. PostgreSQL has been vacuumed, as its own worker does in the minutes after such a filling; SQLite has counted its tables, as the product's worker has it do. Growth is the last size against the first.",
            "",
            $"| database | what | {string.Join(" | ", sizes.Select(s => s.ToString(CultureInfo.InvariantCulture)))} | times its limit, at the last | growth |",
            $"| --- | --- |{string.Concat(sizes.Select(_ => " --- |"))} --- | --- |",
            .. measures.Select(m => string.Create(CultureInfo.InvariantCulture, $"| {m.Provider} | {m.Name} | {string.Join(" | ", m.Milliseconds.Select(ms => ms.ToString("0.00", CultureInfo.InvariantCulture)))} | {m.Milliseconds[^1] / m.Limits[^1]:0.0} | {m.Milliseconds[^1] / m.Milliseconds[0]:0.0} |")),
            "",
            "Feeding the index, behind the sending:",
            "",
            .. fed,
        ];
        await Report.WriteAsync("tracking", "Following and searching", lines);
        return 0;
    }

    /// <param name="Milliseconds">By size.</param>
    /// <param name="Limits">The same of what it is measured against.</param>
    private sealed record Measure(DatabaseProvider Provider, string Name, double[] Milliseconds, double[] Limits);

    /// <summary>All sizes at once: each page is asked of every one of them in turn, so that a machine whose speed changes by the minute tells nothing of growth.</summary>
    private static async Task<List<Measure>> MeasureAsync(DatabaseProvider provider, int[] sizes, List<string> fed)
    {
        var sites = new List<Site>();
        try
        {
            foreach (var size in sizes)
                sites.Add(await Site.StartAsync(provider, size, fed));
            var measures = new List<Measure>();
            foreach (var (name, path) in Pages)
                await PageAsync(name, _ => path);
            await PageAsync("page 200", site => site.Deep);
            foreach (var (name, typed) in Searches)
            {
                measures.AddRange(await SearchAsync(sites, provider, name, typed));
                var page = $"{Follow}?q={Uri.EscapeDataString(typed)}";
                await PageAsync($"page of a search: {name}", _ => page);
                await PageAsync($"the same, counted by status: {name}", _ => page + "&counted=true");
            }

            var constant = sites.Select(site => Report.Median(site.Constant)).ToArray();
            return [new(provider, "constant page", constant, constant), .. measures];

            async Task PageAsync(string name, Func<Site, string> path)
            {
                var medians = await InTurnAsync(10, [.. sites.SelectMany(site => new Func<Task>[] { () => site.Http.GetStringAsync(path(site)), () => site.Http.GetStringAsync(ConstantPage) })]);
                var limits = sites.Select((_, i) => medians[(2 * i) + 1]).ToArray();
                for (var i = 0; i < sites.Count; i++)
                    sites[i].Constant.Add(limits[i]);
                measures.Add(new(provider, name, [.. sites.Select((_, i) => medians[2 * i])], limits));
            }
        }
        finally
        {
            foreach (var site in sites)
                await site.DisposeAsync();
        }
    }

    /// <summary>A server over so many conversations, signed in to.</summary>
    private sealed class Site(BenchWorld world, WebApplication app, HttpClient http) : IAsyncDisposable
    {
        public BenchWorld World => world;

        public HttpClient Http => http;

        /// <summary>The address of the 200th page.</summary>
        public string Deep { get; private set; } = "";

        /// <summary>Medians of the constant page.</summary>
        public List<double> Constant { get; } = [];

        public static async Task<Site> StartAsync(DatabaseProvider provider, int size, List<string> fed)
        {
            var world = await BenchWorld.CreateAsync(provider);
            await using (var services = world.Services())
                await new TrackingFill(world, services).RunAsync(size);
            fed.Add(await FeedAsync(world, provider, size));
            var settings = world.Settings;
            (settings.Roles, settings.PublicUrl) = ("web", $"http://127.0.0.1:{FreePort.Next()}");
            var app = Web.Host.Build(Configuration.NewBuilder([$"--Urls={settings.PublicUrl}"]), settings);
            await app.StartAsync();
            var site = new Site(world, app, await SignedInAsync(settings.PublicUrl));
            await WarmAsync(site.Http);
            site.Deep = await DeepAsync(site.Http);
            return site;
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
            await world.DisposeAsync();
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

    private static async Task<List<Measure>> SearchAsync(List<Site> sites, DatabaseProvider provider, string name, string typed)
    {
        var searches = new List<BareSearch>();
        foreach (var site in sites)
            searches.Add(await BareSearch.OfAsync(site.World, typed));
        var medians = new Queue<double>(await InTurnAsync(WarmUp, [.. searches.SelectMany(s => s.Newest.Concat(s.SameAnswer).Prepend(s.ListAsync))]));
        var (list, newest, limits) = (new List<double>(), new List<double>(), new List<double>());
        foreach (var search in searches)
        {
            list.Add(medians.Dequeue());
            newest.Add(search.Newest.Min(_ => medians.Dequeue()));
            limits.Add(search.SameAnswer.Min(_ => medians.Dequeue()));
            await search.DisposeAsync();
        }

        return
        [
            new(provider, $"bare index, its newest: {name}", [.. newest], [.. limits]),
            new(provider, $"bare index, the same answer: {name}", [.. limits], [.. limits]),
            new(provider, $"search: {name}", [.. list], [.. limits]),
        ];
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
