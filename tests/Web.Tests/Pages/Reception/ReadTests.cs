using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Reception;

public sealed class ReadTests
{
    private static readonly DraftInput Question = new() { Type = LetterType.CompletionRequest, Subject = "Pièces à compléter", BodyHtml = "<p>Merci de compléter.</p><script>alert(1)</script>" };

    [Theory, ClassData(typeof(Databases))]
    public async Task Before_opening_the_page_says_who_writes_and_shows_nothing_of_the_letter(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var (_, token) = await SentAsync(world);

        var page = await world.Visitor().PageAsync($"/c/{token}");

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Text.ShouldContain("Ville de Montrevel-sur-Loire");
        page.Text.ShouldContain("Pièces à compléter");
        page.Text.ShouldContain("contact@alpha.test");
        page.Text.ShouldNotContain("Merci de compléter");
        page.Document.QuerySelectorAll("form input:not([type=hidden])").Select(i => i.GetAttribute("type")).ShouldBe(["checkbox"]);
        page.Response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        page.Response.Headers.GetValues("X-Robots-Tag").ShouldBe(["noindex, nofollow"]);
        page.Response.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_page_names_buyer_and_consultation_as_they_were_when_they_wrote(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var (_, token) = await SentAsync(world);
        await world.QueryAsync(db => db.Organisations.ExecuteUpdateAsync(o => o.SetProperty(x => x.Name, "Commune nouvelle")));
        await world.AddConsultationAsync(configure: c => c.Title = "Intitulé nouveau");

        var page = await world.Visitor().PageAsync($"/c/{token}");

        page.Text.ShouldContain("Ville de Montrevel-sur-Loire");
        page.Text.ShouldContain("Réfection de la toiture");
        page.Text.ShouldNotContain("nouve");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Neither_GET_nor_HEAD_nor_a_bare_POST_is_a_reading(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var (conversation, token) = await SentAsync(world);
        var visitor = world.Visitor();

        var page = await visitor.PageAsync($"/c/{token}");
        using var head = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/c/{token}"));
        var refused = await visitor.SubmitAsync(page, "Ouvrir le courrier");

        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        refused.Title.ShouldStartWith("Erreur");
        refused.Text.ShouldContain("Cochez la case");
        refused.Text.ShouldNotContain("Merci de compléter");
        (await StatusAsync(world, conversation)).ShouldBe(Status.Sending);
        (await FactsAsync(world, conversation)).ShouldAllBe(k => k == FactKind.Submitted || k == FactKind.AutomatedAccess);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Ticking_and_pressing_opens_the_letter_and_makes_the_receipt(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var (conversation, token) = await SentAsync(world);
        var visitor = world.Visitor();

        var answer = await visitor.SubmitAsync(await visitor.PageAsync($"/c/{token}"), "Ouvrir le courrier", ("Declared", "true"));
        var page = await visitor.PageAsync($"/c/{token}");

        answer.Status.ShouldBe(HttpStatusCode.Redirect);
        page.Text.ShouldContain("Merci de compléter.");
        page.Document.QuerySelectorAll("main script").ShouldBeEmpty();
        page.Text.ShouldNotContain("alert(1)");
        (await StatusAsync(world, conversation)).ShouldBe(Status.Read);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Fifty_openings_at_once_make_one_receipt(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var (conversation, token) = await SentAsync(world);
        var visitor = world.Visitor();
        var page = await visitor.PageAsync($"/c/{token}");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => visitor.SubmitAsync(page, "Ouvrir le courrier", ("Declared", "true"))));

        (await FactsAsync(world, conversation)).Count(k => k == FactKind.Opened).ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_reply_is_taken_with_its_files_and_acknowledged_with_the_five_mentions(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var (conversation, token) = await SentAsync(world);
        var visitor = await OpenedAsync(world, token);

        var browser = await WriteAsync(visitor, token, "Voici.\n\n<b>Pièces</b>", ("DC1 signé.pdf", "contenu"u8.ToArray()));
        browser.Text.ShouldContain("<b>Pièces</b>");
        (await StatusAsync(world, conversation)).ShouldBe(Status.Read, "nothing is sent before it is confirmed");
        var page = await browser.PressAsync("main form button");

        page.Text.ShouldContain("Vaguemestre");
        page.Text.ShouldContain("Ville de Montrevel-sur-Loire");
        page.Text.ShouldContain("Réfection de la toiture");
        page.Text.ShouldContain("Pièces à compléter");
        page.Text.ShouldContain("lundi 2 mars 2026 à 10 h 00");
        page.Text.ShouldContain("DC1 signé.pdf");
        (await StatusAsync(world, conversation)).ShouldBe(Status.ReplyUnread);
        (await world.QueryAsync(db => db.Replies.Select(r => r.Body).SingleAsync())).ShouldBe("<p>Voici.</p><p>&lt;b&gt;Pièces&lt;/b&gt;</p>");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_reply_over_the_limit_is_refused_and_its_text_is_kept_on_the_page(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, configure: s => s.Limits.TrackedAttachments = 1_000);
        var (conversation, token) = await SentAsync(world);
        var visitor = await OpenedAsync(world, token);

        var browser = await WriteAsync(visitor, token, "Mon texte patiemment écrit", ("gros.bin", new byte[1_001]), ("petit.bin", new byte[10]));

        browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Page.QuerySelector("textarea")!.TextContent.ShouldBe("Mon texte patiemment écrit");
        browser.Errors.ShouldHaveSingleItem().Text.ShouldContain("« gros.bin »");
        browser.Page.QuerySelector("#reply-files .files")!.TextContent.ShouldContain("petit.bin");
        (await StatusAsync(world, conversation)).ShouldBe(Status.Read);
        Directory.EnumerateFiles(Path.Combine(world.Settings.DataDirectory, "files"), "*", SearchOption.AllDirectories).Count().ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_empty_reply_is_refused_and_a_late_one_is_marked(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var (_, token) = await SentAsync(world, due: TestWorld.Start.AddDays(1));
        var visitor = await OpenedAsync(world, token);
        world.Clock.Advance(TimeSpan.FromDays(2));

        var page = await visitor.PageAsync($"/c/{token}");
        var refused = await (await WriteAsync(visitor, token, "  ")).PressAsync("main form button");
        refused.Errors.ShouldHaveSingleItem().Text.ShouldContain("Saisissez votre réponse ou joignez au moins un fichier");
        var acknowledged = await (await WriteAsync(visitor, token, "Avec nos excuses.", ("a.txt", "a"u8.ToArray()))).PressAsync("main form button");

        page.Text.ShouldContain("La date limite est passée");
        acknowledged.Text.ShouldContain("En retard");
        (await visitor.PageAsync($"/c/{token}")).Text.ShouldContain("Avec nos excuses.");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Anothers_acknowledgement_is_not_shown(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", Question, "contact@alpha.test", "contact@beta.test");
        var sent = await world.SendAsync(draft.Id);
        var (alpha, beta) = (await world.LinkTokenAsync(sent[0].Id), await world.LinkTokenAsync(sent[1].Id));
        var answer = await (await WriteAsync(await OpenedAsync(world, alpha), alpha, "Voici.", ("a.txt", "a"u8.ToArray()))).PressAsync("main form button");
        var reply = answer.Address.Split('/')[^1];

        (await world.Visitor().PageAsync($"/c/{alpha}/reponses/{reply}")).Status.ShouldBe(HttpStatusCode.OK);
        (await world.Visitor().PageAsync($"/c/{beta}/reponses/{reply}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_POST_without_its_token_opens_nothing_and_says_what_to_do()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var (conversation, token) = await SentAsync(world);

        using var answer = await world.Visitor().PostAsync($"/c/{token}?handler=Open", new FormUrlEncodedContent([KeyValuePair.Create("Declared", "true")]));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()).ShouldContain("Rien n’a été ouvert ni envoyé");
        (await StatusAsync(world, conversation)).ShouldBe(Status.Sending);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_download_is_exact_resumable_and_a_fact(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", Question, "contact@alpha.test");
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("été ", 40_000)));
        var file = (await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, "annexe n° 1 – été.txt", new MemoryStream(content), default))).Value;
        var conversation = (await world.SendAsync(draft.Id))[0].Id;
        var token = await world.LinkTokenAsync(conversation);
        var path = $"/c/{token}/fichiers/{file.Id}";

        (await world.Visitor().GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Redirect, "nothing leaves before the opening");
        var visitor = await OpenedAsync(world, token);
        using var whole = await visitor.GetAsync(path);
        using var rest = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new(70_000, null) } };
        using var resumed = await visitor.SendAsync(rest);

        (await whole.Content.ReadAsByteArrayAsync()).ShouldBe(content);
        whole.Content.Headers.ContentDisposition!.FileNameStar.ShouldBe("annexe n° 1 – été.txt");
        whole.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        resumed.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await resumed.Content.ReadAsByteArrayAsync()).ShouldBe(content[70_000..]);
        (await FactsAsync(world, conversation)).ShouldContain(FactKind.AttachmentDownloaded);
    }

