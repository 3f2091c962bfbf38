using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Tracking;

public sealed class TrackingPagesTests
{
    private const string Follow = "/consultations/2026-T-014/suivi";

    private static readonly DraftInput Letter = new() { Type = LetterType.CompletionRequest, Subject = "Pièces à compléter", BodyHtml = "<p>Merci.</p>" };

    [Theory, ClassData(typeof(Databases))]
    public async Task A_row_a_conversation_and_drafts_among_them(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "a@alpha.test", "b@beta.test");
        await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Encore à écrire" }, "c@gamma.test");

        var page = await (await world.AgentAsync()).PageAsync(Follow);

        page.Document.QuerySelectorAll("tbody tr").Length.ShouldBe(3);
        page.Text.ShouldContain("Encore à écrire");
        page.Document.QuerySelectorAll("tbody .status").Select(s => s.TextContent.Trim()).ShouldBe(["Brouillon", "En cours d’envoi", "En cours d’envoi"], ignoreOrder: true);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_answer_by_mail_stands_in_the_conversation_and_is_no_reply(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = (await SentAsync(world, "a@alpha.test"))[0];
        var sending = await world.QueryAsync(db => db.Sendings.SingleAsync(s => s.ConversationId == conversation.Id));
        await world.InScopeAsync(async services =>
        {
            await services.GetRequiredService<ReceiveReport>().RunAsync($"reponse+{sending.BounceToken}@courriers.test", "From: a@alpha.test\r\nSubject: Re: Courrier\r\n\r\n<b>Bonjour</b>\r\n"u8.ToArray(), default);
            return true;
        });

        var page = await (await world.AgentAsync()).PageAsync($"/conversations/{conversation.Id}");

        page.Text.ShouldContain("Message reçu par courrier électronique de a@alpha.test");
        page.Text.ShouldContain("Il ne vaut pas réponse sur la plateforme");
        page.One(".mail-text").TextContent.ShouldBe("<b>Bonjour</b>");
        page.One(".page-head .status").TextContent.Trim().ShouldBe("En cours d’envoi");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task From_one_conversation_the_next_is_a_press_away_to_the_last(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var sent = await SentAsync(world, "a@alpha.test", "b@beta.test", "c@gamma.test");
        var agent = await world.AgentAsync();
        var rows = (await agent.PageAsync(Follow)).Document.QuerySelectorAll("#rows a.title").Select(a => a.GetAttribute("href")!).ToList();
        rows.ShouldBe(sent.Select(c => $"/conversations/{c.Id}"), ignoreOrder: true);

        var walked = new List<string> { rows[0] };
        (await agent.PageAsync(rows[0])).Document.QuerySelector("nav.pages a[rel=prev]").ShouldBeNull();
        while ((await agent.PageAsync(walked[^1])).Document.QuerySelector("nav.pages a[rel=next]") is { } next)
            walked.Add(next.GetAttribute("href")!);

        walked.ShouldBe(rows);
        (await agent.PageAsync(rows[2])).Document.QuerySelector("nav.pages a[rel=prev]")!.GetAttribute("href").ShouldBe(rows[1]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task All_files_of_an_opened_reply_are_one_zip(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = (await SentAsync(world, "a@alpha.test"))[0];
        var token = await world.LinkTokenAsync(conversation.Id);
        await world.InScopeAsync(services => services.GetRequiredService<OpenLetter>().RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", "Firefox"), default));
        var reply = (await world.InScopeAsync(services => services.ReplyAsync(token, "Voici.", ("plan.pdf", "%PDF-1.7 un"u8.ToArray()), ("plan.pdf", "%PDF-1.7 deux"u8.ToArray())))).Value;
        var agent = await world.AgentAsync();
        var address = $"/conversations/{conversation.Id}/reponses/{reply.Id}/fichiers.zip";
        var one = $"/conversations/{conversation.Id}/reponses/{reply.Id}/fichiers/{reply.Attachments[0].Id}";
        foreach (var closed in new[] { address, one })
        {
            var answer = await agent.GetAsync(closed);
            (answer.StatusCode, answer.Headers.Location!.ToString()).ShouldBe((HttpStatusCode.Redirect, $"/conversations/{conversation.Id}#reponse-{reply.Id}"), "nobody opened it");
        }

        (await agent.PageAsync($"/conversations/{conversation.Id}")).Document.Body!.TextContent.ShouldContain("Ouvrez d’abord la réponse");
        (await agent.PageAsync("/consultations/2026-T-014")).Document.QuerySelectorAll("#documents ~ table a.title").Select(a => (a.GetAttribute("href"), a.HasAttribute("download"))).Distinct()
            .ShouldBe([($"/conversations/{conversation.Id}#reponse-{reply.Id}", false)]);
        _ = (await world.InScopeAsync(services => services.GetRequiredService<OpenReply>().RunAsync(world.Caller, conversation.Id, reply.Id, default))).Value;

        (await agent.PageAsync($"/conversations/{conversation.Id}")).Document.QuerySelector($"a[href='{address}']").ShouldNotBeNull();
        (await agent.GetByteArrayAsync(one)).ShouldBe("%PDF-1.7 un"u8.ToArray());
        using var zip = new System.IO.Compression.ZipArchive(await agent.GetStreamAsync(address));
        zip.Entries.Select(e => e.FullName).ShouldBe(["plan.pdf", "plan (2).pdf"]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_shown_is_exported_and_the_consultation_as_an_archive(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "a@alpha.test", "b@beta.test");
        var agent = await world.AgentAsync();
        var page = await agent.PageAsync(Follow + "?recipient=alpha");

        var csv = await agent.GetAsync(page.Document.QuerySelector(".exports a[href*='format=csv']")!.GetAttribute("href"));
        csv.Content.Headers.ContentDisposition!.FileNameStar.ShouldBe("suivi-2026-T-014.csv");
        var text = await csv.Content.ReadAsStringAsync();
        text.ShouldContain("a@alpha.test");
        text.ShouldNotContain("b@beta.test");
        (await agent.GetAsync(Follow + "?handler=export&format=xlsx")).Content.Headers.ContentType!.MediaType.ShouldBe("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        (await agent.GetAsync(Follow + "?handler=export&format=doc")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var archive = await agent.GetAsync(Follow + "?handler=archive");
        using var zip = new System.IO.Compression.ZipArchive(await archive.Content.ReadAsStreamAsync());
        zip.GetEntry("index.html").ShouldNotBeNull();
        (await agent.GetAsync("/consultations/2099-X/suivi?handler=archive")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Filters_stand_in_the_address_and_an_empty_answer_says_what_to_do(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "a@alpha.test", "b@beta.test");
        var agent = await world.AgentAsync();

        (await agent.PageAsync(Follow + "?recipient=BETA")).Document.QuerySelectorAll("tbody tr").Length.ShouldBe(1);
        var none = await agent.PageAsync(Follow + "?status=read&q=%C3%A9t%C3%A9");
        none.Text.ShouldContain("Aucun courrier ne correspond");
        none.One("input[name=Q]").GetAttribute("value").ShouldBe("été");
        (await agent.PageAsync(Follow + "?cursor=n-importe-quoi")).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Each_filter_is_a_chip_whose_link_takes_it_off(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "a@alpha.test", "b@beta.test");
        await world.AddConsultationAsync(configure: c => c.Lots = [new("2", "Couverture")]);
        await world.InScopeAsync(scope => scope.IndexAsync());
        var agent = await world.AgentAsync();
        const string Everything = "?q=compl%C3%A9ter&status=sending&type=completion-request&mode=tracked&recipient=alpha&company=sarl&lot=2&sender=camille&sentFrom=2026-03-01&sentTo=2026-03-09"
            + "&readFrom=2026-03-01&readTo=2026-03-09&repliedFrom=2026-03-01&repliedTo=2026-03-09&replyExpected=true&late=true&favourite=true&withAttachments=true";

        var page = await agent.PageAsync(Follow + Everything);

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Document.QuerySelectorAll(".chip").Length.ShouldBe(18);
        page.Document.QuerySelector(".chip")!.TextContent.ShouldContain("compléter");
        page.Document.QuerySelectorAll(".chip").Select(c => c.TextContent).ShouldContain(c => c.Contains("Lot 2 – Couverture"));
        page.Document.QuerySelectorAll(".chip").Select(c => c.TextContent).ShouldContain(c => c.Contains("Réponse attendue en retard"));
        foreach (var chip in page.Document.QuerySelectorAll(".chip a"))
            (await agent.PageAsync(chip.GetAttribute("href")!)).Document.QuerySelectorAll(".chip").Length.ShouldBe(17);
        var last = await agent.PageAsync(Follow + "?q=compl%C3%A9ter");
        last.Document.QuerySelectorAll("tbody tr").Length.ShouldBe(2);
        last.One(".chip a").GetAttribute("href").ShouldBe(Follow);
        (await agent.PageAsync(Follow)).Document.QuerySelectorAll(".chip").ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Counters_count_what_the_other_filters_leave(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "a@alpha.test", "b@beta.test");
        await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Encore à écrire" }, "c@gamma.test");
        await world.InScopeAsync(scope => scope.IndexAsync());
        var agent = await world.AgentAsync();

        Counters(await agent.PageAsync(Follow)).ShouldBe(["Tous 3", "Brouillons 1", "En cours d’envoi 2"]);
        Counters(await agent.PageAsync(Follow + "?status=read&recipient=beta")).ShouldBe(["Tous 1", "En cours d’envoi 1", "Lus 0"]);
        Counters(await agent.PageAsync(Follow + "?q=%C3%A9crire")).ShouldBe(["Tous 1", "Brouillons 1"]);
    }

    /// <summary>What thousands of letters answer is listed at once; a link counts them, which script follows by itself.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task What_thousands_answer_is_counted_afterwards(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, [.. Enumerable.Range(0, 2_050).Select(i => $"a{i}@alpha.test")]);
        await world.InScopeAsync(scope => scope.IndexAsync());
        var agent = await world.AgentAsync();

        var page = await agent.PageAsync(Follow + "?q=compl%C3%A9ter");
        page.Document.QuerySelectorAll("tbody tr").Length.ShouldBe(25);
        page.Document.QuerySelectorAll(".counters b").ShouldBeEmpty();
        page.Document.QuerySelectorAll(".counters a").Select(a => a.TextContent.Trim()).ShouldBe(["Tous", .. Core.Data.Words.All<Status>().Select(Vaguemestre.Web.Components.Look.StatusPlural), "Compter"]);
        page.One("#counters [data-later]").GetAttribute("data-later").ShouldBe(page.One(".counters .later a").GetAttribute("href"));

        var counted = await agent.PageAsync(page.One("#counters [data-later]").GetAttribute("data-later")!);
        counted.Document.QuerySelectorAll("tbody tr").Length.ShouldBe(25);
        Counters(counted).ShouldBe(["Tous 2\u202f050", "En cours d’envoi 2\u202f050"]);
        counted.Document.QuerySelector("[data-later]").ShouldBeNull();
        counted.Document.QuerySelectorAll(".counters a, .chip a, thead a").Select(a => a.GetAttribute("href")).ShouldAllBe(href => !href!.Contains("counted"));
        counted.One("a[rel=next]").GetAttribute("href")!.ShouldContain("counted=true");

        Counters(await agent.PageAsync(Follow)).ShouldBe(["Tous 2\u202f050", "En cours d’envoi 2\u202f050"], "an index counts them");
        Counters(await agent.PageAsync(Follow + "?q=a7%40alpha.test")).ShouldBe(["Tous 1", "En cours d’envoi 1"]);
    }

    private static IEnumerable<string> Counters(Page page) => page.Document.QuerySelectorAll(".counters a").Select(a => a.QuerySelector("span")!.TextContent + " " + a.QuerySelector("b")!.TextContent);

    [Theory, ClassData(typeof(Databases))]
    public async Task What_cannot_be_searched_is_said_or_left_out(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "a@alpha.test");
        var agent = await world.AgentAsync();

        foreach (var days in new[] { "sentTo=9999-12-31", "sentFrom=0001-01-01" })
            (await agent.PageAsync($"{Follow}?{days}")).Document.QuerySelectorAll("tbody tr").Length.ShouldBe(1, days);
        (await agent.PageAsync(Follow + "?q=%00")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await agent.PageAsync(Follow + "?sentFrom=hier")).Text.ShouldContain("La valeur du champ « Envoyé à partir du » n’est pas valable");
        var reversed = await agent.PageAsync(Follow + "?sentFrom=2026-03-05&sentTo=2026-03-01");
        reversed.Title.ShouldStartWith("Erreur");
        (await agent.PageAsync(Follow + "?repliedFrom=2026-03-05&repliedTo=2026-03-01")).Text.ShouldContain("Le dernier jour de réponse précède le premier.");
        foreach (var words in new[] { "***", "%22", "toiture%22%20OR", "%3A%26%7C!", new string('x', 5_000) })
            (await agent.PageAsync($"{Follow}?q={words}")).Status.ShouldBe(HttpStatusCode.OK, words);
        reversed.One(".filters details").HasAttribute("open").ShouldBeTrue();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_list_longer_than_a_page_is_read_to_its_end(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, [.. Enumerable.Range(10, 60).Select(i => $"a{i}@alpha.test")]);
        var agent = await world.AgentAsync();

        var seen = new List<string>();
        for (string? next = Follow + "?recipient=alpha"; next is not null && seen.Count < 100;)
        {
            var page = await agent.PageAsync(next);
            seen.AddRange(page.Document.QuerySelectorAll("td.who").Select(td => td.TextContent.Trim()));
            next = page.Document.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        seen.Count.ShouldBe(60);
        seen.Distinct(StringComparer.Ordinal).Count().ShouldBe(60);
    }

    [Theory]
    [InlineData("2026/T 14")]
    [InlineData("a%2Fb+é?#&")]
    public async Task A_row_is_acted_upon_whatever_the_reference_holds(string reference)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        await world.AddConsultationAsync(reference);
        var draft = await world.AddDraftAsync(reference, Letter, "a@alpha.test");
        await world.SendAsync(draft.Id);
        var agent = await world.AgentAsync();
        var list = $"/consultations/{Uri.EscapeDataString(reference)}/suivi?recipient=alpha";

        var starred = await agent.SubmitAsync(await agent.PageAsync(list), "avori");

        starred.Response.Headers.Location!.ToString().ShouldBe(list);
        (await agent.PageAsync(list)).One("tbody .star").GetAttribute("aria-pressed").ShouldBe("true");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_was_not_delivered_says_why_in_the_servers_words_and_is_sent_again(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = (await SentAsync(world, "a@alpha.test"))[0];
        await FailAsync(world, conversation);
        var agent = await world.AgentAsync();

        var page = await agent.PageAsync($"/conversations/{conversation.Id}");
        page.One(".page-head .status").TextContent.Trim().ShouldBe("Non délivré");
        page.One(".fact-failure").TextContent.ShouldContain("Cette adresse n'existe pas chez le destinataire.");
        page.One(".fact-failure pre").TextContent.ShouldBe("smtp; 550 5.1.1 <a@alpha.test>: no such user");
        (await agent.PageAsync("/reception")).One("section[aria-labelledby=non-delivres] tbody tr").TextContent.ShouldContain("a@alpha.test");

        (await agent.SubmitAsync(await agent.PageAsync(Follow), "Relancer a@alpha.test")).Status.ShouldBe(HttpStatusCode.Redirect);
        var again = await agent.PageAsync($"/conversations/{conversation.Id}");
        again.One(".page-head .status").TextContent.Trim().ShouldBe("En cours d’envoi");
        again.Text.ShouldContain("Envoi n° 2");
        var late = await agent.SubmitAsync(page, "Relancer a@alpha.test");
        late.Status.ShouldBe(HttpStatusCode.Redirect);
        (await agent.PageAsync($"/conversations/{conversation.Id}")).Text.ShouldContain("Seul un courrier non délivré peut être relancé.");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_inbox_holds_the_replies_that_are_due_and_those_that_are_late(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        foreach (var (email, days) in new[] { ("late@alpha.test", 1), ("soon@alpha.test", 6), ("far@alpha.test", 20) })
            await world.SendAsync((await world.AddDraftAsync("2026-T-014", Letter with { ReplyDue = TestWorld.Start.AddDays(days) }, email)).Id);
        world.Clock.Advance(TimeSpan.FromDays(2));

        var inbox = await (await world.AgentAsync()).PageAsync("/reception");

        inbox.One("section[aria-labelledby=en-retard] td.who").TextContent.ShouldBe("late@alpha.test");
        inbox.One("section[aria-labelledby=a-venir] td.who").TextContent.ShouldBe("soon@alpha.test");
        inbox.Text.ShouldContain("Toutes les réponses sont lues.");
        inbox.Text.ShouldNotContain("far@alpha.test");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_star_is_put_and_taken_away(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SentAsync(world, "a@alpha.test");
        var agent = await world.AgentAsync();

        (await agent.SubmitAsync(await agent.PageAsync(Follow), "avori")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await world.QueryAsync(db => db.Favourites.CountAsync())).ShouldBe(1);
        await agent.SubmitAsync(await agent.PageAsync(Follow), "avori");
        (await world.QueryAsync(db => db.Favourites.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_reply_is_shown_only_once_an_agent_opened_it(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = (await SentAsync(world, "a@alpha.test"))[0];
        var token = await world.LinkTokenAsync(conversation.Id);
        await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", null), default));
        await world.InScopeAsync(scope => scope.ReplyAsync(token, "Voici notre réponse."));
        var agent = await world.AgentAsync();

        (await agent.PageAsync("/reception")).Text.ShouldContain("a@alpha.test");
        var closed = await agent.PageAsync($"/conversations/{conversation.Id}");
        closed.Text.ShouldNotContain("Voici notre réponse.");
        await agent.SubmitAsync(closed, "Ouvrir la réponse");

        var opened = await agent.PageAsync($"/conversations/{conversation.Id}");
        opened.Text.ShouldContain("Voici notre réponse.");
        opened.One(".page-head .status").TextContent.Trim().ShouldBe("Réponse lue");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_attestation_is_a_download(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = (await SentAsync(world, "a@alpha.test"))[0];

        using var answer = await (await world.AgentAsync()).GetAsync($"/conversations/{conversation.Id}/attestation");

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        (await answer.Content.ReadAsByteArrayAsync())[..5].ShouldBe("%PDF-"u8.ToArray());
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Attestations_of_the_letter_and_of_the_consultation_are_where_they_are_looked_for(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = (await SentAsync(world, "a@alpha.test", "b@beta.test"))[0];
        var agent = await world.AgentAsync();

        foreach (var page in new[] { Follow, $"/conversations/{conversation.Id}", $"/courriers/{conversation.LetterId}/lecture" })
        {
            var link = (await agent.PageAsync(page)).Document.QuerySelectorAll("a[href*=attestation]").Select(a => a.GetAttribute("href")!).Single(href => !href.StartsWith("/conversations/", StringComparison.Ordinal));
            using var answer = await agent.GetAsync(link);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf", link);
        }

        var draft = await world.AddDraftAsync("2026-T-014", null, "c@gamma.test");
        var refused = await agent.PageAsync($"/courriers/{draft.Id}/attestation");
        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Text.ShouldContain("Ce courrier n'est pas envoyé");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_large_attestation_is_offered_by_volume(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, limits: new CollectionLimits(Conversations: 2, InVolume: 2));
        var conversation = (await SentAsync(world, "a@alpha.test", "b@beta.test", "c@gamma.test"))[0];
        var agent = await world.AgentAsync();

        foreach (var (page, range) in new[] { (Follow, "échange n° 3"), ($"/courriers/{conversation.LetterId}/lecture", "destinataire n° 3") })
        {
            var link = (await agent.PageAsync(page)).Document.QuerySelectorAll("a[href*=attestation]").Select(a => a.GetAttribute("href")!).Single(href => !href.StartsWith("/conversations/", StringComparison.Ordinal));
            var choice = await agent.PageAsync(link);
            choice.Status.ShouldBe(HttpStatusCode.OK);
            choice.Document.QuerySelectorAll("main form button").Select(b => b.TextContent.Trim()).ShouldBe([$"Volume 1 : {range.Replace(" n° 3", "s n° 1 à 2", StringComparison.Ordinal)}", $"Volume 2 : {range}"]);
            choice.Document.QuerySelector("main form")!.GetAttribute("method").ShouldBe("get");
            using var answer = await agent.GetAsync($"{link}?volume=2");
            answer.Content.Headers.ContentDisposition!.FileName!.ShouldEndWith("-volume-2-sur-2.pdf");
            var refused = await agent.PageAsync($"{link}?volume=3");
            refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            refused.Text.ShouldContain("demandez un volume de 1 à 2");
        }

        using var one = await agent.GetAsync(Links.LetterAttestation(conversation.LetterId, conversation.Id));
        one.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
    }

    [Fact]
    public async Task More_than_ten_volumes_are_chosen_from_a_list()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite, limits: new CollectionLimits(Conversations: 2, InVolume: 1));
        var conversation = (await SentAsync(world, [.. Enumerable.Range(0, 11).Select(i => $"contact-{i}@alpha.test")]))[0];

        var choice = await (await world.AgentAsync()).PageAsync(Links.LetterAttestation(conversation.LetterId));

        choice.Document.QuerySelectorAll("main form select[name=volume] option").Select(o => o.GetAttribute("value")).ShouldBe(Enumerable.Range(1, 11).Select(i => $"{i}"));
        choice.Document.QuerySelectorAll("main form button").ShouldHaveSingleItem();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisations_things_do_not_exist(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var conversation = (await SentAsync(world, "a@alpha.test"))[0];
        var other = await world.AddBuyerAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test");
        var stranger = await world.AgentAsync(other.Agent);

        foreach (var path in new[] { Follow, $"/conversations/{conversation.Id}", $"/conversations/{conversation.Id}/attestation", $"/courriers/{conversation.LetterId}/attestation", Follow.Replace("/suivi", "/attestation") })
            (await stranger.PageAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
        (await stranger.PageAsync("/reception")).Text.ShouldNotContain("alpha");
    }

    [Theory]
    [InlineData(Follow)]
    [InlineData("/reception")]
    [InlineData("/conversations/01a20a05-23c1-78d9-9eb2-ff757cafeccf")]
    public async Task Without_an_agent_the_page_asks_to_sign_in(string path)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var answer = await world.Visitor().PageAsync(path);
        answer.Status.ShouldBe(HttpStatusCode.Redirect);
        answer.Response.Headers.Location!.ToString().ShouldContain("/connexion");
    }

    [Fact]
    public async Task A_POST_without_its_token_is_refused()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = (await SentAsync(world, "a@alpha.test"))[0];
        using var answer = await (await world.AgentAsync()).PostAsync($"/conversations/{conversation.Id}?handler=Star", new FormUrlEncodedContent([KeyValuePair.Create("on", "true")]));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await world.QueryAsync(db => db.Favourites.CountAsync())).ShouldBe(0);
    }

    private static async Task<IReadOnlyList<Conversation>> SentAsync(WebWorld world, params string[] emails)
    {
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", Letter, emails);
        return await world.SendAsync(draft.Id);
    }

    private static async Task FailAsync(WebWorld world, Conversation conversation)
    {
        var token = await world.QueryAsync(db => db.Sendings.Where(s => s.ConversationId == conversation.Id).Select(s => s.BounceToken).SingleAsync());
        await world.InScopeAsync(async services =>
        {
            await services.GetRequiredService<ReceiveReport>().RunAsync(ReturnAddress.ForReports(token, world.Settings), TestReports.Write(TestReports.Failed(conversation.Email)), default);
            return true;
        });
    }
}
