using System.Net;
using AngleSharp.Html.Dom;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Tests.Pages.Letters;

public sealed class RecipientListTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Two_thousand_recipients_are_written_to_from_a_small_page_and_listed_by_the_hundred(DatabaseProvider provider)
    {
        await using var writing = await ManyAsync(provider);
        var page = writing.Browser.Page;
        page.QuerySelectorAll(".chip").Length.ShouldBe(60);
        page.QuerySelectorAll(".contact").Length.ShouldBe(200, "a hundred of each register");
        page.QuerySelector("#register-withdrawals summary")!.TextContent.ShouldBe("Voir 3\u202f000\u00a0contacts");
        page.QuerySelector("#register-withdrawals a")!.GetAttribute("href").ShouldBe(Links.Recipients(writing.Id, "withdrawals"));
        (await writing.Browser.Answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length.ShouldBeLessThan(400_000);

        await writing.Browser.Fill("Form.Typed", "un.de.plus@ailleurs.test").PressAsync("button[value=add]");
        (await writing.LetterAsync()).Recipients.Count.ShouldBe(2001);

        await writing.Browser.PressAsync("button[value=recipients]");
        writing.Browser.Address.ShouldBe(Links.Recipients(writing.Id));
        writing.Browser.Page.QuerySelectorAll("tbody tr").Length.ShouldBe(100);
        writing.Browser.Text.ShouldContain("1 à 100 sur 2 001");
        await writing.Browser.GoAsync(writing.Browser.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        writing.Browser.Text.ShouldContain("101 à 200 sur 2 001");
        await writing.Browser.GoAsync(Links.Recipients(writing.Id) + "?p=999");
        writing.Browser.Page.QuerySelectorAll("tbody tr").ShouldHaveSingleItem().TextContent.ShouldContain("un.de.plus@ailleurs.test");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Recipients_are_found_and_removed_several_at_once(DatabaseProvider provider)
    {
        await using var writing = await ManyAsync(provider);
        await writing.Browser.GoAsync(Links.Recipients(writing.Id) + "?q=societe 199");
        writing.Browser.Page.QuerySelectorAll("tbody tr").Length.ShouldBe(12, "ten of 1990, 199, and 1199 by its address");
        foreach (var box in writing.Browser.Page.QuerySelectorAll("input[name=emails]").Take(3).Cast<IHtmlInputElement>())
            box.IsChecked = true;
        await writing.Browser.PressAsync("button[value=remove]");
        writing.Browser.Flash.ShouldContain("3 destinataires retirés.");
        writing.Browser.Address.ShouldContain("q=societe", Case.Insensitive, "the search stays");
        await writing.Browser.PressAsync("button[name=remove]:not([value='*'])");
        (await writing.LetterAsync()).Recipients.Count.ShouldBe(1996);
        await writing.Browser.PressAsync("button[value=remove]");
        writing.Browser.Flash.ShouldContain("Cochez d’abord une ligne au moins.");
        await writing.Browser.PressAsync("button[name=remove][value='*']");
        (await writing.LetterAsync()).Recipients.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_long_register_is_searched_and_added_from(DatabaseProvider provider)
    {
        await using var writing = await ManyAsync(provider);
        await writing.Browser.GoAsync(Links.Recipients(writing.Id, "withdrawals") + "&q=ENTREPRISE 2999");
        writing.Browser.Page.QuerySelectorAll("tbody tr").ShouldHaveSingleItem();
        await writing.Browser.PressAsync("button[name=add]");
        (await writing.LetterAsync()).Recipients[^1].ShouldSatisfyAllConditions(r => r.Company.ShouldBe("Entreprise 2999"), r => r.Register.ShouldBe("withdrawals"));
        writing.Browser.Page.QuerySelector("tbody tr")!.TextContent.ShouldContain("Déjà destinataire");
        await writing.Browser.PressAsync("button[name=addRegister]");
        writing.Browser.Flash.ShouldContain("2 999 destinataires ajoutés, 1 déjà présent.");
        (await writing.LetterAsync()).Recipients.Count.ShouldBe(5000);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_hint_stands_beside_its_recipient_and_more_than_can_be_sent_to_is_refused(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Typed", "paul@gmial.com, lea@bocage.test").PressAsync("button[value=add]");
        await writing.Browser.GoAsync(Links.Recipients(writing.Id));
        await writing.Browser.PressAsync("button[name=correct]");
        writing.Browser.Flash.ShouldContain("Adresse remplacée par paul@gmail.com.");
        (await writing.LetterAsync()).Recipients[0].Email.ShouldBe("paul@gmail.com");

        await writing.World.RunAsync((PutRegister o) => o.RunAsync(writing.World.Caller, "2026-T-014", Register.Questions, Contacts(6000), default));
        await writing.Browser.GoAsync(Links.Recipients(writing.Id, "questions"));
        await writing.Browser.PressAsync("button[name=addRegister]");
        writing.Browser.Flash.ShouldContain("au plus 5000 destinataires");
        (await writing.LetterAsync()).Recipients.Count.ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisation_finds_no_list_and_a_sent_letter_has_none(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        var other = await writing.World.AddBuyerAsync("Autre ville", "Alix Martin", "alix@autre.test");
        (await (await writing.World.AgentAsync(other.Agent)).GetAsync(Links.Recipients(writing.Id), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await writing.Browser.Fill("Form.Subject", "Objet").Fill("Form.Body", "Texte").Fill("Form.Typed", "a@b.test").PressAsync("button[value=send]");
        (await writing.Browser.GoAsync(Links.Recipients(writing.Id))).Address.ShouldBe(Links.Letter(writing.Id) + "/lecture");
    }

    private static async Task<Writing> ManyAsync(DatabaseProvider provider)
    {
        var writing = await Writing.StartAsync(provider);
        await writing.World.RunAsync((PutRegister o) => o.RunAsync(writing.World.Caller, "2026-T-014", Register.Withdrawals, Contacts(3000), default));
        await writing.World.RunAsync((PutRegister o) => o.RunAsync(writing.World.Caller, "2026-T-014", Register.Deposits, Contacts(100), default));
        IReadOnlyList<RecipientInput> recipients = [.. Enumerable.Range(0, 2000).Select(i => new RecipientInput($"contact{i}@societe.test", null, $"Société {i}"))];
        await writing.World.RunAsync((ChangeDraft o) => o.RunAsync(writing.World.Caller, writing.Id, new DraftInput { Recipients = recipients }, null, default));
        await writing.Browser.GoAsync(Links.Letter(writing.Id));
        return writing;
    }

    private static List<ContactInput> Contacts(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ContactInput($"Entreprise {i}", null, null, $"marches@entreprise{i}.test", null, []))];
}
