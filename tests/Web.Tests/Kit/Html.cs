using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Vaguemestre.Web.Tests.Kit;

/// <summary>A page as a browser without script has it.</summary>
public sealed record Page(HttpStatusCode Status, IHtmlDocument Document, HttpResponseMessage Response)
{
    /// <summary>The words of the main part, spaces folded.</summary>
    public string Text => string.Join(' ', (Document.QuerySelector("main") ?? Document.Body!).TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public string Title => Document.Title ?? "";

    public IElement One(string selector) => Document.QuerySelectorAll(selector).ShouldHaveSingleItem();
}

/// <summary>Reads pages and submits their forms, tokens included.</summary>
public static class Html
{
    public static async Task<Page> PageAsync(this HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await ReadAsync(await client.SendAsync(request));
    }

    /// <summary>Submits the form that holds the button, with what it already holds and <paramref name="fields"/> over it.</summary>
    public static async Task<Page> SubmitAsync(this HttpClient client, Page page, string button, params (string Name, string Value)[] fields)
    {
        var pressed = page.Document.QuerySelectorAll("button").OfType<IHtmlButtonElement>().First(b => b.TextContent.Contains(button, StringComparison.Ordinal) || b.GetAttribute("aria-label")?.Contains(button, StringComparison.Ordinal) == true);
        var form = pressed.Form ?? throw new InvalidOperationException($"« {button} » is in no form.");
        var values = form.QuerySelectorAll("input[type=hidden]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value") ?? "")).ToList();
        if (pressed.GetAttribute("name") is { Length: > 0 } name)
            values.Add((name, pressed.GetAttribute("value") ?? ""));
        values.RemoveAll(v => Array.Exists(fields, f => f.Name == v.Item1));
        values.AddRange(fields);
        var action = form.GetAttribute("action") is { Length: > 0 } own ? own : page.Response.RequestMessage!.RequestUri!.PathAndQuery;
        return await ReadAsync(await client.PostAsync(action, new FormUrlEncodedContent(values.Select(v => KeyValuePair.Create(v.Item1, v.Item2)))));
    }

    private static async Task<Page> ReadAsync(HttpResponseMessage response) =>
        new(response.StatusCode, new HtmlParser().ParseDocument(await response.Content.ReadAsStringAsync()), response);
}
