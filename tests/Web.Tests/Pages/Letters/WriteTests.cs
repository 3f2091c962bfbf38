using System.Net;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
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
    public async Task A_draft_that_changed_meanwhile_is_not_overwritten_and_what_was_typed_stays_on_the_page(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.World.RunAsync((ChangeDraft o) => o.RunAsync(writing.World.Caller, writing.Id, new DraftInput { Subject = "D'un autre agent" }, null, default));

        await writing.Browser.Fill("Form.Subject", "Le mien").Attach("Form.Files", "a.txt", [1]).PressAsync(Save);

        writing.Browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        writing.Browser.Errors.ShouldHaveSingleItem().Text.ShouldContain("modifié entre-temps");
        writing.Value("Form.Subject").ShouldBe("Le mien");
        var letter = await writing.LetterAsync();
        (letter.Subject, letter.Attachments.Count).ShouldBe(("D'un autre agent", 0));
        (await writing.Browser.PressAsync(Save)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

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
        writing.Browser.Address.ShouldBe("/consultations/2026-T-014/suivi");
        writing.Browser.Flash.ShouldBe("Courrier envoyé à 2 destinataires.");

        await second.PressAsync(Send);
        second.Address.ShouldBe(Links.Letter(writing.Id) + "/lecture");
        second.Page.QuerySelectorAll("form[id=write]").ShouldBeEmpty();
        second.Page.QuerySelectorAll(".conversations a").Select(a => a.TextContent).ShouldBe(["a@entreprise.test", "b@entreprise.test"], ignoreOrder: true);
        (await writing.World.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_deleted_draft_is_gone(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.PressAsync("button[value=delete]");
        writing.Browser.Address.ShouldBe("/consultations/2026-T-014");
        writing.Browser.Flash.ShouldBe("Le brouillon est supprimé.");
        (await writing.Browser.GoAsync(Links.Letter(writing.Id))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_preview_shows_mail_and_page_and_what_is_left_to_fill_in(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Subject", "Mon objet").Fill("Form.Typed", "a@entreprise.test").PressAsync("button[value=preview]");
        writing.Browser.Title.ShouldBe("Aperçu");
        writing.Browser.Text.ShouldContain("a@entreprise.test");
        writing.Browser.Page.QuerySelector(".mail-text")!.TextContent.ShouldContain("ouvrez cette page");
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
