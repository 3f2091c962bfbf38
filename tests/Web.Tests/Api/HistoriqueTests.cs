using System.Net;
using System.Text.Json;
using Vaguemestre.Core;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;
using Vaguemestre.Web.Tests.Pages.Reception;

namespace Vaguemestre.Web.Tests.Api;

/// <summary>Letters of a consultation of the messagerie historique: the same calls, without what it has not.</summary>
public sealed class HistoriqueTests
{
    private const string Consultation = "consultations/2024-F-117";

    private static readonly object Message = new { subject = "Précision", bodyHtml = "<p>Bonjour.</p>", recipients = new[] { new { email = "contact@alpha.test" } } };

    [Theory, ClassData(typeof(Databases))]
    public async Task A_message_is_written_sent_read_and_answered_by_the_same_calls(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = await ApiAsync(world);

        var letter = (await api.PostAsync($"{Consultation}/letters", Message)).ShouldBe(HttpStatusCode.Created);
        (letter.Text("type"), letter.Text("mode"), letter.Text("state"), letter.Text("subject")).ShouldBe(("free", "tracked", "draft", "Précision"));
        (await api.AskAsync($"{Consultation}/conversations")).Items.ShouldBeEmpty("what is not sent is in no list");
        (await api.AskAsync("conversations?status=draft")).Items.ShouldBeEmpty();
        (await api.PatchAsync($"letters/{letter.Id}", new { subject = "Précisions", replyExpected = true })).ShouldBe(HttpStatusCode.OK);
        var file = (await api.AttachAsync(letter.Id, "plan.txt", "Plan"u8.ToArray())).ShouldBe(HttpStatusCode.Created);
        (await api.PostAsync($"letters/{letter.Id}/sending")).ShouldBe(HttpStatusCode.Accepted);
        (await api.PostAsync($"letters/{letter.Id}/sending")).ShouldRefuse(HttpStatusCode.Conflict, "letter-already-sent");
        (await api.AskAsync($"letters/{letter.Id}/attachments/{file.Id}")).Status.ShouldBe(HttpStatusCode.OK);

        var id = (await api.AskAsync($"{Consultation}/conversations")).Items.Single().GetProperty("id").GetGuid();
        var receiving = new Receiving(world, id, await world.LinkTokenAsync(id));
        await receiving.OpenAsync();
        await world.InScopeAsync(async services => (await services.ReplyAsync(receiving.Token, "Merci.", ("devis.txt", "1 200"u8.ToArray()))).Value);

        var row = (await api.AskAsync($"{Consultation}/conversations")).Items.Single();
        row.GetProperty("status").ValueKind.ShouldBe(JsonValueKind.Null);
        foreach (var address in new[] { "conversations", $"conversations?letter={letter.Id}" })
            (await api.AskAsync(address)).Items.Single().GetProperty("status").ValueKind.ShouldBe(JsonValueKind.Null, address);
        var detail = (await api.AskAsync($"conversations/{id}")).ShouldBe(HttpStatusCode.OK).Body;
        foreach (var told in new[] { row, detail })
            (told.GetProperty("replyExpected").GetBoolean(), told.GetProperty("resent").GetBoolean()).ShouldBe((false, false));
        (await api.AskAsync("conversations?replyExpected=true")).Items.ShouldBeEmpty();
        detail.GetProperty("status").ValueKind.ShouldBe(JsonValueKind.Null);
        detail.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("kind").GetString()).ShouldBe(["submitted", "opened", "replied"]);
        var reply = detail.GetProperty("replies").EnumerateArray().Single();
        reply.GetProperty("openedAt").ValueKind.ShouldBe(JsonValueKind.Null);
        var answer = reply.GetProperty("attachments").EnumerateArray().Single().GetProperty("id").GetGuid();
        (await api.AskAsync($"conversations/{id}/replies/{reply.GetProperty("id").GetGuid()}/attachments/{answer}")).Status.ShouldBe(HttpStatusCode.OK);
        (await api.AskAsync(Consultation)).Body.GetProperty("counters").ShouldSatisfyAllConditions(
            c => c.GetProperty("drafts").GetInt32().ShouldBe(0),
            c => c.GetProperty("undelivered").GetInt32().ShouldBe(0),
            c => c.GetProperty("unreadReplies").GetInt32().ShouldBe(0));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_it_has_not_answers_409(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = await ApiAsync(world);
        object[] refused =
        [
            new { type = "rejection" },
            new { mode = "plain" },
            new { replyDue = "2030-01-01T00:00:00Z" },
            new { recipients = new[] { new { email = "a@alpha.test", register = "deposits" } } },
        ];
        foreach (var body in refused)
            (await api.PostAsync($"{Consultation}/letters", body)).ShouldRefuse(HttpStatusCode.Conflict, "not-in-historique");
        (await api.PostAsync($"{Consultation}/letters", new { recipients = new[] { new { email = "pas une adresse" } } })).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["recipients[0].email"]);

        var letter = (await api.PostAsync($"{Consultation}/letters", Message)).ShouldBe(HttpStatusCode.Created);
        foreach (var body in refused)
            (await api.PatchAsync($"letters/{letter.Id}", body)).ShouldRefuse(HttpStatusCode.Conflict, "not-in-historique");
        await api.PostAsync($"letters/{letter.Id}/sending");
        var id = (await api.AskAsync($"conversations?letter={letter.Id}")).Items.Single().GetProperty("id").GetGuid();
        var receiving = new Receiving(world, id, await world.LinkTokenAsync(id));
        await receiving.OpenAsync();
        var reply = await world.InScopeAsync(async services => (await services.ReplyAsync(receiving.Token, "Merci.")).Value);

        (await api.PutAsync($"conversations/{id}/favourite")).ShouldRefuse(HttpStatusCode.Conflict, "not-in-historique");
        (await api.RemoveAsync($"conversations/{id}/favourite")).ShouldRefuse(HttpStatusCode.Conflict, "not-in-historique");
        (await api.PostAsync($"conversations/{id}/resending")).ShouldRefuse(HttpStatusCode.Conflict, "not-in-historique");
        (await api.PostAsync($"conversations/{id}/resending", new { email = "b@alpha.test" })).ShouldRefuse(HttpStatusCode.Conflict, "not-in-historique");
        (await api.PostAsync($"conversations/{id}/replies/{reply.Id}/opening")).ShouldRefuse(HttpStatusCode.Conflict, "not-in-historique");
        foreach (var attested in new[] { $"conversations/{id}", $"letters/{letter.Id}", Consultation })
            (await api.AskAsync($"{attested}/attestation")).ShouldRefuse(HttpStatusCode.Conflict, "not-in-historique");
        foreach (var status in Core.Data.Words.All<Core.Letters.Status>())
            (await api.AskAsync($"{Consultation}/conversations?status={status}")).Items.ShouldBeEmpty(status);
    }

    private static async Task<HttpClient> ApiAsync(WebWorld world)
    {
        var api = world.Api();
        (await api.PutAsync(Consultation, new { title = "Mobilier scolaire", initialisedAt = "2025-01-31T23:59:59+01:00", procedure = "adapted", phase = "offre" })).ShouldBe(HttpStatusCode.Created).Text("edition").ShouldBe("historique");
        return api;
    }
}
