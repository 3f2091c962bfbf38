using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

public sealed class ConversationsTests
{
    private static readonly string[] Statuses = ["draft", "sending", "relayed", "delivered", "undelivered", "read", "reply-unread", "reply-read"];

    [Theory, ClassData(typeof(Databases))]
    public async Task Drafts_are_rows_without_conversation(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var conversation = await api.SentAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var draft = await api.DraftAsync();

        var rows = (await api.AskAsync("consultations/2026-T-014/conversations")).Items;

        rows.Select(r => r.GetProperty("status").GetString()).ShouldBe(["draft", "sending"]);
        rows[0].GetProperty("id").ValueKind.ShouldBe(JsonValueKind.Null);
        rows[0].GetProperty("letterId").GetGuid().ShouldBe(draft.Id);
        rows[0].GetProperty("recipient").ValueKind.ShouldBe(JsonValueKind.Null);
        rows[1].GetProperty("id").GetGuid().ShouldBe(conversation);
        rows[1].GetProperty("recipient").ToString().ShouldBe("""{"email":"a@alpha.test","name":null,"company":"Alpha"}""");
        (await api.AskAsync("conversations")).Items.Count.ShouldBe(2);
        (await api.AskAsync("consultations/inconnue/conversations")).ShouldRefuse(HttpStatusCode.NotFound, "consultation-not-found");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Each_filter_narrows(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var starred = await api.SentAsync(new { type = "rejection", subject = "Rejet 100 %", recipients = new[] { new { email = "a@alpha.test", company = "Alpha" } } });
        world.Clock.Advance(TimeSpan.FromDays(1));
        await api.SentAsync(new { type = "completion-request", replyExpected = true, subject = "Complément", recipients = new[] { new { email = "b@beta.test", company = "Bêta" } } });
        await api.PutAsync($"conversations/{starred}/favourite");
        await world.InScopeAsync(scope => scope.IndexAsync());

        async Task<string> Found(string query) => string.Join(' ', (await api.AskAsync("conversations?" + query)).ShouldBe(HttpStatusCode.OK).Items.Select(r => r.GetProperty("recipient").GetProperty("company").GetString()));

        (await Found("q=rejet%20100")).ShouldBe("Alpha");
        (await Found("status=sending")).ShouldBe("Bêta Alpha");
        (await Found("status=read")).ShouldBe("");
        (await Found("type=rejection")).ShouldBe("Alpha");
        (await Found("mode=plain")).ShouldBe("");
        (await Found("recipient=BETA.test")).ShouldBe("Bêta");
        (await Found("sender=essai")).ShouldBe("Bêta Alpha");
        (await Found("sentFrom=2026-03-03T00:00:00%2B01:00")).ShouldBe("Bêta");
        (await Found("sentFrom=2026-03-03T00:00:00+01:00")).ShouldBe("Bêta");
        (await Found("sentTo=2026-03-03T00:00:00Z")).ShouldBe("Alpha");
        (await Found("replyExpected=true")).ShouldBe("Bêta");
        (await Found("favourite=true")).ShouldBe("Alpha");
        (await Found("favourite=false")).ShouldBe("Bêta");
        (await Found("withAttachments=true")).ShouldBe("");
        (await Found("type=rejection&favourite=true&q=alpha")).ShouldBe("Alpha");
        (await Found("company=b%C3%8At")).ShouldBe("Bêta");
        (await Found("readFrom=2026-03-01T00:00:00Z")).ShouldBe("");
        (await Found("repliedTo=2026-03-01T00:00:00Z")).ShouldBe("");
        (await Found("late=true")).ShouldBe("");
        (await Found("late=false")).ShouldBe("Bêta Alpha");
        (await api.AskAsync("consultations/2026-T-014/conversations?lot=1")).ShouldBe(HttpStatusCode.OK).Items.ShouldBeEmpty();
        (await Found("sort=recipient")).ShouldBe("Alpha Bêta");
        (await Found("sort=-recipient&sender=essai")).ShouldBe("Bêta Alpha");
        (await Found("sort=last-event")).ShouldBe("Alpha Bêta");
        (await api.AskAsync("conversations?sort=price")).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["sort"]);
        (await api.AskAsync("conversations?sort=type&cursor=abc")).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["cursor"]);
        (await api.AskAsync("conversations?lot=1")).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["lot"]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_written_is_found_while_the_workers_run(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, withMailbox: true);
        var api = world.Api();
        var conversation = await api.SentAsync(new { type = "completion-request", replyExpected = true, subject = "Pièces à compléter", recipients = new[] { new { email = "a@alpha.test" } } });
        await WebWorld.UntilAsync(async () => (await api.AskAsync("conversations?q=pi%C3%A8ce")).Items.Count == 1);
        await ReplyAsync(world, conversation, ("mémoire.txt", [1]));
        await WebWorld.UntilAsync(async () => (await api.AskAsync("consultations/2026-T-014/conversations?q=memoires")).Items.Count == 1);
        (await world.QueryAsync(db => db.SearchNews.CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task A_filter_that_cannot_be_read_is_named_with_what_is_admitted()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);

        var refused = (await world.Api().AskAsync("conversations?status=lu&type=rejet&mode=recommande&sentFrom=hier&sentTo=2026-03-01&replyExpected=oui&letter=1&limit=1000&q=%00"))
            .ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid");

        refused.Fields.ShouldBe(["status", "type", "mode", "sentFrom", "sentTo", "replyExpected", "letter", "limit", "q"], ignoreOrder: true);
        refused.MessageOf("status").ShouldContain(string.Join(", ", Statuses));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_list_goes_on_from_its_cursor_across_drafts_and_conversations(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        for (var i = 0; i < 3; i++)
        {
            await api.SentAsync();
            await api.DraftAsync();
            world.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var (letters, cursor) = (new List<Guid>(), (string?)null);
        do
        {
            var page = await api.AskAsync($"consultations/2026-T-014/conversations?limit=2&cursor={cursor}");
            letters.AddRange(page.Items.Select(i => i.GetProperty("letterId").GetGuid()));
            cursor = page.Text("next");
        }
        while (cursor is not null);

        letters.Count.ShouldBe(6);
        letters.Distinct().Count().ShouldBe(6);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_conversation_tells_its_letter_what_happened_and_what_was_replied(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var id = await api.SentAsync(new { type = "completion-request", replyExpected = true, subject = "Complément", bodyHtml = "<p>Merci</p>", recipients = new[] { new { email = "a@alpha.test" } } });
        var reply = await ReplyAsync(world, id, ("kbis.pdf", Encoding.UTF8.GetBytes("contenu")));

        var unread = await api.AskAsync($"conversations/{id}");
        var opened = (await api.PostAsync($"conversations/{id}/replies/{reply}/opening")).ShouldBe(HttpStatusCode.OK);
        await api.PostAsync($"conversations/{id}/replies/{reply}/opening");
        var read = await api.AskAsync($"conversations/{id}");

        (unread.Text("status"), read.Text("status")).ShouldBe(("reply-unread", "reply-read"));
        opened.Text("openedAt").ShouldNotBeNull();
        read.Body.GetProperty("letter").GetProperty("bodyHtml").GetString().ShouldBe("<p>Merci</p>");
        var events = read.Body.GetProperty("events").EnumerateArray().ToList();
        events.Select(e => e.GetProperty("kind").GetString()).ShouldBe(["submitted", "opened", "replied", "reply-opened"]);
        events.Select(e => e.GetProperty("sequence").GetInt32()).ShouldBe([1, 2, 3, 4]);
        events.Select(e => e.TryGetProperty("etsi", out var uri) ? uri.GetString() : null).ShouldBe(["http://uri.etsi.org/19522/Event/SubmissionAcceptance", "http://uri.etsi.org/19522/Event/ContentHandover", null, null]);
        events[3].GetProperty("concerns").GetGuid().ShouldBe(reply);
        events[0].GetProperty("details").GetProperty("recipient").GetString().ShouldBe("a@alpha.test");

        var got = read.Body.GetProperty("replies")[0];
        (got.GetProperty("id").GetGuid(), got.GetProperty("bodyHtml").GetString()).ShouldBe((reply, "<p>Voici.</p>"));
        var file = got.GetProperty("attachments")[0];
        using var download = await api.GetAsync($"conversations/{id}/replies/{reply}/attachments/{file.GetProperty("id").GetGuid()}", TestContext.Current.CancellationToken);
        (await download.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("contenu");
        download.Content.Headers.ContentDisposition!.FileNameStar.ShouldBe("kbis.pdf");
        (await api.AskAsync($"conversations/{id}/replies/{reply}/attachments/{id}")).ShouldRefuse(HttpStatusCode.NotFound, "attachment-not-found");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Listing_a_reply_or_taking_its_file_opens_nothing(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var id = await api.SentAsync(new { type = "completion-request", replyExpected = true, recipients = new[] { new { email = "a@alpha.test" } } });
        var reply = await ReplyAsync(world, id, ("a.txt", [1]));

        var file = (await api.AskAsync($"conversations/{id}")).Body.GetProperty("replies")[0].GetProperty("attachments")[0].GetProperty("id").GetGuid();
        using var download = await api.GetAsync($"conversations/{id}/replies/{reply}/attachments/{file}", TestContext.Current.CancellationToken);
        download.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await api.AskAsync($"conversations/{id}/attestation")).ShouldBe(HttpStatusCode.OK);

        (await api.AskAsync($"conversations/{id}")).Text("status").ShouldBe("reply-unread");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_reply_is_answered_by_a_letter_that_both_conversations_name(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var id = await api.SentAsync(new { type = "completion-request", replyExpected = true, subject = "Complément", bodyHtml = "<p>Merci</p>", recipients = new[] { new { email = "a@alpha.test" } } });
        var reply = await ReplyAsync(world, id, ("a.txt", [1]));
        (await api.PostAsync($"conversations/{id}/replies/{reply}/answer")).ShouldRefuse(HttpStatusCode.Conflict, "reply-not-opened");
        await api.PostAsync($"conversations/{id}/replies/{reply}/opening");

        var draft = (await api.PostAsync($"conversations/{id}/replies/{reply}/answer")).ShouldBe(HttpStatusCode.Created);

        draft.Response.Headers.Location!.ToString().ShouldBe($"/api/v1/letters/{draft.Id}");
        (draft.Text("type"), draft.Text("subject"), draft.Text("consultation"), draft.Body.GetProperty("answers").GetGuid()).ShouldBe(("free", "Re\u00a0: Complément", "2026-T-014", id));
        (await api.PatchAsync($"letters/{draft.Id}", new { bodyHtml = "<p>Merci.</p>" })).ShouldBe(HttpStatusCode.OK);
        (await api.PostAsync($"letters/{draft.Id}/sending")).ShouldBe(HttpStatusCode.Accepted);
        var next = (await api.AskAsync($"conversations?letter={draft.Id}")).Items.Single().GetProperty("id").GetGuid();
        var answered = (await api.AskAsync($"conversations/{id}")).Body;
        var link = answered.GetProperty("answeredBy").EnumerateArray().Single();
        (link.GetProperty("letterId").GetGuid(), link.GetProperty("conversationId").GetGuid()).ShouldBe((draft.Id, next));
        answered.GetProperty("events").EnumerateArray().Last().GetProperty("kind").GetString().ShouldBe("answered");
        (await api.AskAsync($"conversations/{next}")).Body.GetProperty("letter").GetProperty("answers").GetGuid().ShouldBe(id);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_star_is_the_keys_own_and_setting_it_twice_changes_nothing(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var id = await api.SentAsync();

        for (var i = 0; i < 2; i++)
            (await api.PutAsync($"conversations/{id}/favourite")).ShouldBe(HttpStatusCode.NoContent);
        (await api.AskAsync($"conversations/{id}")).Body.GetProperty("favourite").GetBoolean().ShouldBeTrue();
        for (var i = 0; i < 2; i++)
            (await api.RemoveAsync($"conversations/{id}/favourite")).ShouldBe(HttpStatusCode.NoContent);
        (await api.AskAsync($"conversations/{id}")).Body.GetProperty("favourite").GetBoolean().ShouldBeFalse();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_attestation_is_a_pdf_and_its_issuing_a_fact(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var id = await api.SentAsync();

        using var answer = await api.GetAsync($"conversations/{id}/attestation", TestContext.Current.CancellationToken);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        Encoding.ASCII.GetString(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), 0, 5).ShouldBe("%PDF-");
        answer.Content.Headers.ContentDisposition!.FileName!.ShouldEndWith(".pdf");
        var after = await api.AskAsync($"conversations/{id}");
        after.Body.GetProperty("events")[1].GetProperty("kind").GetString().ShouldBe("attestation-issued");
        after.Text("status").ShouldBe("sending");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_and_a_consultation_have_their_attestations(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var letter = (await api.DraftAsync(new { type = "free", subject = "Information", bodyHtml = "<p>Bonjour.</p>", recipients = new[] { new { email = "a@alpha.test" }, new { email = "b@beta.test" } } })).Id;
        (await api.PostAsync($"letters/{letter}/sending")).ShouldBe(HttpStatusCode.Accepted);
        var id = (await api.AskAsync($"conversations?letter={letter}")).Items[0].GetProperty("id").GetGuid();

        foreach (var (path, start) in new[] { ($"letters/{letter}/attestation", "attestation-courrier-"), ($"letters/{letter}/attestation?for={id}", "attestation-courrier-"), ("consultations/2026-T-014/attestation", "attestation-consultation-") })
        {
            using var answer = await api.GetAsync(path, TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            answer.Content.Headers.ContentDisposition!.FileName!.ShouldStartWith(start);
            Core.Evidence.Verification.AttestationVerifier.Verify(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Outcome.ShouldBe(Core.Evidence.Verification.VerificationOutcome.Whole);
        }

        (await api.AskAsync($"letters/{letter}/attestation?for=personne")).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid");
        (await api.AskAsync($"letters/{letter}/attestation?for={Guid.CreateVersion7()}")).ShouldRefuse(HttpStatusCode.NotFound, "conversation-not-found");
        (await api.AskAsync($"letters/{(await api.DraftAsync()).Id}/attestation")).ShouldRefuse(HttpStatusCode.Conflict, "letter-not-sent");
        (await api.AskAsync($"conversations/{id}")).Body.GetProperty("events").GetArrayLength().ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Large_attestations_are_asked_for_by_volume(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, limits: new CollectionLimits(Conversations: 2, InVolume: 2));
        var api = world.Api();
        var letter = (await api.DraftAsync(new { type = "free", subject = "Information", bodyHtml = "<p>Bonjour.</p>", recipients = new[] { new { email = "a@alpha.test" }, new { email = "b@beta.test" }, new { email = "c@gamma.test" } } })).Id;
        (await api.PostAsync($"letters/{letter}/sending")).ShouldBe(HttpStatusCode.Accepted);
        var id = (await api.AskAsync($"conversations?letter={letter}")).Items[0].GetProperty("id").GetGuid();

        foreach (var path in new[] { $"letters/{letter}/attestation", "consultations/2026-T-014/attestation" })
        {
            (await api.AskAsync(path)).ShouldRefuse(HttpStatusCode.Conflict, "attestation-in-volumes").Detail.ShouldContain("2 volumes");
            foreach (var none in new[] { "0", "3", "-1", "deux", "99999999999" })
                (await api.AskAsync($"{path}?volume={none}")).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["volume"]);
            using var answer = await api.GetAsync($"{path}?volume=2", TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            answer.Content.Headers.ContentDisposition!.FileName!.ShouldEndWith("-volume-2-sur-2.pdf");
            var report = Core.Evidence.Verification.AttestationVerifier.Verify(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            (report.Outcome, report.Attested!.Told.Count).ShouldBe((Core.Evidence.Verification.VerificationOutcome.Whole, 1));
        }

        using var one = await api.GetAsync($"letters/{letter}/attestation?for={id}", TestContext.Current.CancellationToken);
        one.Content.Headers.ContentDisposition!.FileName!.ShouldContain("-volume-");
        (await api.AskAsync($"letters/{letter}/attestation?for={id}&volume=1")).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["volume"]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Delivery_is_told_with_the_servers_words_and_only_the_undelivered_goes_again(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, withMailbox: true);
        var api = world.Api();
        var draft = await api.DraftAsync(new { subject = "Objet", bodyHtml = "<p>Bonjour</p>", recipients = new[] { new { email = "a@alpha.test" }, new { email = "b@beta.inconnu.test" } } });
        await api.PostAsync($"letters/{draft.Id}/sending");
        await WebWorld.UntilAsync(async () => (await api.AskAsync($"conversations?letter={draft.Id}")).Items.All(r => r.GetProperty("status").GetString() != "sending"));
        var delivered = await api.AskAsync("conversations/" + (await api.AskAsync("conversations?status=delivered")).Items.Single().GetProperty("id").GetGuid());
        var undelivered = await api.AskAsync("conversations/" + (await api.AskAsync("conversations?status=undelivered")).Items.Single().GetProperty("id").GetGuid());

        var arrival = delivered.Body.GetProperty("events").EnumerateArray().Single(e => e.GetProperty("kind").GetString() == "delivered");
        (arrival.GetProperty("server").GetString(), arrival.GetProperty("statusCode").GetString(), arrival.GetProperty("etsi").GetString()).ShouldBe(("mx.alpha.test", "2.0.0", "http://uri.etsi.org/19522/Event/NotificationDelivered"));
        arrival.GetProperty("reply").GetString()!.ShouldContain("250 2.0.0 Ok");
        var refusal = undelivered.Body.GetProperty("events").EnumerateArray().Single(e => e.GetProperty("kind").GetString() == "undelivered");
        (refusal.GetProperty("statusCode").GetString(), refusal.GetProperty("reason").GetString()).ShouldBe(("5.1.1", "UnknownRecipient"));

        (await api.PostAsync($"conversations/{delivered.Id}/resending")).ShouldRefuse(HttpStatusCode.Conflict, "not-undelivered");
        var resent = (await api.PostAsync($"conversations/{undelivered.Id}/resending")).ShouldBe(HttpStatusCode.Accepted);
        (resent.Id, resent.Text("status")).ShouldBe((undelivered.Id, "sending"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task To_a_corrected_address_the_letter_goes_as_a_conversation_that_names_the_first(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, withMailbox: true);
        var api = world.Api();
        var draft = await api.DraftAsync(new { subject = "Objet", bodyHtml = "<p>Bonjour</p>", recipients = new[] { new { email = "a@alpha.inconnu.test" } } });
        await api.PostAsync($"letters/{draft.Id}/sending");
        await WebWorld.UntilAsync(async () => (await api.AskAsync("conversations?status=undelivered")).Items.Count == 1);
        var first = (await api.AskAsync("conversations?status=undelivered")).Items.Single().GetProperty("id").GetGuid();
        var path = $"conversations/{first}/resending";

        (await api.PostAsync(path, new { email = "A@alpha.inconnu.test" })).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["email"]);
        (await api.PostAsync(path, new { email = "" })).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").MessageOf("email").ShouldBe("Saisissez une adresse électronique.");
        (await api.PostAsync(path, "{")).ShouldRefuse(HttpStatusCode.BadRequest, "malformed-json");
        var next = (await api.PostAsync(path, new { email = "a@alpha.test" })).ShouldBe(HttpStatusCode.Accepted);

        next.Response.Headers.Location!.ToString().ShouldBe($"/api/v1/conversations/{next.Id}");
        (next.Body.GetProperty("corrects").GetGuid(), next.Body.GetProperty("letterId").GetGuid(), next.Body.GetProperty("resent").GetBoolean()).ShouldBe((first, draft.Id, false));
        (await api.PostAsync(path, new { email = "a@alpha.test" })).ShouldRefuse(HttpStatusCode.Conflict, "already-recipient");
        await WebWorld.UntilAsync(async () => (await api.AskAsync($"conversations/{next.Id}")).Text("status") == "delivered");
        var was = await api.AskAsync($"conversations/{first}");
        was.Text("status").ShouldBe("undelivered");
        was.Body.GetProperty("correctedBy").EnumerateArray().Select(id => id.GetGuid()).ShouldBe([next.Id]);
        var told = was.Body.GetProperty("events").EnumerateArray().Last();
        (told.GetProperty("kind").GetString(), told.GetProperty("details").GetProperty("recipient").GetString()).ShouldBe(("readdressed", "a@alpha.test"));
        (await api.PostAsync($"conversations/{next.Id}/resending", new { email = "b@alpha.test" })).ShouldRefuse(HttpStatusCode.Conflict, "not-undelivered");

        (await api.PostAsync(path, new { })).ShouldBe(HttpStatusCode.Accepted).Id.ShouldBe(first);
        (await api.AskAsync($"conversations?letter={draft.Id}")).Items.Single(row => row.GetProperty("id").GetGuid() == first).GetProperty("resent").GetBoolean().ShouldBeTrue();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task In_the_demo_the_personal_link_is_told_and_opens_the_letter(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, withMailbox: true);
        var api = world.Api();
        var id = await api.SentAsync();

        var link = (await api.AskAsync($"conversations/{id}/link")).ShouldBe(HttpStatusCode.OK).Text("url")!;

        link.ShouldBe($"{world.Settings.PublicUrl}/c/{await world.LinkTokenAsync(id)}");
        await WebWorld.UntilAsync(() => Task.FromResult(world.Mailbox.Mails.Any(m => m.Links.Contains(link))));
        var plain = await api.SentAsync(new { mode = "plain", subject = "Simple", bodyHtml = "<p>Bonjour</p>", recipients = new[] { new { email = "a@alpha.test" } } });
        (await api.AskAsync($"conversations/{plain}/link")).ShouldRefuse(HttpStatusCode.Conflict, "no-link");
    }

    [Fact]
    public async Task Outside_the_demo_no_link_is_told()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var api = world.Api();

        (await api.AskAsync($"conversations/{await api.SentAsync()}/link")).ShouldRefuse(HttpStatusCode.NotFound, "not-found");
    }

    private static async Task<Guid> ReplyAsync(WebWorld world, Guid conversation, params (string Name, byte[] Content)[] files)
    {
        var token = await world.LinkTokenAsync(conversation);
        (await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", "Firefox"), default))).Succeeded.ShouldBeTrue();
        return (await world.InScopeAsync(scope => scope.ReplyAsync(token, "Voici.", files))).Value.Id;
    }
}
