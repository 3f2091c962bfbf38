using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using Vaguemestre.Core;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Demo;

public sealed class MailboxTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_sent_comes_to_the_mailbox_and_is_delivered_or_not(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, withMailbox: true);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Été", BodyHtml = "<p>Merci.</p>" }, "good@alpha.test", "bad@beta.inconnu.test");
        var sent = await world.SendAsync(draft.Id);

        await WebWorld.UntilAsync(() => world.QueryAsync(db => db.Conversations.AllAsync(c => c.Status == Status.Delivered || c.Status == Status.Undelivered)));

        var statuses = await world.QueryAsync(db => db.Conversations.ToDictionaryAsync(c => c.Email, c => c.Status));
        statuses["good@alpha.test"].ShouldBe(Status.Delivered);
        statuses["bad@beta.inconnu.test"].ShouldBe(Status.Undelivered);
        var failed = await world.RunAsync((Core.Journal.Journal j) => j.OfAsync(sent[1].Id, default));
        failed.Select(f => f.Kind).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay, FactKind.Undelivered]);
        failed[2].Content<Core.Delivery.ServerSaid>().Reply.ShouldBe("smtp; 550 5.1.1 Unknown user");
        ChainCheck.FirstFault(failed).ShouldBeNull();

        var list = (await world.Visitor().GetFromJsonAsync<JsonArray>("/boite-d-essai.json"))!;
        var mail = list.Single(m => (string)m!["to"]! == "good@alpha.test")!;
        ((string)mail["subject"]!).ShouldBe("Été");
        ((string)mail["links"]!.AsArray().ShouldHaveSingleItem()!).ShouldBe(world.Settings.PublicUrl + "/c/" + await world.LinkTokenAsync(sent[0].Id));

        var raw = await world.Visitor().GetByteArrayAsync($"/boite-d-essai/{mail["n"]}.eml");
        using var message = MimeMessage.Load(new MemoryStream(raw));
        message.To.ToString().ShouldBe("good@alpha.test");
        message.ToString().ShouldNotContain("bad@beta");
        (await world.Visitor().PageAsync($"/boite-d-essai/{mail["n"]}")).Text.ShouldContain("Été");
        using var framed = await world.Visitor().GetAsync($"/boite-d-essai/{mail["n"]}/html");
        framed.Headers.GetValues("X-Frame-Options").ShouldBe(["SAMEORIGIN"]);
        framed.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            policy => policy.ShouldContain("default-src 'none'"),
            policy => policy.ShouldContain("sandbox allow-popups"),
            policy => policy.ShouldContain("frame-ancestors 'self'"),
            policy => policy.ShouldNotContain("script"));
        (await world.Visitor().GetAsync("/boite-d-essai")).Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldContain("frame-ancestors 'none'");
        (await world.Visitor().PageAsync("/boite-d-essai")).Text.ShouldContain("good@alpha.test");
    }

    [Theory]
    [InlineData("/boite-d-essai")]
    [InlineData("/boite-d-essai/1")]
    [InlineData("/boite-d-essai.json")]
    public async Task Outside_the_demo_there_is_no_mailbox(string path)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        (await world.Visitor().PageAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
