using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Uploads;

/// <summary>What a browser sends by tus from one form, request by request.</summary>
public sealed class Sender(HttpClient client, string uploads, string token)
{
    public static Task<Sender> OpenAsync(HttpClient client, Guid letter) => OpenAsync(client, Links.Letter(letter), Links.Uploads(letter));

    public static async Task<Sender> OpenAsync(HttpClient client, string form, string uploads)
    {
        var page = await client.PageAsync(form);
        return new Sender(client, uploads, page.Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!);
    }

    /// <summary>The same person after the product came back elsewhere.</summary>
    public Sender By(HttpClient other) => new(other, uploads, token);

    public Task<HttpResponseMessage> CreateAsync(string name, long length, Action<HttpRequestMessage>? change = null) => SendAsync(HttpMethod.Post, uploads, request =>
    {
        request.Headers.Add("Upload-Length", length.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Upload-Metadata", "filename " + Convert.ToBase64String(Encoding.UTF8.GetBytes(name)));
        change?.Invoke(request);
    });

    public async Task<string> StartAsync(string name, long length)
    {
        var created = await CreateAsync(name, length);
        created.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
        return created.Headers.Location!.ToString();
    }

    public Task<HttpResponseMessage> HeadAsync(string upload) => SendAsync(HttpMethod.Head, upload);

    public async Task<long> OffsetAsync(string upload) => OffsetOf(await HeadAsync(upload));

    public Task<HttpResponseMessage> PatchAsync(string upload, long offset, byte[] content, Action<HttpRequestMessage>? change = null) =>
        PatchAsync(upload, offset, new MemoryStream(content), content.Length, change);

    public Task<HttpResponseMessage> PatchAsync(string upload, long offset, Stream content, long length, Action<HttpRequestMessage>? change = null) => SendAsync(HttpMethod.Patch, upload, request =>
    {
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        request.Content = new StreamContent(content) { Headers = { ContentLength = length, ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };
        change?.Invoke(request);
    });

    public Task<HttpResponseMessage> DeleteAsync(string upload) => SendAsync(HttpMethod.Delete, upload);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("RequestVerificationToken", token);
        change?.Invoke(request);
        return await client.SendAsync(request);
    }

    public static long OffsetOf(HttpResponseMessage answer) => long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
}
