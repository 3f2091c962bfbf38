using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

/// <summary>What belongs to another organisation does not exist: asked of every route there is.</summary>
public sealed class IsolationTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task No_route_tells_or_changes_what_is_anothers(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, withMailbox: true);
        var ids = await FillAsync(world);
        var other = world.Api((await world.AddBuyerAsync("Département de la Brume", "Ana Roux", "ana.roux@brume.test")).Key);
        var before = await world.QueryAsync(db => db.Facts.CountAsync());

        var routes = world.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(r => r.RoutePattern.RawText!.Contains("/api/v1/") && r.RoutePattern.Parameters.Any(p => p.Name is "reference" or "id"))
            .SelectMany(r => r.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Where(m => m != "HEAD").Select(m => (Method: m, Path: r.RoutePattern.RawText!.TrimEnd('/'))))
            .ToList();
        routes.Count.ShouldBeGreaterThan(15);
        foreach (var (method, path) in routes.Where(r => r is not { Method: "PUT", Path: "/api/v1/consultations/{reference}" }))
        {
            var concrete = path.Replace("{reference}", "2026-T-014").Replace("{register}", "deposits").Replace("{id:guid}", ids[path.Contains("/letters/") ? "letter" : "conversation"])
                .Replace("{rid:guid}", ids["reply"]).Replace("{aid:guid}", ids[path.Contains("/replies/") ? "replyFile" : "letterFile"]);
            (await other.CallAsync(new HttpMethod(method), concrete, Body(method, concrete))).Status.ShouldBe(HttpStatusCode.NotFound, $"{method} {concrete}");
        }

        foreach (var list in new[] { "consultations", "conversations", "events" })
            (await other.AskAsync(list)).Items.ShouldBeEmpty();
        (await world.QueryAsync(db => db.Facts.CountAsync())).ShouldBe(before);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_organisations_have_each_their_own_consultation_of_one_reference(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var other = world.Api((await world.AddBuyerAsync("Département de la Brume", "Ana Roux", "ana.roux@brume.test")).Key);
        await world.Api().DraftAsync();

        (await other.PutAsync("consultations/2026-T-014", Calls.Consultation)).ShouldBe(HttpStatusCode.Created);

        (await other.AskAsync("consultations/2026-T-014/conversations")).Items.ShouldBeEmpty();
        (await world.Api().AskAsync("consultations/2026-T-014/conversations")).Items.Count.ShouldBe(1);
    }

    private static object? Body(string method, string path) => (method, path) switch
    {
        (_, var p) when p.EndsWith("/attachments", StringComparison.Ordinal) => new MultipartFormDataContent { { new ByteArrayContent([1]), "file", "a.txt" } },
        ("PUT", var p) when p.Contains("/registers/") => "[]",
        ("PATCH", _) or ("POST", _) => "{}",
        _ => null,
    };

    /// <summary>One of everything: a draft with a file, a delivered letter, its reply with a file.</summary>
    private static async Task<Dictionary<string, string>> FillAsync(WebWorld world)
    {
        var api = world.Api();
        var draft = await api.DraftAsync();
        var file = await api.AttachAsync(draft.Id, "a.txt", Encoding.UTF8.GetBytes("contenu"));
        var conversation = await api.SentAsync(new { type = "completion-request", replyExpected = true, recipients = new[] { new { email = "a@alpha.test" } } });
        await WebWorld.UntilAsync(async () => (await api.AskAsync($"conversations/{conversation}")).Text("status") == "delivered");
        var token = await world.LinkTokenAsync(conversation);
        await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", "Firefox"), default));
        var reply = (await world.InScopeAsync(scope => scope.ReplyAsync(token, "Voici.", ("b.txt", [1])))).Value;
        await WebWorld.UntilAsync(() => world.QueryAsync(async db => !await db.News.AnyAsync() && !await db.AgentNews.AnyAsync() && await db.Notices.AllAsync(n => n.NextAttemptAt == null))); // each is a fact once it is sent
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["letter"] = draft.Id.ToString(),
            ["letterFile"] = file.Id.ToString(),
            ["conversation"] = conversation.ToString(),
            ["reply"] = reply.Id.ToString(),
            ["replyFile"] = reply.Attachments[0].Id.ToString(),
        };
    }
}
