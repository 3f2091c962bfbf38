using System.Net;
using Vaguemestre.Core;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

public sealed class ConsultationsTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_consultation_is_created_once_then_made_as_given(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();

        var created = (await api.PutAsync("consultations/2026-T-014", Calls.Consultation)).ShouldBe(HttpStatusCode.Created);
        var changed = (await api.PutAsync("consultations/2026-T-014", new { title = "Autre titre", initialisedAt = "2024-06-01T08:00:00Z", procedure = "framework-call-off", phase = "candidature", upstream = new[] { "2025-AC-003" }, lots = new[] { new { number = "1", title = "Gros œuvre" } } })).ShouldBe(HttpStatusCode.OK);

        created.Response.Headers.Location!.ToString().ShouldBe("/api/v1/consultations/2026-T-014");
        (created.Text("edition"), created.Text("initialisedAt")).ShouldBe(("v2", "2026-03-01T08:00:00.000000Z"));
        var read = await api.AskAsync("consultations/2026-T-014");
        read.Body.ToString().ShouldBe(changed.Body.ToString());
        (read.Text("title"), read.Text("procedure"), read.Text("phase"), read.Text("edition")).ShouldBe(("Autre titre", "framework-call-off", "candidature", "historique"));
        read.Body.GetProperty("upstream")[0].GetString().ShouldBe("2025-AC-003");
        read.Body.GetProperty("lots")[0].GetProperty("title").GetString().ShouldBe("Gros œuvre");
    }

    [Theory]
    [InlineData("2026%2FT%2F14", "2026/T/14")]
    [InlineData("lot%20n%C2%B0%203%20(%C3%A9tanch%C3%A9it%C3%A9)", "lot n° 3 (étanchéité)")]
    [InlineData("100%25", "100%")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("q%3Fr%23s%26t%2Bu", "q?r#s&t+u")]
    [InlineData("consultations", "consultations")]
    [InlineData("a%2Fregisters", "a/registers")]
    public async Task A_reference_holds_any_character(string escaped, string reference)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var api = world.Api();

        var created = (await api.PutAsync("consultations/" + escaped, Calls.Consultation)).ShouldBe(HttpStatusCode.Created);
        var draft = (await api.PostAsync($"consultations/{escaped}/letters", new { })).ShouldBe(HttpStatusCode.Created);

        created.Text("reference").ShouldBe(reference);
        (await api.AskAsync(created.Response.Headers.Location!.ToString())).Text("reference").ShouldBe(reference);
        (await api.AskAsync("consultations")).Items.Single().GetProperty("reference").GetString().ShouldBe(reference);
        draft.Text("consultation").ShouldBe(reference);
        (await api.AskAsync($"consultations/{escaped}/conversations")).Items.Single().GetProperty("consultation").GetString().ShouldBe(reference);
        (await api.AskAsync($"consultations/{escaped}/registers")).Items.Count.ShouldBe(5);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Counters_tell_what_waits(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        await api.SentAsync();
        await api.DraftAsync();

        var counters = (await api.AskAsync("consultations/2026-T-014")).Body.GetProperty("counters");

        counters.ToString().ShouldBe("""{"drafts":1,"conversations":1,"undelivered":0,"unreadReplies":0}""");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_list_goes_on_from_its_cursor(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        for (var i = 0; i < 5; i++)
            await world.AddConsultationAsync($"C-{i}");

        var (read, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await api.AskAsync($"consultations?limit=2&cursor={cursor}");
            page.Items.Count.ShouldBeLessThanOrEqualTo(2);
            read.AddRange(page.Items.Select(i => i.GetProperty("reference").GetString()!));
            cursor = page.Text("next");
        }
        while (cursor is not null);

        read.Order().ShouldBe(["C-0", "C-1", "C-2", "C-3", "C-4"]);
        (await api.AskAsync("consultations?q=c-3")).Items.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=beaucoup", "limit")]
    [InlineData("cursor=xyz", "cursor")]
    [InlineData("q=%00", "q")]
    public async Task A_list_says_what_it_cannot_take(string query, string field)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);

        (await world.Api().AskAsync("consultations?" + query)).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task Every_missing_field_is_named()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);

        (await world.Api().PutAsync("consultations/x", new { })).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid")
            .Fields.ShouldBe(["title", "initialisedAt", "procedure", "phase"], ignoreOrder: true);
        (await world.Api().AskAsync("consultations/x")).ShouldRefuse(HttpStatusCode.NotFound, "consultation-not-found");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_programs_that_write_one_consultation_at_once_make_one(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.PutAsync("consultations/2026-T-014", Calls.Consultation)));

        answers.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.ShouldAllBe(a => a.Status == HttpStatusCode.Created || a.Status == HttpStatusCode.OK || a.Code == "concurrent-change");
        (await api.AskAsync("consultations")).Items.Count.ShouldBe(1);
    }
}
