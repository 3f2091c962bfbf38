using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Historique;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Tests.Kit;
using Vaguemestre.Web.Tests.Pages.Reception;

namespace Vaguemestre.Web.Tests.Pages.Historique;

/// <summary>The messagerie historique as an agent without script sees it.</summary>
public sealed class HistoriquePagesTests
{
    private const string Reference = TestKit.World.Historique.Reference;

    private const string Follow = "/consultations/2024-F-117/suivi";

    [Theory, ClassData(typeof(Databases))]
    public async Task A_message_is_written_read_again_sent_acknowledged_and_answered(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        var browser = await new Browser(await world.AgentAsync()).GoAsync(Follow);
        ShouldBeBarred(browser);
        browser.Page.QuerySelector(".empty-title")!.TextContent.ShouldBe("Aucun message dans cette consultation");

        await browser.GoAsync("/consultations/2024-F-117/courriers/nouveau");
        browser.Address.ShouldBe("/consultations/2024-F-117/messages/nouveau");
        ShouldBeBarred(browser);
        browser.Page.QuerySelectorAll(".types, select, [type=radio]").ShouldBeEmpty("one simple form");
        browser.Fill("Form.To", "Paul Martin <contact@alpha.test>, b@beta.test").Fill("Form.Subject", "Précision").Fill("Form.Text", "Bonjour,\n\nVoici le plan.");
        await browser.Attach("Form.Files", "plan.txt", "Plan"u8.ToArray()).PressAsync("main form button");

        browser.Title.ShouldBe("Vérifier avant l’envoi");
        ShouldBeBarred(browser);
        browser.Text.ShouldContain("plan.txt");
        (await world.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(0, "nothing is sent before it is confirmed");
        (await new Browser(await world.AgentAsync()).GoAsync(Follow)).Page.QuerySelector(".empty-title").ShouldNotBeNull("nor listed");
        await browser.PressAsync("button[value=send]");

        browser.Address.ShouldBe(Follow);
        browser.Flash.ShouldBe("Message envoyé à 2 destinataires.");
        Lines(browser).ShouldBe(["Envoyé | Précision | De Camille Durand à contact@alpha.test et 1 autre"]);

        var conversation = await world.QueryAsync(db => db.Conversations.SingleAsync(c => c.Email == "contact@alpha.test"));
        var receiving = new Receiving(world, conversation.Id, await world.LinkTokenAsync(conversation.Id));
        await receiving.OpenAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.InScopeAsync(async services => (await services.ReplyAsync(receiving.Token, "Bien reçu.", ("devis.txt", "1 200"u8.ToArray()))).Value);

        await browser.GoAsync(Follow);
        Lines(browser).ShouldBe(["Réponse | Précision | De Paul Martin", "Envoyé | Précision | De Camille Durand à contact@alpha.test et 1 autre"]);
        browser.Page.QuerySelectorAll(".status, .counters, .star, [type=checkbox]").ShouldBeEmpty("no status, counter, star or selection");
        await browser.GoAsync(Links.Message(conversation.LetterId));
        ShouldBeBarred(browser);
        browser.Text.ShouldContain("Voici le plan.");
        browser.Page.QuerySelectorAll("[aria-labelledby=recipients-title] tbody tr").Select(row => row.QuerySelector("time") is not null).ShouldBe([true, false], "one acknowledged, one did not");
        await browser.GoAsync(Follow);
        await browser.GoAsync(browser.Page.QuerySelector("a.title")!.GetAttribute("href")!);
        ShouldBeBarred(browser);
        browser.Title.ShouldBe("Réponse de Paul Martin");
        browser.Text.ShouldContain("Bien reçu.");
        (await browser.GoAsync(browser.Page.QuerySelector("a[download]")!.GetAttribute("href")!)).Status.ShouldBe(HttpStatusCode.OK);
        (await receiving.CountAsync(Core.Journal.FactKind.ReplyOpened)).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_refusal_names_the_field_and_keeps_what_was_typed_and_chosen(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/consultations/2024-F-117/messages/nouveau");

        await browser.PressAsync("main form button");
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Errors.Select(e => e.Target).ShouldBe(["#Form_To", "#Form_Subject", "#Form_Text"]);
        (await world.QueryAsync(db => db.Letters.CountAsync())).ShouldBe(0);

        await browser.Fill("Form.To", "a@alpha.test\npas une adresse").Fill("Form.Subject", "Précision").Fill("Form.Text", "Bonjour").Attach("Form.Files", "plan.txt", "Plan"u8.ToArray()).PressAsync("main form button");
        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Errors.ShouldHaveSingleItem().Text.ShouldContain("pas une adresse");
        browser.Page.QuerySelector(".files")!.TextContent.ShouldContain("plan.txt");
        browser.Page.QuerySelector("[name='Form.To']")!.TextContent.ShouldContain("pas une adresse");

        await browser.Fill("Form.To", "a@alpha.test").PressAsync("main form button");
        browser.Title.ShouldBe("Vérifier avant l’envoi");
        browser.Text.ShouldContain("plan.txt");
        await browser.GoAsync(browser.Page.QuerySelector("a[href$=modification]")!.GetAttribute("href")!);
        await browser.PressAsync("button[name=removeFile]");
        browser.Page.QuerySelector(".files").ShouldBeNull();
        await browser.PressAsync("main form button");
        await browser.PressAsync("button[value=abandon]");
        browser.Flash.ShouldBe("Le message est abandonné. Rien n’est envoyé.");
        (await world.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Taking_a_file_off_loses_nothing_that_was_typed(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/consultations/2024-F-117/messages/nouveau");
        await browser.Fill("Form.To", "ALPHA SARL\tPaul Martin\tcontact@alpha.test").Fill("Form.Subject", "Précision").Fill("Form.Text", "Bonjour").Attach("Form.Files", "plan.txt", "Plan"u8.ToArray()).PressAsync("main form button");
        browser.Text.ShouldContain("contact@alpha.test (Paul Martin, ALPHA SARL)");
        await browser.GoAsync(browser.Page.QuerySelector("a[href$=modification]")!.GetAttribute("href")!);
        var to = browser.Page.QuerySelector("[name='Form.To']")!.TextContent;

        await browser.Fill("Form.To", to + "\nb@beta").Fill("Form.Subject", "").PressAsync("button[name=removeFile]");

        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Page.QuerySelector(".files").ShouldBeNull();
        browser.Errors.ShouldHaveSingleItem().Text.ShouldContain("b@beta");
        browser.Page.QuerySelector("[name='Form.To']")!.TextContent.ShouldContain("b@beta");
        (await world.QueryAsync(db => db.Letters.SelectMany(l => l.Recipients).Select(r => r.Company).SingleAsync())).ShouldBe("ALPHA SARL");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_was_not_shown_is_neither_sent_nor_given_up(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        var message = await world.AddDraftAsync(Reference, new DraftInput { Subject = "Précision", BodyHtml = "<p>Bonjour</p>" }, "a@alpha.test");
        foreach (var (act, subject) in new[] { ("send", "Autre"), ("abandon", "Encore une autre") })
        {
            var browser = await new Browser(await world.AgentAsync()).GoAsync(Links.SendMessage(message.Id));
            await world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller, message.Id, new DraftInput { Subject = subject }, null, default));

            await browser.PressAsync($"button[value={act}]");

            browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            browser.Errors.ShouldHaveSingleItem().Text.ShouldContain("a été modifié entre-temps");
            browser.Text.ShouldContain(subject, customMessage: "what is there now is shown");
        }

        (await world.QueryAsync(db => db.Letters.SingleAsync())).DeletedAt.ShouldBeNull();
        (await world.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Pages_of_the_other_edition_lead_here(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        var browser = new Browser(await world.AgentAsync());
        var begun = await world.AddDraftAsync(Reference, new DraftInput { Subject = "Commencé" }, "a@alpha.test");
        foreach (var page in new[] { "", "/apercu", "/destinataires", "/envoi-programme", "/lecture" })
            (await browser.GoAsync(Links.Letter(begun.Id) + page)).Address.ShouldBe(Links.SendMessage(begun.Id), page);
        var conversation = (await SendAsync(world, "Envoyé"))[0];
        foreach (var page in new[] { Links.Letter(conversation.LetterId), Links.Letter(conversation.LetterId) + "/lecture", Links.Conversation(conversation.Id), Links.Conversation(conversation.Id) + "/attestation" })
            (await browser.GoAsync(page)).Address.ShouldBe(Links.Message(conversation.LetterId), page);
        browser.Page.QuerySelectorAll(".status, .timeline").ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Its_page_the_dashboard_and_the_inbox_show_no_status(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        var conversation = (await SendAsync(world, "Précision"))[0];
        var receiving = new Receiving(world, conversation.Id, await world.LinkTokenAsync(conversation.Id));
        await receiving.OpenAsync();
        await world.InScopeAsync(async services => (await services.ReplyAsync(receiving.Token, "Bien reçu.", ("devis.txt", "1 200"u8.ToArray()))).Value);
        await world.AddDraftAsync(Reference, new DraftInput { Subject = "Commencé" }, "a@alpha.test");
        var browser = new Browser(await world.AgentAsync());

        await browser.GoAsync("/consultations/2024-F-117");
        ShouldBeBarred(browser);
        Lines(browser).Count.ShouldBe(2);
        browser.Page.QuerySelectorAll(".status, .counters").ShouldBeEmpty();
        browser.Text.ShouldContain("devis.txt");
        browser.Page.QuerySelectorAll("main .actions .btn").Select(b => b.GetAttribute("href")).ShouldBe(["/consultations/2024-F-117/messages/nouveau", Follow]);
        await browser.GoAsync("/");
        browser.Text.ShouldContain("Messagerie historique");
        browser.Page.QuerySelectorAll("tbody .count a").ShouldBeEmpty();
        await browser.GoAsync("/reception");
        browser.Text.ShouldNotContain("Précision");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Imported_messages_are_marked_and_vouched_for_by_nobody(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        (await world.RunAsync((ImportHistorique o) => o.RunAsync(world.Caller, new MemoryStream(Encoding.UTF8.GetBytes(TestKit.World.Historique.Sample)), default))).Refused.ShouldBeFalse();
        var browser = await new Browser(await world.AgentAsync()).GoAsync(Follow);

        Lines(browser).ShouldBe(["Réponse Importé | RE: Précision sur le mobilier du réfectoire | De Établissements Delorme & Fils", "Envoyé Importé | Précision sur le mobilier du réfectoire | De Camille Durand à paul.delorme@delorme.test et 1 autre"]);
        await browser.GoAsync(browser.Page.QuerySelectorAll("a.title")[1].GetAttribute("href")!);
        ShouldBeBarred(browser);
        browser.Text.ShouldContain("n’en atteste rien");
        browser.Text.ShouldContain("d’après l’import");
        browser.Text.ShouldContain("contenu non importé, empreinte SHA-256 9f86d08");
        browser.Page.QuerySelectorAll("main form, [href$=attestation]").ShouldBeEmpty();
        var file = browser.Page.QuerySelectorAll("a[download]").ShouldHaveSingleItem().GetAttribute("href")!;
        (await (await world.AgentAsync()).GetStringAsync(file, TestContext.Current.CancellationToken)).ShouldBe("Plan du réfectoire\n");
        var other = await world.AddBuyerAsync("Autre ville", "Samir Benali", "samir@autre.test");
        var stranger = new Browser(await world.AgentAsync(other.Agent));
        foreach (var address in new[] { browser.Address, file, Follow, "/consultations/2024-F-117/messages/nouveau" })
            (await stranger.GoAsync(address)).Status.ShouldBe(HttpStatusCode.NotFound, address);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_list_goes_on_by_cursor(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        for (var i = 0; i < 27; i++)
            await SendAsync(world, $"Message {i}");
        var browser = await new Browser(await world.AgentAsync()).GoAsync(Follow);
        Lines(browser).Count.ShouldBe(25);
        await browser.GoAsync(browser.Page.QuerySelector("a[href*='cursor=']")!.GetAttribute("href")!);
        ShouldBeBarred(browser);
        Lines(browser).Count.ShouldBe(2);
        (await browser.GoAsync(Follow + "?cursor=xx")).Address.ShouldBe(Follow);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_other_edition_has_none_of_these_pages(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", null, "a@alpha.test");
        var browser = new Browser(await world.AgentAsync());

        (await browser.GoAsync("/consultations/2026-T-014/messages/nouveau")).Address.ShouldBe("/consultations/2026-T-014/courriers/nouveau");
        (await browser.GoAsync(Links.SendMessage(draft.Id))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GoAsync(Links.EditMessage(draft.Id))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GoAsync(Links.Message(draft.Id))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GoAsync("/consultations/2026-T-014/suivi")).Text.ShouldNotContain("Messagerie historique");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task In_a_consultation_whose_date_was_corrected_it_still_tells_no_status(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        var conversation = (await SendAsync(world, "Précision"))[0];
        var token = await world.QueryAsync(db => db.Sendings.Select(s => s.BounceToken).SingleAsync());
        await world.InScopeAsync(async services =>
        {
            await services.GetRequiredService<ReceiveReport>().RunAsync(ReturnAddress.ForReports(token, world.Settings), TestReports.Write(TestReports.Failed(conversation.Email)), default);
            return true;
        });
        await world.AddConsultationAsync(Reference);

        var browser = await new Browser(await world.AgentAsync()).GoAsync(Follow);
        ShouldTellNothing();
        browser.Page.QuerySelectorAll("tbody form, tbody [type=checkbox], [data-label=Réponse]").ShouldBeEmpty();
        browser.Text.ShouldNotContain("non délivré");
        var csv = await (await world.AgentAsync()).GetStringAsync(browser.Page.QuerySelector(".exports a[href*='format=csv']")!.GetAttribute("href"), TestContext.Current.CancellationToken);
        csv.Split('\n')[1].ShouldStartWith("2024-F-117;;;Précision;");

        (await browser.GoAsync(Follow + "?folded=true")).Page.QuerySelectorAll("a[href='/consultations/2024-F-117/suivi']").ShouldNotBeEmpty("the way back to one line a recipient");

        await browser.GoAsync("/consultations/2024-F-117");
        ShouldTellNothing();
        browser.Page.QuerySelectorAll(".counters").ShouldBeEmpty();
        await browser.GoAsync("/consultations");
        browser.Page.QuerySelectorAll("tbody .count").Select(cell => cell.TextContent.Trim()).ShouldAllBe(count => count == "0" || count.Length == 0);
        (await browser.GoAsync(Links.Conversation(conversation.Id))).Address.ShouldBe(Links.Message(conversation.LetterId));

        void ShouldTellNothing()
        {
            var row = browser.Page.QuerySelectorAll("tbody tr").First(r => r.QuerySelector("a.title") is not null);
            row.QuerySelector(".tag")!.TextContent.Trim().ShouldBe("Messagerie historique");
            row.QuerySelectorAll("[class~=status]").ShouldBeEmpty();
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_reply_is_led_to_by_its_message_and_its_document(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        var conversation = (await SendAsync(world, "Précision"))[0];
        var reply = Links.MessageReply(await AnswerAsync(world, conversation));
        var browser = new Browser(await world.AgentAsync());

        await browser.GoAsync(Links.Conversation(conversation.Id));
        browser.Address.ShouldBe(Links.Message(conversation.LetterId));
        browser.Text.ShouldContain("1 réponse");
        await browser.GoAsync(browser.Page.QuerySelector("[aria-labelledby=replies-title] a.title")!.GetAttribute("href")!);
        browser.Address.ShouldBe(reply);
        browser.Text.ShouldContain("Bien reçu.");
        await browser.GoAsync("/consultations/2024-F-117");
        browser.Page.QuerySelector("td[data-label='Joint à'] a")!.GetAttribute("href").ShouldBe(reply);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task In_a_consultation_that_left_it_messages_replies_and_imported_ones_have_a_list(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        (await world.RunAsync((ImportHistorique o) => o.RunAsync(world.Caller, new MemoryStream(Encoding.UTF8.GetBytes(TestKit.World.Historique.Sample)), default))).Refused.ShouldBeFalse();
        await AnswerAsync(world, (await SendAsync(world, "Précision"))[0]);
        var browser = new Browser(await world.AgentAsync());
        (await browser.GoAsync(Links.Messages(Reference))).Address.ShouldBe(Follow);
        await world.AddConsultationAsync(Reference);
        await AnswerAsync(world, await SendLetterAsync(world, Reference));

        await browser.GoAsync(Follow);
        await browser.GoAsync(browser.Page.QuerySelector($"a[href='{Links.Messages(Reference)}']")!.GetAttribute("href")!);
        Lines(browser).ShouldBe(
        [
            "Réponse | Précision | De contact@alpha.test",
            "Envoyé | Précision | De Camille Durand à contact@alpha.test",
            "Réponse Importé | RE: Précision sur le mobilier du réfectoire | De Établissements Delorme & Fils",
            "Envoyé Importé | Précision sur le mobilier du réfectoire | De Camille Durand à paul.delorme@delorme.test et 1 autre",
        ]);
        foreach (var line in browser.Page.QuerySelectorAll("a.title").Select(a => a.GetAttribute("href")!).ToList())
        {
            (await browser.GoAsync(line)).Status.ShouldBe(HttpStatusCode.OK, line);
            browser.Text.ShouldContain("a été corrigée depuis");
            browser.Text.ShouldNotContain("avant la bascule");
        }

        (await browser.GoAsync(Links.Messages(Reference) + "?cursor=xx")).Address.ShouldBe(Links.Messages(Reference));
        await world.AddConsultationAsync();
        (await browser.GoAsync(Links.Messages("2026-T-014"))).Page.QuerySelector(".empty-title").ShouldNotBeNull();
        (await browser.GoAsync("/consultations/2026-T-014/suivi")).Page.QuerySelector($"a[href='{Links.Messages("2026-T-014")}']").ShouldBeNull();
        var other = await world.AddBuyerAsync("Autre ville", "Samir Benali", "samir@autre.test");
        (await new Browser(await world.AgentAsync(other.Agent)).GoAsync(Links.Messages(Reference))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task In_a_consultation_that_came_to_it_letters_keep_their_pages(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference);
        var conversation = await SendLetterAsync(world, Reference);
        var reply = await AnswerAsync(world, conversation);
        await world.AddConsultationAsync(Reference, TestKit.World.Historique.Before);

        var browser = await new Browser(await world.AgentAsync()).GoAsync(Follow);
        Lines(browser).ShouldBe(["Réponse | Courrier | De contact@alpha.test", "Envoyé | Courrier | De Camille Durand à contact@alpha.test"]);
        browser.Page.QuerySelectorAll(".status").ShouldBeEmpty();
        var links = browser.Page.QuerySelectorAll("a.title").Select(a => a.GetAttribute("href")!).ToList();
        links.ShouldBe([$"{Links.Conversation(conversation.Id)}#reponse-{reply}", Links.Letter(conversation.LetterId)]);
        foreach (var link in links)
            (await browser.GoAsync(link.Split('#')[0])).Status.ShouldBe(HttpStatusCode.OK, link);

        await browser.PressAsync("form[action$='handler=Duplicate'] button");
        browser.Status.ShouldBe(HttpStatusCode.OK);
        browser.Flash.ShouldBe(Messages.NoDrafts.Message);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_counter_of_all_counts_what_the_table_lists(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        await SendAsync(world, "Précision");
        await world.AddConsultationAsync(Reference);
        var browser = await new Browser(await world.AgentAsync()).GoAsync(Follow + "?folded=true");
        browser.Text.ShouldNotContain("Aucun courrier dans cette consultation");
        browser.Page.QuerySelector($".empty a[href='{Links.Messages(Reference)}']").ShouldNotBeNull();

        await SendAsync(world, "Courrier");
        foreach (var (asked, all) in new[] { ("", "2"), ("?recipient=alpha", "2"), ("?status=sending", "2"), ("?status=sending&recipient=beta", "0"), ("?folded=true", "1") })
            (await browser.GoAsync(Follow + asked)).Page.QuerySelector(".counters b")!.TextContent.ShouldBe(all, asked);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_was_done_in_the_inbox_before_that_was_refused_tells_no_status(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        await AnswerAsync(world, (await SendAsync(world, "Précision"))[0]);
        var now = world.Clock.GetUtcNow();
        await world.QueryAsync(db => db.Conversations.ExecuteUpdateAsync(c => c.SetProperty(x => x.DoneAt, now)));

        var browser = await new Browser(await world.AgentAsync()).GoAsync("/reception?etat=traites");
        browser.Text.ShouldContain("Précision");
        browser.Page.QuerySelectorAll("tbody .status").ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_forged_box_of_the_inbox_marks_none_of_its_messages(DatabaseProvider provider)
    {
        await using var world = await StartAsync(provider);
        var conversation = (await SendAsync(world, "Précision"))[0];
        await world.AddConsultationAsync();
        await AnswerAsync(world, await SendLetterAsync(world, "2026-T-014"));
        var browser = await new Browser(await world.AgentAsync()).GoAsync("/reception?coches=reponses");

        browser.Page.QuerySelector("input[name=ids]")!.SetAttribute("value", conversation.Id.ToString());
        await browser.PressAsync("#selection-reponses button[value=done]");

        browser.Flash.ShouldBe("Rien n’est changé, 1 relève de la messagerie historique.");
        (await world.QueryAsync(db => db.Conversations.CountAsync(c => c.DoneAt != null))).ShouldBe(0);
    }

    private static async Task<WebWorld> StartAsync(DatabaseProvider provider)
    {
        var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference, TestKit.World.Historique.Before);
        return world;
    }

    private static async Task<IReadOnlyList<Conversation>> SendAsync(WebWorld world, string subject) =>
        await world.SendAsync((await world.AddDraftAsync(Reference, new DraftInput { Subject = subject, BodyHtml = "<p>Bonjour.</p>" }, "contact@alpha.test")).Id);

    /// <summary>A letter of the other edition, which a company may answer.</summary>
    private static async Task<Conversation> SendLetterAsync(WebWorld world, string reference) =>
        (await world.SendAsync((await world.AddDraftAsync(reference, new DraftInput { Subject = "Courrier", BodyHtml = "<p>Bonjour.</p>", ReplyExpected = true }, "contact@alpha.test")).Id))[0];

    /// <returns>The reply, with a file.</returns>
    private static async Task<Guid> AnswerAsync(WebWorld world, Conversation conversation)
    {
        var receiving = new Receiving(world, conversation.Id, await world.LinkTokenAsync(conversation.Id));
        await receiving.OpenAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        return (await world.InScopeAsync(async services => (await services.ReplyAsync(receiving.Token, "Bien reçu.", ("devis.txt", "1 200"u8.ToArray()))).Value)).Id;
    }

    /// <summary>The bar says which edition this is and why.</summary>
    private static void ShouldBeBarred(Browser browser)
    {
        var bar = browser.Page.QuerySelectorAll(".callout").Select(c => c.TextContent.Replace('\u00a0', ' ')).Single(c => c.Contains("Messagerie historique", StringComparison.Ordinal));
        bar.ShouldContain("initialisée le mardi 5 novembre 2024 à 9 h 00, avant la bascule du samedi 1er février 2025 à 0 h 00");
    }

    private static IReadOnlyList<string> Lines(Browser browser) => [.. browser.Page.QuerySelectorAll("table.rows:has([data-label=Message]) tbody tr")
        .Select(row => string.Join(" | ", row.QuerySelectorAll("[data-label=Sens], a.title, .line").Select(cell => string.Join(' ', cell.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))))];
}
