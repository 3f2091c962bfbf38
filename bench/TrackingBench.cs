using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.Web.Verbs;

namespace Vaguemestre.Bench;

/// <summary>The tracking page of one consultation with many conversations, for one user, beside a constant answer of the same server.</summary>
internal static partial class TrackingBench
{
    private const int PerLetter = 5_000;
    private const int Requests = 60;

    private static readonly (string Name, string Query)[] Pages =
    [
        ("first page", ""),
        ("filter by status", "?status=sending"),
        ("filter that finds nothing", "?status=read"),
        ("filter by type", "?type=free"),
        ("word in the recipient", "?q=entreprise-4242"),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var conversations = args is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 100_000;
        List<string> lines =
        [
            $"One consultation of {conversations} conversations in one database; {Requests} requests of one user after a warm-up, medians. The limit is `/sante`, a constant answer of the same Kestrel, in the same run.",
            "",
            "| database | page | median ms | times the constant answer |",
            "| --- | --- | --- | --- |",
        ];
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
            lines.AddRange(await MeasureAsync(provider, conversations));
        await Report.WriteAsync("tracking", "The tracking page", lines);
        return 0;
    }

    private static async Task<List<string>> MeasureAsync(DatabaseProvider provider, int conversations)
    {
        await using var world = await BenchWorld.CreateAsync(provider);
        await FillAsync(world, conversations);
        var settings = world.Settings;
        (settings.Roles, settings.PublicUrl) = ("web", $"http://127.0.0.1:{FreePort.Next()}");
        await using var app = Web.Host.Build(Configuration.NewBuilder([$"--Urls={settings.PublicUrl}"]), settings);
        await app.StartAsync();

        using var http = await SignedInAsync(settings.PublicUrl);
        var lines = new List<string>();
        var limit = await MedianAsync(http, "/sante");
        foreach (var (name, path) in Pages.Select(p => (p.Name, $"/consultations/{BenchWorld.Reference}/suivi{p.Query}")).Append(("page 200", await DeepAsync(http))))
        {
            var median = await MedianAsync(http, path);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"| {provider} | {name} | {median:0.0} | {median / limit:0} |"));
        }

        lines.Add(string.Create(CultureInfo.InvariantCulture, $"| {provider} | constant answer | {limit:0.00} | 1 |"));
        await app.StopAsync();
        return lines;
    }

    private static async Task FillAsync(BenchWorld world, int conversations)
    {
        await using var services = world.Services();
        for (var first = 0; first < conversations; first += PerLetter)
        {
            await using var scope = services.CreateAsyncScope();
            var recipients = Enumerable.Range(first, Math.Min(PerLetter, conversations - first)).Select(i => new RecipientInput($"entreprise-{i}@sink.test", null, $"Entreprise {i}", "deposits"));
            var input = new DraftInput { Type = LetterType.Free, Subject = $"Courrier n° {first / PerLetter}", BodyHtml = "<p>Texte du courrier.</p>", Recipients = [.. recipients] };
            var draft = (await scope.ServiceProvider.GetRequiredService<CreateDraft>().RunAsync(world.Caller, BenchWorld.Reference, input, default)).Value;
            _ = (await scope.ServiceProvider.GetRequiredService<SendLetter>().RunAsync(world.Caller, draft.Id, default)).Value;
        }

        await using var last = services.CreateAsyncScope();
        var db = last.ServiceProvider.GetRequiredService<VaguemestreDb>();
        await db.Database.ExecuteSqlRawAsync("ANALYZE");
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
        var path = $"/consultations/{BenchWorld.Reference}/suivi";
        for (var i = 0; i < 199; i++)
        {
            if (Next().Match(await http.GetStringAsync(path)) is not { Success: true } next)
                break;
            path = WebUtility.HtmlDecode(next.Groups["href"].Value);
        }

        return path;
    }

    private static async Task<double> MedianAsync(HttpClient http, string path)
    {
        var times = new List<double>();
        for (var i = 0; i < Requests + 10; i++)
        {
            var watch = Stopwatch.StartNew();
            _ = await http.GetStringAsync(path);
            if (i >= 10)
                times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return Report.Median(times);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();

    [GeneratedRegex("href=\"(?<href>[^\"]*cursor=[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Next();
}
