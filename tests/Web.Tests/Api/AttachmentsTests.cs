using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

public sealed class AttachmentsTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_file_comes_back_as_it_was_under_its_exact_name(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var draft = await api.DraftAsync();
        byte[] content = [.. "%PDF-1.7"u8, .. RandomNumberGenerator.GetBytes(200_000 - 8)];
        const string name = "Règlement « d'été » (v2) ✔.pdf";

        var added = (await api.AttachAsync(draft.Id, name, content)).ShouldBe(HttpStatusCode.Created);

        added.Text("name").ShouldBe(name);
        (added.Text("sha256"), added.Body.GetProperty("size").GetInt64(), added.Text("contentType")).ShouldBe((Convert.ToHexStringLower(SHA256.HashData(content)), content.Length, "application/pdf"));
        (await api.AskAsync($"letters/{draft.Id}")).Body.GetProperty("attachments")[0].ToString().ShouldBe(added.Body.ToString());
        using var download = await api.GetAsync(added.Response.Headers.Location, TestContext.Current.CancellationToken);
        (await download.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBe(content);
        (download.Content.Headers.ContentDisposition!.DispositionType, download.Content.Headers.ContentDisposition.FileNameStar).ShouldBe(("attachment", name));
        download.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);

        using var part = new HttpRequestMessage(HttpMethod.Get, added.Response.Headers.Location) { Headers = { Range = new RangeHeaderValue(70_000, 70_099) } };
        using var partial = await api.SendAsync(part, TestContext.Current.CancellationToken);
        partial.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await partial.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBe(content[70_000..70_100]);

        (await api.RemoveAsync(added.Response.Headers.Location!.ToString())).ShouldBe(HttpStatusCode.NoContent);
        (await api.AskAsync(added.Response.Headers.Location.ToString())).ShouldRefuse(HttpStatusCode.NotFound, "attachment-not-found");
        (await api.AskAsync($"letters/{draft.Id}")).Body.GetProperty("attachments").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("filename=\"plan.pdf\"", "plan.pdf")]
    [InlineData("filename=\"été.pdf\"", "été.pdf")]
    [InlineData("filename=\"e.pdf\"; filename*=UTF-8''%C3%A9t%C3%A9%20%E2%82%AC.pdf", "été €.pdf")]
    [InlineData("filename=\"dit \\\"bleu\\\".pdf\"", "dit \"bleu\".pdf")]
    [InlineData("filename=\"../../etc/passwd\"", "../../etc/passwd")]
    public async Task A_name_is_read_as_the_sender_wrote_it(string parameter, string name)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var api = world.Api();
        var draft = await api.DraftAsync();

        var added = await api.CallAsync(HttpMethod.Post, $"letters/{draft.Id}/attachments", Form($"--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; {parameter}\r\n\r\ncontenu\r\n--b--\r\n"));

        added.ShouldBe(HttpStatusCode.Created).Text("name").ShouldBe(name);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Over_the_sum_nothing_of_the_draft_changes(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, configure: s => (s.Limits.TrackedAttachments, s.Limits.PlainAttachments) = (100_000, 50_000));
        var api = world.Api();
        var draft = await api.DraftAsync();
        (await api.AttachAsync(draft.Id, "un.bin", new byte[60_000])).ShouldBe(HttpStatusCode.Created);
        var before = await api.AskAsync($"letters/{draft.Id}");

        (await api.AttachAsync(draft.Id, "deux.bin", new byte[40_001])).ShouldRefuse(HttpStatusCode.RequestEntityTooLarge, "attachments-too-large").Fields.ShouldBe(["file"]);
        (await api.AttachAsync(draft.Id, "énorme.bin", new byte[5_000_000])).ShouldRefuse(HttpStatusCode.RequestEntityTooLarge, "attachments-too-large");

        (await api.AskAsync($"letters/{draft.Id}")).Body.ToString().ShouldBe(before.Body.ToString());
        Directory.GetFiles(Path.Combine(world.Settings.DataDirectory, "files"), "*", SearchOption.AllDirectories).Length.ShouldBe(1);
        (await api.AttachAsync(draft.Id, "juste.bin", new byte[40_000])).ShouldBe(HttpStatusCode.Created);

        (await api.PatchAsync($"letters/{draft.Id}", new { mode = "plain" })).ShouldBe(HttpStatusCode.OK);
        (await api.PostAsync($"letters/{draft.Id}/sending")).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["attachments"]);
    }

    [Fact]
    public async Task What_is_no_file_is_told()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var api = world.Api();
        var draft = await api.DraftAsync();
        var path = $"letters/{draft.Id}/attachments";

        (await api.AttachAsync(draft.Id, "vide.txt", [])).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["file"]);
        (await api.PostAsync(path, new { file = "x" })).ShouldRefuse(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        (await api.CallAsync(HttpMethod.Post, path, Form("--b\r\nContent-Disposition: form-data; name=\"document\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n"))).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["file"]);
        (await api.CallAsync(HttpMethod.Post, path, Form("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx"))).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid");
        (await api.CallAsync(HttpMethod.Post, path, Form("rien"))).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid");
        var twice = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n";
        (await api.CallAsync(HttpMethod.Post, path, Form(twice + twice + "--b--\r\n"))).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").MessageOf("file").ShouldContain("un seul fichier");

        (await api.AskAsync($"letters/{draft.Id}")).Body.GetProperty("attachments").GetArrayLength().ShouldBe(0);
    }

    private static ByteArrayContent Form(string body) => new(Encoding.UTF8.GetBytes(body)) { Headers = { { "Content-Type", "multipart/form-data; boundary=b" } } };
}
