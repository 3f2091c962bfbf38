using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Vaguemestre.Web.Tests.Pages;

/// <summary>A browser without script: keeps cookies, follows redirections, fills forms and presses their buttons.</summary>
public sealed class Browser(HttpClient client)
{
    private readonly Dictionary<string, List<(string Name, byte[] Content)>> files = new(StringComparer.Ordinal);

    /// <summary>Where it is, as path and query.</summary>
    public string Address { get; private set; } = "";

    public HttpStatusCode Status { get; private set; }

    public IHtmlDocument Page { get; private set; } = null!;

    public HttpResponseMessage Answer { get; private set; } = null!;

    public string Title => Page.QuerySelector("h1")!.TextContent.Trim();

    /// <summary>The words of the page, white space folded.</summary>
    public string Text => Words(Page.Body!);

    public string Flash => Page.QuerySelector(".callout[role]") is { } callout ? Words(callout) : "";

    /// <summary>What the error summary says, and where each line leads.</summary>
    public IReadOnlyList<(string Text, string? Target)> Errors =>
        [.. Page.QuerySelectorAll(".error-summary li").Select(line => (Words(line), line.QuerySelector("a")?.GetAttribute("href")))];

    public async Task<Browser> GoAsync(string address)
    {
        await FollowAsync(new HttpRequestMessage(HttpMethod.Get, address));
        return this;
    }

    /// <summary>Types into a box, chooses of a list, or chooses a radio button or a box by its value.</summary>
    public Browser Fill(string name, string value)
    {
        foreach (var control in Page.QuerySelectorAll($"[name='{name}']"))
        {
            if (control is IHtmlInputElement { Type: "radio" or "checkbox" } box)
                box.IsChecked = box.Value == value;
            else if (control is IHtmlInputElement input)
                input.Value = value;
            else if (control is IHtmlTextAreaElement area)
                area.Value = value;
            else if (control is IHtmlSelectElement list)
                list.Value = value;
        }

        Page.QuerySelector($"[name='{name}']").ShouldNotBeNull();
        return this;
    }

    public Browser Attach(string name, string fileName, byte[] content)
    {
        if (!files.TryGetValue(name, out var chosen))
            files[name] = chosen = [];
        chosen.Add((fileName, content));
        return this;
    }

    /// <summary>Presses a button: its form is posted as a browser posts it.</summary>
    public async Task<Browser> PressAsync(string selector)
    {
        var button = (IHtmlButtonElement)Page.QuerySelectorAll(selector).First(element => element is IHtmlButtonElement { IsDisabled: false });
        var form = button.Form.ShouldNotBeNull();
        var fields = form.Elements.Where(element => !element.HasAttribute("disabled")).SelectMany(Fields).ToList();
        if (button.Name is { Length: > 0 } name)
            fields.Add((name, button.Value));
        HttpContent body = form.Enctype == "multipart/form-data" ? Multipart(fields) : new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        await FollowAsync(new HttpRequestMessage(HttpMethod.Post, (button.GetAttribute("formaction") ?? form.GetAttribute("action")) is { Length: > 0 } action ? action : Address) { Content = body });
        return this;
    }

    private MultipartFormDataContent Multipart(List<(string Name, string Value)> fields)
    {
        var parts = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            parts.Add(new StringContent(value), $"\"{name}\"");
        foreach (var (name, chosen) in files)
        {
            foreach (var (fileName, content) in chosen)
            {
                var part = new ByteArrayContent(content);
                part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{name}\"", FileNameStar = null, FileName = $"\"{fileName}\"" };
                parts.Add(part);
            }
        }

        files.Clear();
        return parts;
    }

    private async Task FollowAsync(HttpRequestMessage request)
    {
        for (var step = 0; step < 6; step++)
        {
            Answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var here = new Uri(client.BaseAddress!, request.RequestUri!);
            if (Answer.Headers.Location is not { } onward)
            {
                Address = here.PathAndQuery;
                Status = Answer.StatusCode;
                Page = new HtmlParser().ParseDocument(await Answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                return;
            }

            request = new HttpRequestMessage(HttpMethod.Get, new Uri(here, onward));
        }

        Assert.Fail("Redirected without end.");
    }

    private static IEnumerable<(string Name, string Value)> Fields(IHtmlElement element) => element switch
    {
        IHtmlInputElement { Type: "file" or "submit" } or IHtmlButtonElement => [],
        IHtmlInputElement { Type: "radio" or "checkbox", IsChecked: false } => [],
        IHtmlInputElement { Name: { Length: > 0 } name } input => [(name, input.Value)],
        IHtmlTextAreaElement { Name: { Length: > 0 } name } area => [(name, area.Value.ReplaceLineEndings("\r\n"))],
        IHtmlSelectElement { Name: { Length: > 0 } name } list => [(name, list.Value ?? "")],
        _ => [],
    };

    private static string Words(INode node) => string.Join(' ', node.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
