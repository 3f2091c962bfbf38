using System.Net;
using Vaguemestre.Core;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

public sealed class LettersTests
{
    private static readonly object Recipient = new { email = "a@alpha.test" };

    [Theory, ClassData(typeof(Databases))]
    public async Task What_a_draft_leaves_out_comes_from_its_template(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);

        var draft = await world.Api().DraftAsync(new { type = "rejection", recipients = new[] { new { email = "a@alpha.test", company = "Alpha", register = "deposits" } } });

        (draft.Text("state"), draft.Text("type"), draft.Text("mode")).ShouldBe(("draft", "rejection", "tracked"));
        draft.Text("subject").ShouldNotBeNullOrWhiteSpace();
        draft.Text("bodyHtml")!.ShouldContain("<p>");
        draft.Body.GetProperty("recipients")[0].ToString().ShouldBe("""{"email":"a@alpha.test","name":null,"company":"Alpha","register":"deposits"}""");
        draft.Response.Headers.Location!.ToString().ShouldBe($"/api/v1/letters/{draft.Id}");
        draft.Response.Headers.ETag!.Tag.ShouldBe($"\"{draft.Body.GetProperty("version").GetInt32()}\"");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Only_what_a_change_gives_changes_and_null_takes_the_deadline_away(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var draft = await api.DraftAsync(new { type = "completion-request", replyExpected = true, replyDue = "2026-05-01T12:00:00+02:00", subject = "Un" });

        var renamed = (await api.PatchAsync($"letters/{draft.Id}", new { subject = "Deux" })).ShouldBe(HttpStatusCode.OK);
        var cleared = (await api.PatchAsync($"letters/{draft.Id}", """{"replyDue":null}""")).ShouldBe(HttpStatusCode.OK);

        (renamed.Text("subject"), renamed.Text("replyDue"), renamed.Text("bodyHtml")).ShouldBe(("Deux", "2026-05-01T10:00:00.000000Z", draft.Text("bodyHtml")));
        (cleared.Text("subject"), cleared.Text("replyDue"), cleared.Body.GetProperty("replyExpected").GetBoolean()).ShouldBe(("Deux", null, true));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_sent_letter_is_neither_erased_nor_emptied(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var draft = await api.DraftAsync(new { recipients = new[] { Recipient }, subject = "Rejet", bodyHtml = "<p>Merci.</p>" });
        var file = await api.AttachAsync(draft.Id, "a.txt", [65]);
        (await api.PostAsync($"letters/{draft.Id}/sending")).ShouldBe(HttpStatusCode.Accepted);

        (await api.RemoveAsync($"letters/{draft.Id}")).ShouldRefuse(HttpStatusCode.Conflict, "letter-already-sent");
        (await api.RemoveAsync($"letters/{draft.Id}/attachments/{file.Id}")).ShouldRefuse(HttpStatusCode.Conflict, "letter-already-sent");
        (await api.PatchAsync($"letters/{draft.Id}", new { subject = "" })).ShouldRefuse(HttpStatusCode.Conflict, "letter-already-sent");

        (await api.AskAsync($"letters/{draft.Id}")).Text("subject").ShouldBe("Rejet");
        (await api.AskAsync($"letters/{draft.Id}/attachments/{file.Id}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_change_of_a_version_that_is_no_longer_there_replaces_nothing(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var draft = await api.DraftAsync();
        var seen = draft.Response.Headers.ETag!.Tag;
        var changed = (await api.PatchAsync($"letters/{draft.Id}", new { subject = "Premier" }, seen)).ShouldBe(HttpStatusCode.OK);

        (await api.PatchAsync($"letters/{draft.Id}", new { subject = "Second" }, seen)).ShouldRefuse(HttpStatusCode.PreconditionFailed, "stale");
        (await api.RemoveAsync($"letters/{draft.Id}", seen)).ShouldRefuse(HttpStatusCode.PreconditionFailed, "stale");
        (await api.RemoveAsync($"letters/{draft.Id}", "W/" + changed.Response.Headers.ETag!.Tag)).ShouldRefuse(HttpStatusCode.PreconditionFailed, "stale");
        (await api.CallAsync(HttpMethod.Post, $"letters/{draft.Id}/sending", null, seen)).ShouldRefuse(HttpStatusCode.PreconditionFailed, "stale");
        (await api.AttachAsync(draft.Id, "a.txt", [1], seen)).ShouldRefuse(HttpStatusCode.PreconditionFailed, "stale");

        var read = await api.AskAsync($"letters/{draft.Id}");
        (read.Text("subject"), read.Response.Headers.ETag!.Tag).ShouldBe(("Premier", changed.Response.Headers.ETag!.Tag));
        (await api.RemoveAsync($"letters/{draft.Id}", $"\"0\", {read.Response.Headers.ETag.Tag}")).ShouldBe(HttpStatusCode.NoContent);
        (await api.AskAsync($"letters/{draft.Id}")).ShouldRefuse(HttpStatusCode.NotFound, "letter-not-found");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_is_sent_once_and_stays_as_it_was(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var draft = await api.DraftAsync();

        var sent = (await api.PostAsync($"letters/{draft.Id}/sending")).ShouldBe(HttpStatusCode.Accepted);

        sent.Text("state").ShouldBe("sent");
        sent.Text("sentAt").ShouldBe("2026-03-02T09:00:00.000000Z");
        (await api.PostAsync($"letters/{draft.Id}/sending")).ShouldRefuse(HttpStatusCode.Conflict, "letter-already-sent");
        (await api.PatchAsync($"letters/{draft.Id}", new { subject = "Trop tard" })).ShouldRefuse(HttpStatusCode.Conflict, "letter-already-sent");
        (await api.RemoveAsync($"letters/{draft.Id}")).ShouldRefuse(HttpStatusCode.Conflict, "letter-already-sent");
        (await api.AttachAsync(draft.Id, "a.txt", [1])).ShouldRefuse(HttpStatusCode.Conflict, "letter-already-sent");
        (await api.AskAsync($"letters/{draft.Id}")).Body.ToString().ShouldBe(sent.Body.ToString());
        (await api.AskAsync($"conversations?letter={draft.Id}")).Items.Count.ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Of_two_sendings_at_once_one_goes_and_one_is_told(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var draft = await api.DraftAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => api.PostAsync($"letters/{draft.Id}/sending")));

        answers.Select(a => a.Status).Order().ShouldBe([HttpStatusCode.Accepted, HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.Conflict]);
        answers.Where(a => a.Status == HttpStatusCode.Conflict).ShouldAllBe(a => a.Code == "letter-already-sent");
        (await api.AskAsync($"conversations?letter={draft.Id}")).Items.Count.ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_that_cannot_go_is_told_every_reason_and_stays_a_draft(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var draft = await api.DraftAsync(new { type = "completion-request", subject = "", bodyHtml = "<p> </p>", replyExpected = true, replyDue = "2026-03-01T00:00:00Z", recipients = Array.Empty<object>() });

        (await api.PostAsync($"letters/{draft.Id}/sending")).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid")
            .Fields.ShouldBe(["recipients", "subject", "bodyHtml", "replyDue"], ignoreOrder: true);
        (await api.AskAsync($"letters/{draft.Id}")).Body.ToString().ShouldBe(draft.Body.ToString());
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_a_draft_cannot_take_is_named_and_leaves_it_as_it_was(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var draft = await api.DraftAsync();

        (await api.PatchAsync($"letters/{draft.Id}", new { recipients = new object?[] { Recipient, new { email = "b@beta.test\r\nBcc: tous@ailleurs.test" }, null, new { email = "c@gamma.test", register = "clients" } } }))
            .ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["recipients[1].email", "recipients[2].email", "recipients[3].register"]);
        (await api.PatchAsync($"letters/{draft.Id}", new { subject = "Objet\r\nBcc: tous@ailleurs.test" })).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["subject"]);
        (await api.PatchAsync($"letters/{draft.Id}", new { subject = new string('a', 10 * 1024 * 1024) })).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").MessageOf("subject").ShouldContain("10485760");
        (await api.PatchAsync($"letters/{draft.Id}", new { subject = new string('a', 17 * 1024 * 1024) })).ShouldRefuse(HttpStatusCode.RequestEntityTooLarge, "body-too-large").Detail.ShouldContain("16 Mo");
        (await api.PatchAsync($"letters/{draft.Id}", new { type = "courrier" })).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").MessageOf("type").ShouldContain("free, invitation, modification");
        (await api.PatchAsync($"letters/{draft.Id}", new { mode = 1 })).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").MessageOf("mode").ShouldContain("tracked, plain");
        (await api.PatchAsync($"letters/{draft.Id}", new { replyDue = "2026-05-01T12:00:00" })).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").MessageOf("replyDue").ShouldContain("RFC 3339");
        (await api.PatchAsync($"letters/{draft.Id}", new { replyExpected = "oui" })).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").MessageOf("replyExpected").ShouldContain("true ou false");
        (await api.PatchAsync($"letters/{draft.Id}", new { recipients = Recipient })).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").MessageOf("recipients").ShouldContain("une liste");

        (await api.AskAsync($"letters/{draft.Id}")).Body.ToString().ShouldBe(draft.Body.ToString());
    }

    [Fact]
    public async Task A_script_in_the_body_is_taken_out_and_the_words_stay()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);

        var draft = await world.Api().DraftAsync(new { bodyHtml = """<p onclick="x()">Bonjour <b>Élodie</b><script>alert(1)</script></p><img src=x onerror=alert(1)>""" });

        draft.Text("bodyHtml").ShouldBe("<p>Bonjour <strong>Élodie</strong></p>");
    }

    [Fact]
    public async Task The_nine_types_come_with_their_templates()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);

        var types = (await world.Api().AskAsync("letter-types")).Items;

        types.Select(t => t.GetProperty("type").GetString()).ShouldBe(["free", "invitation", "modification", "answer", "completion-request", "award", "notification", "rejection", "cancellation"]);
        types.ShouldAllBe(t => t.GetProperty("title").GetString()!.Length > 0 && t.GetProperty("subject").GetString()!.Length > 0 && t.GetProperty("mode").GetString()!.Length > 0);
    }
}
