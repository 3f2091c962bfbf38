using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Consultations;

public sealed class ShowTests
{
    public static TheoryData<string> References => ["2026/T/14", "a%2Fb", "100%", "n° 7 ; « été » ?#&+"];

    [Theory, MemberData(nameof(References))]
    public async Task A_reference_may_hold_any_character(string reference)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        await world.AddConsultationAsync(reference);
        var browser = await new Browser(await world.AgentAsync()).GoAsync(Links.Consultation(reference));
        browser.Status.ShouldBe(HttpStatusCode.OK);
        browser.Page.QuerySelector(".summary dd")!.TextContent.ShouldBe(reference);

        await browser.GoAsync(browser.Page.QuerySelector(".panel .btn-primary")!.GetAttribute("href")!);
        browser.Title.ShouldBe("Quel courrier voulez-vous écrire ?");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_block_holds_both_entries_and_says_that_nothing_was_exchanged(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync(configure: c => (c.Upstream, c.Lots) = (["2025-AC-003"], [new Lot("1", "Terrassement")]));
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/consultations/2026-T-014");

        var block = browser.Page.QuerySelector(".panel")!;
        block.QuerySelector("h2")!.TextContent.ShouldBe("Suivi des messages échangés et documents joints");
        block.QuerySelectorAll("header a").Select(a => a.TextContent).ShouldBe(["Envoyer un message", "Suivi des messages"]);
        block.TextContent.ShouldContain("Aucun message");
        block.TextContent.ShouldContain("Aucun document");
        browser.Text.ShouldContain("1 – Terrassement");
        browser.Page.QuerySelector("a[href='/consultations/2025-AC-003']").ShouldNotBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Messages_and_documents_of_both_sides_are_there_to_open(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Type = LetterType.CompletionRequest, ReplyExpected = true }, "ines@ferreira-voirie.test");
        await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, "cahier n° 1.pdf", new MemoryStream("0123456789"u8.ToArray()), default));
        var conversation = (await world.SendAsync(draft.Id))[0];
        var token = await world.LinkTokenAsync(conversation.Id);
        await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", null), default));
        (await world.InScopeAsync(scope => scope.ReplyAsync(token, "Voici.", ("reçu.txt", "bonjour"u8.ToArray())))).Succeeded.ShouldBeTrue();
        var client = await world.AgentAsync();
        var browser = await new Browser(client).GoAsync("/consultations/2026-T-014");

        browser.Page.QuerySelector($"a[href='/conversations/{conversation.Id}']").ShouldNotBeNull();
        browser.Page.QuerySelector("tr.unread .status-reply-unread").ShouldNotBeNull();
        browser.Page.QuerySelector(".counters a")!.GetAttribute("href").ShouldBe("/consultations/2026-T-014/suivi?status=reply-unread");
        var answer = browser.Page.QuerySelectorAll("a.title").Single(a => a.TextContent is "reçu.txt");
        answer.HasAttribute("download").ShouldBeFalse("taking a file of a reply that nobody opened leads to that reply");
        await browser.GoAsync(answer.GetAttribute("href")!);
        await browser.PressAsync("button[name=reply]");
        (await browser.GoAsync("/consultations/2026-T-014")).Page.QuerySelector(".status-reply-unread").ShouldBeNull();
        var links = browser.Page.QuerySelectorAll("a[download]").ToDictionary(a => a.TextContent, a => a.GetAttribute("href")!, StringComparer.Ordinal);
        links.Keys.ShouldBe(["reçu.txt", "cahier n° 1.pdf"], ignoreOrder: true);

        var received = await client.GetAsync(links["reçu.txt"], TestContext.Current.CancellationToken);
        (await received.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("bonjour");
        received.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        received.Content.Headers.ContentDisposition.FileNameStar.ShouldBe("reçu.txt");
        received.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);

        var part = new HttpRequestMessage(HttpMethod.Get, links["cahier n° 1.pdf"]) { Headers = { Range = new RangeHeaderValue(2, 4) } };
        var partial = await client.SendAsync(part, TestContext.Current.CancellationToken);
        partial.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        Encoding.ASCII.GetString(await partial.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBe("234");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_contact_without_address_is_shown_and_said_so(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        await world.RunAsync((PutRegister o) => o.RunAsync(world.Caller, "2026-T-014", Register.Withdrawals, [new ContactInput("Imprimerie du Vieux Pont", null, null, null, null, [])], default));
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/consultations/2026-T-014");
        var contact = browser.Page.QuerySelector(".contact-list li")!;
        contact.TextContent.ShouldContain("Imprimerie du Vieux Pont");
        contact.TextContent.ShouldContain("Sans adresse électronique");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisations_consultation_and_files_do_not_exist(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var other = await world.AddBuyerAsync("Autre ville", "Samir Benali", "samir@autre.test");
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", null, "a@entreprise.test");
        var file = (await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, "secret.txt", new MemoryStream([1]), default))).Value;
        var browser = new Browser(await world.AgentAsync(other.Agent));

        foreach (var address in new[] { "/consultations/2026-T-014", "/consultations/2026-T-014/courriers/nouveau", Links.Letter(draft.Id), Links.Letter(draft.Id) + "/apercu", Links.Letter(draft.Id) + "/lecture", Links.LetterFile(draft.Id, file.Id) })
        {
            (await browser.GoAsync(address)).Status.ShouldBe(HttpStatusCode.NotFound, address);
            browser.Title.ShouldBe("Cette page n’existe pas");
        }
    }
}
