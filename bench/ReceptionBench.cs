using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.Web.Verbs;

namespace Vaguemestre.Bench;

/// <summary>
/// Two hundred recipients at once who open their letter and download its 20 Mo, the file or the ZIP, while an agent reads the tracking
/// table. The server runs in a process of its own, whose growth is read from the system.
/// </summary>
internal static partial class ReceptionBench
{
    private const int Recipients = 200;
    private const int FileSize = 20 * 1024 * 1024;
    private const int Looks = 40;

    private const string Page = "/consultations/" + BenchWorld.Reference + "/suivi";

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["serve", var provider, var connection, var folder, var url])
            return await ServeAsync(Enum.Parse<DatabaseProvider>(provider), connection, folder, url);
        var lines = new List<string>();
        foreach (var provider0 in new[] { DatabaseProvider.Sqlite, DatabaseProvider.Postgresql })
        {
            foreach (var zip in new[] { false, true })
                lines.Add(await MeasureAsync(provider0, zip));
        }

        await Report.WriteAsync("reception", "Two hundred recipients at once",
        [
            string.Create(CultureInfo.InvariantCulture, $"{Recipients} recipients of one letter follow their links at the same moment, open it by the box and the button, and download its file of 20 Mo (random bytes) over the loopback, each over a connection of its own; client and server share the machine. Meanwhile an agent asks for the tracking table of these {Recipients} conversations, one page after the other."),
            "",
            "| | failures | receipts | MB/s together | growth of the process | another page before, median | during, median | ratio | during, 95th of 100 |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
            .. lines,
            "",
            "Growth is the highest resident set seen (every 20 ms) less the one before. A ZIP is deflated as it leaves, which costs processor time that a plain file does not.",
        ]);
        return 0;
    }

    private static async Task<string> MeasureAsync(DatabaseProvider provider, bool zip)
    {
        await using var world = await BenchWorld.CreateAsync(provider);
        await using var services = world.Services();
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        using var server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["reception", "serve", provider.ToString(), world.Settings.Database.ConnectionString, world.Settings.DataDirectory, url]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            await server.StandardOutput.ReadLineAsync(); // it listens
            var warm = await SendAsync(services, world, 2);
            await Task.WhenAll(warm.Select(letter => ReceiveAsync(url, letter, zip)));
            var letters = await SendAsync(services, world, Recipients);
            using var agent = await SignedInAsync(url);
            await LookAsync(agent); // compiled by now
            var before = new List<double>();
            for (var look = 0; look < Looks; look++)
                before.Add(await LookAsync(agent));

            var resident = ResidentOf(server);
            var (peak, during, failures) = (resident, new List<double>(), new ConcurrentBag<string>());
            var watch = Stopwatch.StartNew();
            var all = Task.WhenAll(letters.Select(letter => ReceiveAsync(url, letter, zip, failures)));
            var looking = Task.Run(async () =>
            {
                while (!all.IsCompleted)
                    during.Add(await LookAsync(agent));
            });
            while (!all.IsCompleted)
            {
                peak = Math.Max(peak, ResidentOf(server));
                await Task.WhenAny(all, Task.Delay(20));
            }

            await all;
            var rate = (Recipients - failures.Count) * (double)FileSize / 1e6 / watch.Elapsed.TotalSeconds;
            await looking;
            foreach (var failure in failures.Distinct(StringComparer.Ordinal))
                await Console.Error.WriteLineAsync(failure);
            var receipts = await ReceiptsAsync(services, letters);
            var (median, calm) = (Report.Median(during), Report.Median(before));
            return string.Create(CultureInfo.InvariantCulture, $"| {(provider == DatabaseProvider.Sqlite ? "SQLite" : "PostgreSQL")}, {(zip ? "ZIP" : "file")} | {failures.Count} | {receipts} | {rate:0} | {peak - resident:0} MB | {calm:0} ms | {median:0} ms | {median / calm:0.0} | {during.Order().ElementAt((int)(during.Count * 0.95)):0} ms |");
        }
        finally
        {
            server.Kill();
        }
    }

    private static async Task<int> ServeAsync(DatabaseProvider provider, string connection, string folder, string url)
    {
        var settings = new Settings { PublicUrl = url, DataDirectory = folder, Roles = "web", Database = { Provider = provider, ConnectionString = connection }, Mail = { FromAddress = "ne-pas-repondre@courriers.test", BounceDomain = "courriers.test" } };
        await using var app = Web.Host.Build(Configuration.NewBuilder([$"--Urls={url}", "--Logging:LogLevel:Default=Warning"]), settings);
        await app.StartAsync();
        Console.WriteLine("listening");
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task<IReadOnlyList<(string Token, Guid File, Guid Conversation)>> SendAsync(ServiceProvider services, BenchWorld world, int recipients)
    {
        await using var scope = services.CreateAsyncScope();
        T Get<T>()
            where T : notnull => scope.ServiceProvider.GetRequiredService<T>();
        var input = new DraftInput { Subject = "Plans", BodyHtml = "<p>Voici les plans.</p>", Recipients = [.. Enumerable.Range(0, recipients).Select(n => new RecipientInput($"r{n}@entreprise.test"))] };
        var draft = (await Get<CreateDraft>().RunAsync(world.Caller, BenchWorld.Reference, input, default)).Value;
        var content = new byte[FileSize];
        new Random(1).NextBytes(content);
        var file = (await Get<AddAttachment>().RunAsync(world.Caller, draft.Id, "plans.bin", new MemoryStream(content), default)).Value;
        _ = (await Get<SendLetter>().RunAsync(world.Caller, draft.Id, default)).Value;
        var links = Get<PersonalLink>();
        return [.. Get<Core.Data.VaguemestreDb>().Conversations.Where(c => c.LetterId == draft.Id).Select(c => c.Id).AsEnumerable().Select(id => (links.TokenOf(id), file.Id, id))];
    }

    private static async Task ReceiveAsync(string url, (string Token, Guid File, Guid Conversation) letter, bool zip, ConcurrentBag<string>? failures = null)
    {
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(10) };
            var page = await http.GetStringAsync($"/c/{letter.Token}");
            var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["Declared"] = "true", ["__RequestVerificationToken"] = Token().Match(page).Groups["token"].Value };
            (await http.PostAsync($"/c/{letter.Token}?handler=Open", new FormUrlEncodedContent(form))).EnsureSuccessStatusCode().Dispose();
            await using var content = await http.GetStreamAsync($"/c/{letter.Token}/fichiers{(zip ? "" : $"/{letter.File}")}");
            var (buffer, size, read) = (new byte[64 * 1024], 0L, 0);
            while ((read = await content.ReadAsync(buffer)) > 0)
                size += read;
            if (size < FileSize)
                throw new InvalidDataException($"{size} bytes came.");
        }
        catch (Exception failed) when (failures is not null)
        {
            failures.Add(failed.Message);
        }
    }

    /// <summary>In milliseconds.</summary>
    private static async Task<double> LookAsync(HttpClient agent)
    {
        var watch = Stopwatch.StartNew();
        using var answer = await agent.GetAsync(Page);
        _ = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static async Task<int> ReceiptsAsync(ServiceProvider services, IReadOnlyList<(string Token, Guid File, Guid Conversation)> letters)
    {
        await using var scope = services.CreateAsyncScope();
        var conversations = letters.Select(l => l.Conversation).ToHashSet();
        return scope.ServiceProvider.GetRequiredService<Core.Data.VaguemestreDb>().Facts.Where(f => f.Kind == Core.Journal.FactKind.Opened).Select(f => f.SubjectId).AsEnumerable().Count(conversations.Contains);
    }

    private static async Task<HttpClient> SignedInAsync(string url)
    {
        var http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(url) };
        (await http.PostAsync("/connexion", new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Form.Email"] = "camille.durand@montrevel.test",
            ["Form.Password"] = BenchWorld.Password,
            ["__RequestVerificationToken"] = Token().Match(await http.GetStringAsync("/connexion")).Groups["token"].Value,
        }))).EnsureSuccessStatusCode().Dispose();
        return http;
    }

    /// <summary>In MB.</summary>
    private static double ResidentOf(Process process)
    {
        process.Refresh();
        return process.WorkingSet64 / 1e6;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