    [Theory]
    [InlineData("n-importe-quoi")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("caf%C3%A9%20%2B")]
    public async Task A_link_that_leads_nowhere_says_what_to_do_and_reveals_nothing(string token)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var page = await world.Visitor().PageAsync($"/c/{token}");
        page.Status.ShouldBe(HttpStatusCode.NotFound);
        page.Text.ShouldContain("opiez le lien entier");
    }

    private static async Task<(Guid Conversation, string Token)> SentAsync(WebWorld world, DateTimeOffset? due = null)
    {
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", Question with { ReplyDue = due }, "contact@alpha.test");
        var conversation = (await world.SendAsync(draft.Id))[0].Id;
        return (conversation, await world.LinkTokenAsync(conversation));
    }

    private static async Task<HttpClient> OpenedAsync(WebWorld world, string token)
    {
        var visitor = world.Visitor();
        await visitor.SubmitAsync(await visitor.PageAsync($"/c/{token}"), "Ouvrir le courrier", ("Declared", "true"));
        return visitor;
    }

    /// <summary>Writes a reply and asks for its preview.</summary>
    private static async Task<Browser> WriteAsync(HttpClient visitor, string token, string text, params (string Name, byte[] Content)[] files)
    {
        var browser = (await new Browser(visitor).GoAsync($"/c/{token}")).Fill("Form.Text", text);
        foreach (var (name, content) in files)
            browser.Attach("Form.Files", name, content);
        return await browser.PressAsync("button[value=preview]");
    }

    private static Task<Status> StatusAsync(WebWorld world, Guid conversation) => world.QueryAsync(db => db.Conversations.Where(c => c.Id == conversation).Select(c => c.Status).SingleAsync());

    private static Task<List<FactKind>> FactsAsync(WebWorld world, Guid conversation) =>
        world.QueryAsync(db => db.Facts.Where(f => f.SubjectId == conversation).OrderBy(f => f.Sequence).Select(f => f.Kind).ToListAsync());
}
