using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
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
/// Twenty files of 60 Mo at once: by tus into the product, and by PUT into a bare Kestrel that writes the body to disk as it comes,
/// neither hashed nor encrypted. The servers run in a process of their own, whose growth is read from the system.
/// </summary>
internal static partial class UploadBench
{
    private const int Files = 20;
    private const long Size = 60L * 1024 * 1024;
    private const long Piece = 8L * 1024 * 1024;
    private const int Rounds = 3;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["serve", var folder, var product, var peer])
            return await ServeAsync(folder, product, peer);
        await using var world = await BenchWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using var services = world.Services();
        var (product0, peer0) = ($"http://127.0.0.1:{FreePort.Next()}", $"http://127.0.0.1:{FreePort.Next()}");
        using var server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["uploads", "serve", world.Settings.DataDirectory, product0, peer0]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            await server.StandardOutput.ReadLineAsync(); // both listen
            using var http = await SignedInAsync(product0);
            await RoundAsync(Bare, 2); // a first round, thrown away, so that code is compiled and pools are filled
            await RoundAsync(await TusAsync(services, world, http), 2);
            var (rates, bare, growth) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                bare.Add((await RoundAsync(Bare, Files)).Rate);
                var before = ResidentOf(server);
                var (rate, peak) = await RoundAsync(await TusAsync(services, world, http), Files, () => ResidentOf(server));
                rates.Add(rate);
                growth.Add(peak - before);
            }

            await Report.WriteAsync("uploads", "Files going up",
            [
                string.Create(CultureInfo.InvariantCulture, $"{Files} files of 60 Mo at once over the loopback, each to a draft of its own on SQLite, {Rounds} rounds after a warm-up. The product takes them by tus in pieces of 8 Mo: SHA-256, AES-256-GCM in chunks of 64 KiB, flushed to the disk, joined. The limit is a bare Kestrel that writes each body to a file as it comes, in the same process and run."),
                "",
                "| | median MB/s | of the limit | growth of the process, largest |",
                "| --- | --- | --- | --- |",
                string.Create(CultureInfo.InvariantCulture, $"| the product, by tus | {Report.Median(rates):0} | {Report.Median(rates) / Report.Median(bare):0.00} | {growth.Max():0} MB |"),
                string.Create(CultureInfo.InvariantCulture, $"| bare Kestrel, to disk | {Report.Median(bare):0} | 1 | |"),
                "",
                "Growth is the highest resident set seen during a round (every 20 ms) less the one before it. The bound is 100 MB.",
            ]);
            return 0;

            Task Bare(int file) => PutAsync(peer0, file);
        }
        finally
        {
            server.Kill();
        }
    }

    /// <summary>The other process: the product and the peer, side by side.</summary>
    private static async Task<int> ServeAsync(string folder, string product, string peer)
    {
        var settings = new Settings { PublicUrl = product, DataDirectory = folder, Roles = "web", Mail = { FromAddress = "ne-pas-repondre@courriers.test", BounceDomain = "courriers.test" } };
        await using var app = Web.Host.Build(Configuration.NewBuilder([$"--Urls={product}", "--Logging:LogLevel:Default=Warning"]), settings);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(peer).ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        await using var bare = builder.Build();
        bare.MapPut("/{file:int}", async (int file, HttpRequest request) =>
        {
            await using var target = new FileStream(Path.Combine(folder, $"bare-{file}"), FileMode.Create, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
            await request.Body.CopyToAsync(target, 64 * 1024);
            target.Flush(flushToDisk: true);
        });
        await app.StartAsync();
        await bare.StartAsync();
        Console.WriteLine("listening");
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task<(double Rate, double Peak)> RoundAsync(Func<int, Task> send, int files, Func<double>? resident = null)
    {
        var watch = Stopwatch.StartNew();
        var all = Task.WhenAll(Enumerable.Range(0, files).Select(send));
        var peak = 0.0;
        while (resident is not null && !all.IsCompleted)
        {
            peak = Math.Max(peak, resident());
            await Task.WhenAny(all, Task.Delay(20));
        }

        await all;
        return (files * Size / 1e6 / watch.Elapsed.TotalSeconds, peak);
    }

    private static async Task PutAsync(string peer, int file)
    {
        using var http = new HttpClient();
        using var body = new StreamContent(new Pattern(Size)) { Headers = { ContentLength = Size } };
        (await http.PutAsync(new Uri($"{peer}/{file}"), body)).EnsureSuccessStatusCode();
    }

    /// <summary>Each file to a draft of its own: the sum of one would not hold two.</summary>
    private static async Task<Func<int, Task>> TusAsync(ServiceProvider services, BenchWorld world, HttpClient http)
    {
        var drafts = new List<Guid>();
        for (var i = 0; i < Files; i++)
        {
            await using var scope = services.CreateAsyncScope();
            drafts.Add((await scope.ServiceProvider.GetRequiredService<CreateDraft>().RunAsync(world.Caller, BenchWorld.Reference, new DraftInput(), default)).Value.Id);
        }

        var token = Token().Match(await http.GetStringAsync($"/courriers/{drafts[0]}")).Groups["token"].Value;
        return file => SendAsync(http, token, drafts[file]);
    }

    private static async Task SendAsync(HttpClient http, string token, Guid draft)
    {
        using var create = Request(HttpMethod.Post, $"/courriers/{draft}/televersements", token);
        create.Headers.Add("Upload-Length", Size.ToString(CultureInfo.InvariantCulture));
        create.Headers.Add("Upload-Metadata", "filename " + Convert.ToBase64String(Encoding.UTF8.GetBytes("plans.bin")));
        using var created = (await http.SendAsync(create)).EnsureSuccessStatusCode();
        for (var offset = 0L; offset < Size; offset += Piece)
        {
            var length = Math.Min(Piece, Size - offset);
            using var patch = Request(HttpMethod.Patch, created.Headers.Location!.ToString(), token);
            patch.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
            patch.Content = new StreamContent(new Pattern(length)) { Headers = { ContentLength = length, ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };
            (await http.SendAsync(patch)).EnsureSuccessStatusCode().Dispose();
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string token) =>
        new(method, path) { Headers = { { "Tus-Resumable", "1.0.0" }, { "RequestVerificationToken", token } } };

    private static async Task<HttpClient> SignedInAsync(string url)
    {
        var http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(url) };
        var answer = await http.PostAsync("/connexion", new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Form.Email"] = "camille.durand@montrevel.test",
            ["Form.Password"] = BenchWorld.Password,
            ["__RequestVerificationToken"] = Token().Match(await http.GetStringAsync("/connexion")).Groups["token"].Value,
        }));
        answer.EnsureSuccessStatusCode();
        return http;
    }

    /// <summary>In MB.</summary>
    private static double ResidentOf(Process process)
    {
        process.Refresh();
        return process.WorkingSet64 / 1e6;
    }

    /// <summary>So many bytes, made as they are read.</summary>
    private sealed class Pattern(long size) : MemoryStream
    {
        private long left = size;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = (int)Math.Min(buffer.Length, left);
            buffer.Span[..read].Fill(0x5A);
            left -= read;
            return ValueTask.FromResult(read);
        }
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
