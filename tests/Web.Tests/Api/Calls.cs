using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Vaguemestre.Web.Tests.Api;

/// <summary>What the API answered.</summary>
internal sealed record Answer(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)
{
    public string? Code => Body.GetProperty("code").GetString();

    public string Detail => Body.GetProperty("detail").GetString()!;

    public IReadOnlyList<string> Fields => [.. Body.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("field").GetString()!)];

    public string MessageOf(string field) => Body.GetProperty("errors").EnumerateArray().First(e => e.GetProperty("field").GetString() == field).GetProperty("message").GetString()!;

    public string? Text(string field) => Body.GetProperty(field).GetString();

    public Guid Id => Body.GetProperty("id").GetGuid();

    public IReadOnlyList<JsonElement> Items => [.. Body.GetProperty("items").EnumerateArray()];

    public Answer ShouldBe(HttpStatusCode status)
    {
        Status.ShouldBe(status, Body.ToString());
        return this;
    }

    /// <summary>A problem of RFC 9457, with our code.</summary>
    public Answer ShouldRefuse(HttpStatusCode status, string code)
    {
        ShouldBe(status);
        Response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        Code.ShouldBe(code);
        Body.GetProperty("status").GetInt32().ShouldBe((int)status);
        Detail.ShouldNotBeNullOrWhiteSpace();
        return this;
    }
}

/// <summary>Calls of the API, written as its documentation writes them.</summary>
internal static class Calls
{
    public static readonly object Consultation = new { title = "Réfection de la toiture", initialisedAt = "2026-03-01T09:00:00+01:00", procedure = "open", phase = "offre" };

    public static Task<Answer> AskAsync(this HttpClient api, string path) => api.CallAsync(HttpMethod.Get, path);

    public static Task<Answer> PutAsync(this HttpClient api, string path, object? body = null) => api.CallAsync(HttpMethod.Put, path, body);

    public static Task<Answer> PostAsync(this HttpClient api, string path, object? body = null) => api.CallAsync(HttpMethod.Post, path, body);

    public static Task<Answer> PatchAsync(this HttpClient api, string path, object body, string? ifMatch = null) => api.CallAsync(HttpMethod.Patch, path, body, ifMatch);

    public static Task<Answer> RemoveAsync(this HttpClient api, string path, string? ifMatch = null) => api.CallAsync(HttpMethod.Delete, path, null, ifMatch);

    /// <param name="body">A text is sent as it is, anything else as JSON.</param>
    public static async Task<Answer> CallAsync(this HttpClient api, HttpMethod method, string path, object? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body switch
            {
                null => null,
                HttpContent content => content,
                string text => new StringContent(text, Encoding.UTF8, "application/json"),
                _ => JsonContent.Create(body),
            },
        };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        var response = await api.SendAsync(request, TestContext.Current.CancellationToken);
        var text2 = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new Answer(response.StatusCode, isJson ? JsonSerializer.Deserialize<JsonElement>(text2) : default, response);
    }

    public static Task<Answer> AttachAsync(this HttpClient api, Guid letter, string name, byte[] content, string? ifMatch = null)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", name } };
        return api.CallAsync(HttpMethod.Post, $"letters/{letter}/attachments", form, ifMatch);
    }

    /// <summary>A draft of a new consultation, with what the test says.</summary>
    public static async Task<Answer> DraftAsync(this HttpClient api, object? body = null, string reference = "2026-T-014")
    {
        (await api.PutAsync("consultations/" + Uri.EscapeDataString(reference), Consultation)).Status.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.OK);
        return (await api.PostAsync($"consultations/{Uri.EscapeDataString(reference)}/letters", body ?? new { type = "free", subject = "Objet", bodyHtml = "<p>Bonjour</p>", recipients = new[] { new { email = "a@alpha.test", company = "Alpha" } } })).ShouldBe(HttpStatusCode.Created);
    }

    /// <summary>The only conversation of a letter just sent.</summary>
    public static async Task<Guid> SentAsync(this HttpClient api, object? body = null)
    {
        var draft = await api.DraftAsync(body);
        (await api.PostAsync($"letters/{draft.Id}/sending")).ShouldBe(HttpStatusCode.Accepted);
        return (await api.AskAsync($"conversations?letter={draft.Id}")).Items.Single().GetProperty("id").GetGuid();
    }
}
