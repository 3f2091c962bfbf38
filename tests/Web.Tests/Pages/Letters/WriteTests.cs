using System.Net;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Tests.Pages.Letters;

public sealed class WriteTests
{
    private const string Save = ".bar button[value=save]";
    private const string Send = ".bar button[value=send]";

    [Theory, ClassData(typeof(Databases))]
    public async Task Saving_what_nobody_touched_keeps_the_formatting(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        var before = await writing.LetterAsync();
        await writing.Browser.PressAsync(Save);
        writing.Browser.Flash.ShouldBe("Le brouillon est enregistré.");
        var after = await writing.LetterAsync();
        (after.Body, after.Subject, after.Version).ShouldBe((before.Body, before.Subject, before.Version));
        before.Body.ShouldContain("<strong>");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_changed_text_becomes_paragraphs_and_a_script_in_it_is_words(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Body", "Madame,\n\n<script>alert(1)</script> & suite").PressAsync(Save);
        (await writing.LetterAsync()).Body.ShouldBe("<p>Madame,</p><p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; suite</p>");
        writing.Value("Form.Body").ShouldBe("Madame,\n\n<script>alert(1)</script> & suite");
        (await writing.Browser.GoAsync(Links.Letter(writing.Id) + "/apercu")).Page.QuerySelectorAll("main script").ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_who_wrote_at_one_place_see_both_and_decide(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await AnotherAsync(writing, new DraftInput { Subject = "Celui de Claire" });

        await writing.Browser.Fill("Form.Subject", "Le mien").Attach("Form.Files", "a.txt", [1]).PressAsync(Save);

        writing.Browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        writing.Browser.Errors.ShouldHaveSingleItem().Text.ShouldBe("Claire Martin a aussi modifié l’objet.");
        writing.Browser.Page.QuerySelector(".theirs")!.TextContent.ShouldContain("Celui de Claire");
        writing.Value("Form.Subject").ShouldBe("Le mien");
        var letter = await writing.LetterAsync();
        (letter.Subject, letter.Attachments.Count).ShouldBe(("Celui de Claire", 1));

        await writing.Browser.PressAsync(Save);
        (await writing.LetterAsync()).Subject.ShouldBe("Le mien");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_other_version_can_be_taken_and_the_rest_of_mine_is_kept(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await AnotherAsync(writing, new DraftInput { Subject = "Celui de Claire" });

        await writing.Browser.Fill("Form.Subject", "Le mien").Fill("Form.Body", "Mon texte").PressAsync(Save);
        await writing.Browser.PressAsync("button[name=theirs][value=Subject]");

        var letter = await writing.LetterAsync();
        (letter.Subject, letter.Body).ShouldBe(("Celui de Claire", "<p>Mon texte</p>"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_who_wrote_at_different_places_are_brought_together_and_told(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await AnotherAsync(writing, new DraftInput { Subject = "Celui de Claire" });

        await writing.Browser.Fill("Form.Body", "Mon texte").PressAsync(Save);

        writing.Browser.Flash.ShouldStartWith("Claire Martin a modifié l’objet à ");
        writing.Value("Form.Subject").ShouldBe("Celui de Claire");
        var letter = await writing.LetterAsync();
        (letter.Subject, letter.Body).ShouldBe(("Celui de Claire", "<p>Mon texte</p>"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_somebody_else_changed_is_looked_at_before_it_goes(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await AnotherAsync(writing, new DraftInput { Recipients = [new("ajoute@beta.test", null, null)] });

        await writing.Browser.PressAsync(Send);

        writing.Browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        writing.Browser.Text.ShouldContain("Rien n’est parti.");
        writing.Browser.Text.ShouldContain("ajoute@beta.test");
        (await writing.LetterAsync()).State.ShouldBe(LetterState.Draft);
        await writing.Browser.PressAsync(Send);
        (await writing.LetterAsync()).State.ShouldBe(LetterState.Sent);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_page_of_before_does_not_undo_a_change_of_type(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider, LetterType.Free);
        await writing.World.RunAsync((ChangeType o) => o.RunAsync(writing.World.Caller with { Name = "Claire Martin" }, writing.Id, LetterType.Invitation, true, null, default));

        await writing.Browser.Fill("Form.Typed", "a@entreprise.test").PressAsync("button[value=add]");

        var letter = await writing.LetterAsync();
        (letter.Type, letter.Recipients.Count).ShouldBe((LetterType.Invitation, 1));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_typed_is_still_there_when_somebody_sent_the_letter_meanwhile(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await AnotherAsync(writing, new DraftInput { Recipients = [new("a@beta.test", null, null)] });
        (await writing.World.SendAsync(writing.Id)).Count.ShouldBe(1);

        await writing.Browser.Fill("Form.Body", "Mes derniers mots").PressAsync(Save);

        writing.Browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        writing.Browser.Text.ShouldContain("Ce courrier a été envoyé entre-temps");
        writing.Value("Form.Body").ShouldBe("Mes derniers mots");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_who_wrote_one_recipients_paragraph_see_both_and_decide(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.PressAsync("button[name=addRegister][value=withdrawals]");
        var recipient = (await writing.LetterAsync()).Recipients[0].Id;
        await writing.Browser.GoAsync($"{Links.Recipients(writing.Id)}/{recipient}");
        await writing.World.RunAsync((WriteParagraph o) => o.RunAsync(writing.World.Caller, writing.Id, recipient, "Celui de Claire", default));

        await writing.Browser.Attach("Form.Files", "acte.pdf", [1, 2]).PressAsync("form button.btn-primary");
        (await ParagraphAsync()).ShouldBe("Celui de Claire", "who wrote nothing replaces nothing");
        await writing.World.RunAsync((WriteParagraph o) => o.RunAsync(writing.World.Caller, writing.Id, recipient, "Le second de Claire", default));
        await writing.Browser.Fill("Form.Paragraph", "Le mien").PressAsync("form button.btn-primary");

        writing.Browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        writing.Browser.Text.ShouldContain("Le second de Claire");
        writing.Value("Form.Paragraph").ShouldBe("Le mien");
        (await ParagraphAsync()).ShouldBe("Le second de Claire");
        await writing.Browser.PressAsync("form button.btn-primary");
        (await ParagraphAsync()).ShouldBe("Le mien");

        async Task<string?> ParagraphAsync() => (await writing.LetterAsync()).Recipients.Single(r => r.Id == recipient).Paragraph;
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_one_writes_is_saved_by_itself_and_the_answer_says_when(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        writing.Browser.Fill("Form.Subject", "Saisi").Fill("Form.Typed", "en-cours@");
        writing.Browser.Page.QuerySelector("#write")!.SetAttribute("action", Links.Letter(writing.Id) + "/enregistrement");

        await writing.Browser.PressAsync(Save);

        writing.Browser.Status.ShouldBe(HttpStatusCode.OK);
        using var answer = System.Text.Json.JsonDocument.Parse(writing.Browser.Text);
        answer.RootElement.GetProperty("said").GetString().ShouldStartWith("Brouillon enregistré à ");
        var letter = await writing.LetterAsync();
        (letter.Subject, letter.Recipients.Count).ShouldBe(("Saisi", 0));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_set_hour_locks_the_draft_until_it_is_taken_back(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.PressAsync("button[name=addRegister][value=deposits]");
        await writing.Browser.Fill("Form.SendAt", "2020-01-01T08:00").PressAsync("button[value=schedule]");
        writing.Browser.Errors.ShouldHaveSingleItem().Target.ShouldBe("#Form_SendAt");

        var hour = writing.World.Clock.GetUtcNow().AddDays(2);
        await writing.Browser.Fill("Form.SendAt", hour.ToString("yyyy-MM-dd'T'08:00", System.Globalization.CultureInfo.InvariantCulture)).PressAsync("button[value=schedule]");
        writing.Browser.Title.ShouldBe("Envoi programmé");
        (await writing.Browser.GoAsync(Links.Letter(writing.Id))).Title.ShouldBe("Envoi programmé");

        await writing.Browser.PressAsync("form button[formaction*=Unschedule]");
        writing.Browser.Flash.ShouldContain("est un brouillon");
        (await writing.LetterAsync()).SendAt.ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_recipient_has_words_and_files_of_its_own_and_the_preview_shows_them(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.PressAsync("button[name=addRegister][value=withdrawals]");
        var (first, second) = (await writing.LetterAsync()).Recipients is [var a, var b] ? (a, b) : throw new InvalidOperationException();

        await writing.Browser.GoAsync($"{Links.Recipients(writing.Id)}/{first.Id}");
        await writing.Browser.Fill("Form.Paragraph", "Vos notes : 12 et 14.").Attach("Form.Files", "acte.pdf", [1, 2]).PressAsync("form button.btn-primary");
        writing.Browser.Flash.ShouldBe("Le brouillon est enregistré.");

        (await writing.Browser.GoAsync($"{Links.Letter(writing.Id)}/apercu?destinataire={first.Id}")).Text.ShouldContain("Vos notes : 12 et 14.");
        writing.Browser.Text.ShouldContain("acte.pdf");
        (await writing.Browser.GoAsync($"{Links.Letter(writing.Id)}/apercu?destinataire={second.Id}")).Text.ShouldNotContain("Vos notes");
        writing.Browser.Text.ShouldNotContain("acte.pdf");
    }

    private static Task AnotherAsync(Writing writing, DraftInput input) =>
        writing.World.RunAsync((ChangeDraft o) => o.RunAsync(writing.World.Caller with { Name = "Claire Martin" }, writing.Id, input, null, default));

    [Theory, ClassData(typeof(Databases))]
    public async Task An_untouched_text_takes_the_next_template_at_once(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Type", "CompletionRequest").PressAsync("button[value=template]");
        writing.Browser.Title.ShouldBe("Demande de complément");
        writing.Browser.Flash.ShouldBe("Le modèle « Demande de complément » est chargé.");
        (await writing.LetterAsync()).ReplyExpected.ShouldBeTrue();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_edited_text_is_replaced_only_once_confirmed(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Subject", "Mon objet").Fill("Form.Type", "Award").PressAsync(Save);
        writing.Browser.Text.ShouldContain("Remplacer votre texte par le modèle « Courrier d'attribution » ?");
        var letter = await writing.LetterAsync();
        (letter.Type, letter.Subject).ShouldBe((LetterType.Rejection, "Mon objet"));

        await writing.Browser.PressAsync("button[name=replaceText]");

        letter = await writing.LetterAsync();
        letter.Type.ShouldBe(LetterType.Award);
        letter.Subject.ShouldNotBe("Mon objet");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_type_may_change_and_the_text_stay(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Subject", "Mon objet").Fill("Form.Type", "Award").PressAsync("button[value=template]");
        await writing.Browser.PressAsync("button[name=keepText]");
        var letter = await writing.LetterAsync();
        (letter.Type, letter.Subject).ShouldBe((LetterType.Award, "Mon objet"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_deadline_is_in_the_time_of_Paris(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.ReplyExpected", "true").Fill("Form.ReplyDue", "2026-07-14T12:00").PressAsync(Save);
        (await writing.LetterAsync()).ReplyDue.ShouldBe(new DateTimeOffset(2026, 7, 14, 10, 0, 0, TimeSpan.Zero));
        writing.Value("Form.ReplyDue").ShouldBe("2026-07-14T12:00");

        await writing.Browser.Fill("Form.ReplyDue", "").PressAsync(Save);
        (await writing.LetterAsync()).ReplyDue.ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_date_that_is_none_is_said_at_its_field_and_saves_nothing(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.ReplyDue", "le 14 juillet prochain").Fill("Form.Subject", "Mon objet").PressAsync(Save);
        writing.Browser.Errors.ShouldHaveSingleItem().Target.ShouldBe("#Form_ReplyDue");
        writing.Value("Form.Subject").ShouldBe("Mon objet");
        (await writing.LetterAsync()).Version.ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_plain_notice_is_warned_of_and_drops_the_reply(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Mode", "Plain").Fill("Form.ReplyExpected", "true").PressAsync(Save);
        writing.Browser.Flash.ShouldContain("l’option est retirée");
        writing.Browser.Text.ShouldContain("Un courrier électronique simple ne prouve pas la notification");
        var letter = await writing.LetterAsync();
        (letter.Mode, letter.ReplyExpected).ShouldBe((DeliveryMode.Plain, false));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_subject_of_ten_million_letters_comes_back_with_its_reason(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Subject", new string('x', 10_000_000)).PressAsync(Save);
        writing.Browser.Errors.ShouldHaveSingleItem().ShouldBe(("L'objet compte 10000000 caractères ; il en admet au plus 300. Raccourcissez-le.", "#Form_Subject"));
        (await writing.LetterAsync()).Version.ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_that_cannot_go_says_every_reason_and_stays(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Subject", "").Fill("Form.Body", " ").Fill("Form.ReplyExpected", "true").Fill("Form.ReplyDue", "2020-01-01T12:00").PressAsync(Send);
        writing.Browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        writing.Browser.Errors.Select(e => e.Target).ShouldBe(["#Form_ReplyDue", "#Form_Typed", "#Form_Subject", "#Form_Body"]);
        (await writing.LetterAsync()).State.ShouldBe(LetterState.Draft);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_sent_letter_is_followed_then_read_and_goes_once(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Typed", "a@entreprise.test, b@entreprise.test").PressAsync("button[value=add]");
        var second = await new Browser(await writing.World.AgentAsync()).GoAsync(Links.Letter(writing.Id));

        await writing.Browser.PressAsync(Send);
        writing.Browser.Address.ShouldBe($"/consultations/2026-T-014/suivi?envoi={writing.Id}");
        writing.Browser.Page.QuerySelector("#progress")!.TextContent.ShouldContain(" sur ");
        writing.Browser.Flash.ShouldBe("Courrier envoyé à 2 destinataires.");

        await second.PressAsync(Send);
        second.Address.ShouldBe(Links.Letter(writing.Id) + "/lecture");
        second.Page.QuerySelectorAll("form[id=write]").ShouldBeEmpty();
        second.Page.QuerySelectorAll(".conversations a").Select(a => a.TextContent).ShouldBe(["a@entreprise.test", "b@entreprise.test"], ignoreOrder: true);
        (await writing.World.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_deleted_draft_is_gone_and_comes_back_when_that_is_undone(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.PressAsync("button[value=delete]");
        writing.Browser.Address.ShouldBe("/consultations/2026-T-014");
        writing.Browser.Flash.ShouldStartWith("Le brouillon est supprimé.");
        (await writing.Browser.GoAsync(Links.Letter(writing.Id))).Status.ShouldBe(HttpStatusCode.NotFound);

        await writing.Browser.GoAsync("/consultations/2026-T-014/suivi");
        await writing.Browser.PressAsync(".deleted button");
        writing.Browser.Flash.ShouldBe("Le brouillon est rétabli.");
        writing.Browser.Address.ShouldBe(Links.Letter(writing.Id));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_preview_shows_mail_and_page_and_what_is_left_to_fill_in(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Subject", "Mon objet").Fill("Form.Typed", "a@entreprise.test").PressAsync("button[value=preview]");
        writing.Browser.Title.ShouldBe("Aperçu");
        writing.Browser.Text.ShouldContain("a@entreprise.test");
        writing.Browser.Page.QuerySelector(".mail-part pre")!.TextContent.ShouldContain("ouvrez cette page");
        writing.Browser.Page.QuerySelectorAll(".letter strong").ShouldNotBeEmpty();
        writing.Browser.Text.ShouldContain("passages entre crochets restent à compléter");
        var version = (await writing.LetterAsync()).Version;
        await writing.Browser.GoAsync(Links.Letter(writing.Id) + "/apercu");
        (await writing.LetterAsync()).Version.ShouldBe(version);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Without_the_forms_token_or_by_another_organisation_nothing_changes(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        using var forged = new FormUrlEncodedContent([KeyValuePair.Create("act", "delete")]);
        (await (await writing.World.AgentAsync()).PostAsync(Links.Letter(writing.Id), forged, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var other = await writing.World.AddBuyerAsync("Autre ville", "Samir Benali", "samir@autre.test");
        var stranger = await new Browser(await writing.World.AgentAsync(other.Agent)).GoAsync("/");
        stranger.Page.QuerySelector(".site-user form")!.SetAttribute("action", Links.Letter(writing.Id));
        await stranger.PressAsync(".site-user button");
        stranger.Status.ShouldBe(HttpStatusCode.NotFound);
        (await writing.LetterAsync()).Version.ShouldBe(2);
    }
}
