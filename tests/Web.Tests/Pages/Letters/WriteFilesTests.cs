using System.Net;
using Vaguemestre.Core;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Tests.Pages.Letters;

public sealed class WriteFilesTests
{
    private const string Save = ".bar button[value=save]";

    [Theory, ClassData(typeof(Databases))]
    public async Task Several_files_are_joined_at_once_and_one_is_taken_off(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Attach("Form.Files", "a.txt", [1, 2]).Attach("Form.Files", "b.txt", [3]).PressAsync(Save);
        writing.Browser.Page.QuerySelectorAll(".files a").Select(a => a.TextContent).ShouldBe(["a.txt", "b.txt"]);

        await writing.Browser.PressAsync("button[name=removeFile]");
        (await writing.LetterAsync()).Attachments.ShouldHaveSingleItem().Name.ShouldBe("b.txt");
        (await writing.Browser.PressAsync(Save)).Flash.ShouldBe("Le brouillon est enregistré.");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_file_over_the_limit_is_refused_by_name_and_the_rest_is_saved(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider, configure: s => s.Limits.TrackedAttachments = 1_048_576);
        await writing.Browser.Fill("Form.Subject", "Mon objet").Attach("Form.Files", "gros.bin", new byte[1_048_577]).Attach("Form.Files", "petit.txt", [1]).Attach("Form.Files", "vide.txt", []).PressAsync(Save);
        writing.Browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        writing.Browser.Errors.Select(e => e.Target).ShouldBe(["#Form_Files", "#Form_Files"]);
        writing.Browser.Errors[0].Text.ShouldStartWith("« gros.bin » : Les pièces jointes dépasseraient 1 Mo");
        writing.Browser.Errors[1].Text.ShouldContain("vide");
        var letter = await writing.LetterAsync();
        (letter.Subject, letter.Attachments.ShouldHaveSingleItem().Name).ShouldBe(("Mon objet", "petit.txt"));

        // The page that came back is of the draft as it is now.
        (await writing.Browser.PressAsync(Save)).Flash.ShouldBe("Le brouillon est enregistré.");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_refused_text_does_not_lose_the_files_chosen_with_it(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Subject", new string('x', 301)).Attach("Form.Files", "a.txt", [1]).PressAsync(Save);
        writing.Browser.Errors.ShouldHaveSingleItem().Target.ShouldBe("#Form_Subject");
        writing.Browser.Page.QuerySelector(".files a")!.TextContent.ShouldBe("a.txt");

        await writing.Browser.Fill("Form.Subject", "Mon objet").PressAsync(Save);
        writing.Browser.Flash.ShouldBe("Le brouillon est enregistré.");
        (await writing.LetterAsync()).Subject.ShouldBe("Mon objet");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_mode_checks_the_sum_again(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider, configure: s => s.Limits.PlainAttachments = 1);
        await writing.Browser.Attach("Form.Files", "a.txt", [1, 2]).Fill("Form.Typed", "a@entreprise.test").PressAsync(Save);
        await writing.Browser.Fill("Form.Mode", "Plain").PressAsync(Save);
        writing.Browser.Text.ShouldContain("ce mode d’envoi en admet");

        await writing.Browser.PressAsync(".bar button[value=send]");
        writing.Browser.Errors.ShouldHaveSingleItem().Target.ShouldBe("#Form_Files");
        writing.Browser.Address.ShouldBe(Links.Letter(writing.Id));
    }
}
