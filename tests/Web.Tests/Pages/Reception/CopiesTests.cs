using System.Net;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Reception;

/// <summary>The company's copies as PDFs, beside the pages they copy, and the platform's mails in the demo's mailbox.</summary>
public sealed class CopiesTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Receipt_and_acknowledgement_are_downloads_of_the_pages_that_tell_them(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = await SentAsync(world, "contact@alpha.test");
        var link = "/c/" + await world.LinkTokenAsync(conversation.Id);
        var visitor = world.Visitor();

        var before = await visitor.GetAsync(link + "/accuse-de-reception.pdf");
        (before.StatusCode, before.Headers.Location?.ToString()).ShouldBe((HttpStatusCode.Redirect, link));
        var reply = await OpenAndReplyAsync(world, conversation);

        (await visitor.PageAsync(link)).Document.QuerySelector($"a[href='{link}/accuse-de-reception.pdf']").ShouldNotBeNull();
        var acknowledgement = $"{link}/reponses/{reply.Id}";
        (await visitor.PageAsync(acknowledgement)).Document.QuerySelector($"a[href='{acknowledgement}/accuse-de-reception.pdf']").ShouldNotBeNull();
        foreach (var (address, name) in new[] { (link, "accuse-de-reception-2026-T-014.pdf"), (acknowledgement, "accuse-de-reception-reponse-2026-T-014.pdf") })
        {
            var pdf = await visitor.GetAsync(address + "/accuse-de-reception.pdf");
            (pdf.StatusCode, pdf.Content.Headers.ContentType!.MediaType, pdf.Content.Headers.ContentDisposition!.FileName!.Trim('"')).ShouldBe((HttpStatusCode.OK, "application/pdf", name));
            pdf.Headers.CacheControl!.NoStore.ShouldBeTrue();
            (await pdf.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken))[..5].ShouldBe("%PDF-"u8.ToArray());
        }

        (await visitor.GetAsync($"{link}/reponses/{Guid.CreateVersion7(TestWorld.Start)}/accuse-de-reception.pdf")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await visitor.GetAsync($"/c/{new string('a', LinkToken.Length)}/accuse-de-reception.pdf")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_mailbox_shows_the_platforms_mails_after_the_letters_and_none_before_the_opening(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, withMailbox: true);
        var conversation = await SentAsync(world, "contact@alpha.test");
        await WebWorld.UntilAsync(() => Task.FromResult(world.Mailbox.Mails.Count == 1));

        var reply = await OpenAndReplyAsync(world, conversation);
        await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, conversation.Id, reply.Id, default));

        await WebWorld.UntilAsync(() => Task.FromResult(world.Mailbox.Mails.Count == 5));
        world.Mailbox.Mails.Select(m => (m.To, m.Subject)).ShouldBe(
            [
                ("contact@alpha.test", "Pièces à compléter"),
                ("contact@alpha.test", "Accusé de réception\u00a0: Pièces à compléter"),
                ("contact@alpha.test", "Accusé de réception de votre réponse\u00a0: Pièces à compléter"),
                ("camille.durand@montrevel.test", "Réponse reçue\u00a0: Pièces à compléter"),
                ("contact@alpha.test", "Votre réponse a été ouverte\u00a0: Pièces à compléter"),
            ],
            ignoreOrder: true);
        var token = await world.LinkTokenAsync(conversation.Id);
        world.Mailbox.Mails.Where(m => m.To == "contact@alpha.test").ShouldAllBe(m => m.Links.Count == 1 && m.Links[0].EndsWith("/c/" + token, StringComparison.Ordinal));
    }

    private static async Task<Conversation> SentAsync(WebWorld world, string email)
    {
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Type = LetterType.CompletionRequest, Subject = "Pièces à compléter", ReplyExpected = true }, email);
        return (await world.SendAsync(draft.Id))[0];
    }

    private static async Task<Reply> OpenAndReplyAsync(WebWorld world, Conversation conversation)
    {
        var token = await world.LinkTokenAsync(conversation.Id);
        await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", "Firefox"), default));
        return (await world.InScopeAsync(scope => scope.ReplyAsync(token, "Voici.", ("plan.pdf", [1, 2, 3])))).Value;
    }
}
