using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Pages.Reception;
using Vaguemestre.Web.Tests.Kit;
using Vaguemestre.Web.Tests.Uploads;

namespace Vaguemestre.Web.Tests.Pages.Reception;

/// <summary>A reply in writing: kept as one types, files by pieces, read again, confirmed.</summary>
public sealed class ReplyTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_written_is_kept_and_comes_back_on_the_letters_page(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var token = await OpenedAsync(world);
        var browser = await new Browser(world.Visitor()).GoAsync(CompanyLinks.Letter(token));

        await browser.Fill("Form.Text", "Un début").Attach("Form.Files", "plan.pdf", "%PDF-1.7"u8.ToArray()).PressAsync("button[value=save].btn");
        browser.Flash.ShouldContain("pas encore envoyée");
        await browser.GoAsync(CompanyLinks.Letter(token));

        browser.Page.QuerySelector("textarea")!.TextContent.ShouldBe("Un début");
        browser.Page.QuerySelector("#reply-files .files")!.TextContent.ShouldContain("plan.pdf");
        await browser.PressAsync("button[name=removeFile]");
        browser.Page.QuerySelector("#reply-files .files").ShouldBeNull();
        (await world.QueryAsync(db => db.Replies.AnyAsync())).ShouldBeFalse();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task It_saves_itself_and_says_when_and_another_windows_words_are_not_replaced(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var token = await OpenedAsync(world);
        var visitor = world.Visitor();
        var page = await visitor.PageAsync(CompanyLinks.Letter(token));

        var first = await SaveAsync(visitor, page, token, Shown(page), "Première fenêtre");
        var other = await SaveAsync(visitor, page, token, Shown(page), "Seconde fenêtre");

        first.Status.ShouldBe(HttpStatusCode.OK);
        first.Answer.GetProperty("said").GetString().ShouldBe("Enregistré à 10\u00a0h\u00a000, pas encore envoyé.");
        (await SaveAsync(visitor, page, token, first.Answer.GetProperty("shown").GetString()!, "La suite")).Status.ShouldBe(HttpStatusCode.OK);
        other.Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        other.Answer.GetProperty("shown").ValueKind.ShouldBe(JsonValueKind.Null);
        other.Answer.GetProperty("said").GetString()!.ShouldContain("autre fenêtre");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_form_shown_before_another_windows_words_shows_both(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var token = await OpenedAsync(world);
        var (one, two) = (new Browser(world.Visitor()), new Browser(world.Visitor()));
        await one.GoAsync(CompanyLinks.Reply(token));
        await two.GoAsync(CompanyLinks.Reply(token));

        await one.Fill("Form.Text", "De la première").PressAsync("button[value=save].btn");
        await two.Fill("Form.Text", "De la seconde").PressAsync("button[value=preview]");

        two.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        two.Page.QuerySelector("textarea")!.TextContent.ShouldBe("De la seconde");
        two.Page.QuerySelector(".theirs")!.TextContent.ShouldBe("De la première");
        await two.PressAsync("button[value=preview]");
        two.Title.ShouldBe("Relire votre réponse");
        two.Text.ShouldContain("De la seconde");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_changed_after_it_was_read_again_is_not_sent(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var token = await OpenedAsync(world);
        var (one, two) = (new Browser(world.Visitor()), new Browser(world.Visitor()));
        await (await one.GoAsync(CompanyLinks.Reply(token))).Fill("Form.Text", "Voici.").PressAsync("button[value=preview]");
        await (await two.GoAsync(CompanyLinks.Reply(token))).Attach("Form.Files", "ajout.txt", [1]).PressAsync("button[value=save].btn");

        await one.PressAsync("main form button");

        one.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        one.Errors.ShouldHaveSingleItem().Text.ShouldContain("Rien n’est envoyé");
        one.Text.ShouldContain("ajout.txt");
        await one.PressAsync("main form button");
        one.Title.ShouldBe("Votre réponse est transmise");
        await two.PressAsync("button[value=save].btn");
        two.Text.ShouldContain("envoyée depuis une autre fenêtre");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_file_goes_up_in_pieces_by_the_personal_link_alone(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var (token, others) = (await OpenedAsync(world), await OpenedAsync(world, "autre@beta.test"));
        var content = RandomNumberGenerator.GetBytes(300_000);
        var sender = await Sender.OpenAsync(world.Visitor(), CompanyLinks.Letter(token), CompanyLinks.ReplyUploads(token));
        var stranger = await Sender.OpenAsync(world.Visitor(), CompanyLinks.Letter(others), CompanyLinks.ReplyUploads(others));

        var upload = await sender.StartAsync("mémoire.bin", content.Length);
        Sender.OffsetOf(await sender.PatchAsync(upload, 0, content[..131_072])).ShouldBe(131_072);
        (await stranger.HeadAsync(upload.Replace(token, others, StringComparison.Ordinal))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        Sender.OffsetOf(await sender.PatchAsync(upload, 131_072, content[131_072..])).ShouldBe(content.Length);
        var browser = await new Browser(world.Visitor()).GoAsync(CompanyLinks.Reply(token));
        await (await browser.PressAsync("button[value=preview]")).PressAsync("main form button");

        browser.Text.ShouldContain(Convert.ToHexStringLower(SHA256.HashData(content)));
        (await sender.CreateAsync("x.txt", 0)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await sender.CreateAsync("prog.exe", 10)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await sender.CreateAsync("trop.bin", world.Settings.Limits.TrackedAttachments + 1)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task After_a_closed_deadline_the_page_says_so_and_keeps_what_was_typed(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.QueryAsync(db => db.Organisations.ExecuteUpdateAsync(o => o.SetProperty(x => x.LateReplies, LateReplies.Closed)));
        var token = await OpenedAsync(world, due: TestWorld.Start.AddHours(1));
        var browser = await new Browser(world.Visitor()).GoAsync(CompanyLinks.Reply(token));
        await browser.Fill("Form.Text", "Presque finie").PressAsync("button[value=preview]");
        world.Clock.Advance(TimeSpan.FromHours(2));

        await browser.PressAsync("main form button");
        browser.Text.ShouldContain("ne reçoit plus de réponse par ce lien");
        browser.Text.ShouldContain("Presque finie");
        browser.Page.QuerySelector("textarea").ShouldBeNull();
        (await world.QueryAsync(db => db.Replies.AnyAsync())).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/reponse"), InlineData("/reponse/apercu")]
    public async Task Nothing_is_written_where_nothing_is_opened_or_expected(string path)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Type = LetterType.CompletionRequest, ReplyExpected = true }, "contact@alpha.test");
        var token = await world.LinkTokenAsync((await world.SendAsync(draft.Id))[0].Id);

        var browser = await new Browser(world.Visitor()).GoAsync(CompanyLinks.Letter(token) + path);

        browser.Address.ShouldBe(CompanyLinks.Letter(token));
        browser.Page.QuerySelectorAll("textarea").ShouldBeEmpty();
        (await new Browser(world.Visitor()).GoAsync("/c/nulle-part" + path)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<string> OpenedAsync(WebWorld world, string email = "contact@alpha.test", DateTimeOffset? due = null)
    {
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Type = LetterType.CompletionRequest, Subject = "Pièces à compléter", ReplyExpected = true, ReplyDue = due }, email);
        var token = await world.LinkTokenAsync((await world.SendAsync(draft.Id))[0].Id);
        (await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", "Firefox"), default))).Succeeded.ShouldBeTrue();
        return token;
    }

    private static string Shown(Page page) => page.One("input[name='Form.Shown']").GetAttribute("value")!;

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> SaveAsync(HttpClient visitor, Page page, string token, string shown, string text)
    {
        using var answer = await visitor.PostAsync(CompanyLinks.ReplyAutosave(token), new FormUrlEncodedContent([
            KeyValuePair.Create("__RequestVerificationToken", page.Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!),
            KeyValuePair.Create("Form.Shown", shown),
            KeyValuePair.Create("Form.Text", text),
        ]));
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }
}
