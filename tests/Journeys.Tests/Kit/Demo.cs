using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.Web.Verbs;

namespace Vaguemestre.Journeys.Tests.Kit;

/// <summary>A mail as the test mailbox lists it.</summary>
public sealed record ListedMail(int N, string To, string Subject, IReadOnlyList<string> Links);

/// <summary>The demo as <c>./run</c> serves it, on a port and in a folder of its own.</summary>
public sealed class Demo : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private Demo(WebApplication app, string url, string folder)
    {
        _app = app;
        _folder = folder;
        Http = new HttpClient { BaseAddress = new Uri(url) };
    }

    public HttpClient Http { get; }

    public static async Task<Demo> StartAsync(DatabaseProvider provider)
    {
        var folder = Directory.CreateTempSubdirectory("vaguemestre-journey-").FullName;
        var url = $"http://localhost:{FreePort.Next()}";
        List<string> args = [$"--Urls={url}", $"--DataDirectory={folder}"];
        if (provider == DatabaseProvider.Postgresql)
            args.AddRange(["--Database:Provider=postgresql", $"--Database:ConnectionString={await (await PostgresServer.SharedAsync()).CreateDatabaseAsync()}"]);
        return new Demo(await DemoVerb.StartAsync([.. args], default), url, folder);
    }

    /// <summary>A window of a person's browser at the demo's address.</summary>
    public async Task<IPage> OpenWindowAsync(bool javaScript, int width = 1440)
    {
        var context = await ChromiumBrowser.NewContextAsync(javaScript, width);
        var page = await context.NewPageAsync();
        await page.GotoAsync(Http.BaseAddress!.ToString());
        return page;
    }

    /// <summary>A file of <paramref name="size"/> zero bytes on the person's own disk.</summary>
    /// <returns>Its path. Given as a path the browser reads it itself; given as bytes it would pass through the driver's pipe, which takes minutes for 40 Mo.</returns>
    public string File(string name, long size)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "own-disk")).FullName, name);
        using var file = System.IO.File.Create(path);
        file.SetLength(size);
        return path;
    }

    public string Url(string path) => new Uri(Http.BaseAddress!, path).ToString();

    /// <summary>Writes a letter by the API with the demo's key and sends it.</summary>
    public async Task<Guid> WriteDraftAsync(string reference, object letter)
    {
        using var draft = await ApiAsync(HttpMethod.Post, $"/api/v1/consultations/{Uri.EscapeDataString(reference)}/letters", letter);
        return (await draft.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
    }

    public async Task SendLetterAsync(string reference, object letter)
    {
        var id = await WriteDraftAsync(reference, letter);
        using var sent = await ApiAsync(HttpMethod.Post, $"/api/v1/letters/{id}/sending", null);
    }

    private async Task<HttpResponseMessage> ApiAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "demo-key-not-for-production");
        return (await Http.SendAsync(request)).EnsureSuccessStatusCode();
    }

    /// <summary>The latest mail to an address, once it is there.</summary>
    public async Task<ListedMail> MailToAsync(string address)
    {
        for (var i = 0; i < 300; i++)
        {
            var mails = await Http.GetFromJsonAsync<List<ListedMail>>("/boite-d-essai.json");
            if (mails!.Find(m => m.To == address) is { } mail)
                return mail;
            await Task.Delay(100);
        }

        throw new TimeoutException($"No mail to {address} came to the test mailbox.");
    }

    /// <summary>Keeps a picture of the whole page under <c>.work/screens</c>, for whoever wants to look and says so by <c>PICTURES=1</c>: drawing and packing one takes a second.</summary>
    public static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("PICTURES") is null or "")
            return;
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, ".work", "screens")).FullName;
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
