using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Tests.Pages.Letters;

public sealed class WriteRecipientsTests
{
    private const string Add = "button[value=add]";

    [Theory, ClassData(typeof(Databases))]
    public async Task A_register_adds_all_who_have_an_address_once_and_what_was_typed_is_kept(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Subject", "Mon objet").PressAsync("button[name=addRegister][value=deposits]");
        await writing.Browser.PressAsync("button[name=addRegister][value=withdrawals]");
        var letter = await writing.LetterAsync();
        letter.Recipients.Select(r => (r.Email, r.Company, r.Register)).ShouldBe([("marches@bocage.test", "Bocage", "deposits"), ("ines@ferreira.test", "Ferreira", "withdrawals")]);
        letter.Subject.ShouldBe("Mon objet");
        writing.Browser.Page.QuerySelectorAll(".chip small").Select(s => s.TextContent).ShouldBe(["marches@bocage.test · Registre des dépôts", "ines@ferreira.test · Registre des retraits"]);
        writing.Browser.Page.QuerySelectorAll("button[name=add]:not([disabled])").ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task One_contact_is_added_and_taken_out_again(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.PressAsync("button[name=addRegister][value=deposits]");
        await writing.Browser.PressAsync("button[name=add]");
        (await writing.LetterAsync()).Recipients.Count.ShouldBe(2);
        await writing.Browser.PressAsync("button[name=remove][value='marches@bocage.test']");
        (await writing.LetterAsync()).Recipients.ShouldHaveSingleItem().Email.ShouldBe("ines@ferreira.test");
        await writing.Browser.PressAsync("button[name=addRegister][value=deposits]");
        await writing.Browser.PressAsync("button[name=remove][value='*']");
        (await writing.LetterAsync()).Recipients.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_typed_address_that_a_register_knows_is_that_contact(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Typed", "INES@ferreira.test; Paul Dupont <paul@dupont.test>").PressAsync(Add);
        (await writing.LetterAsync()).Recipients.Select(r => (r.Email, r.Name, r.Company, r.Register)).ShouldBe([("ines@ferreira.test", null, "Ferreira", "withdrawals"), ("paul@dupont.test", "Paul Dupont", null, null)]);
        writing.Value("Form.Typed").ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_no_address_stays_in_the_field_with_its_reason_and_the_others_are_in(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Subject", "Mon objet").Fill("Form.Typed", "bon@entreprise.test\nBcc: mauvais@entreprise.test, BON@entreprise.test, marches@bocage.test").PressAsync(Add);
        writing.Browser.Status.ShouldBe(HttpStatusCode.OK);
        var told = writing.Browser.Page.QuerySelector(".told").ShouldNotBeNull();
        told.QuerySelector("[data-said]")!.TextContent.ShouldBe("2\u00a0destinataires ajoutés, 1\u00a0déjà présent, 1\u00a0adresse refusée.");
        told.QuerySelectorAll("li").ShouldHaveSingleItem().TextContent.ShouldStartWith("« Bcc: mauvais@entreprise.test » : ");
        writing.Value("Form.Typed").ShouldBe("Bcc: mauvais@entreprise.test");
        writing.Value("Form.Subject").ShouldBe("Mon objet");
        (await writing.LetterAsync()).Recipients.Select(r => (r.Email, r.Register)).ShouldBe([("bon@entreprise.test", null), ("Marches@bocage.test", "withdrawals")]);

        await writing.Browser.Fill("Form.Typed", "mauvais@entreprise.test").PressAsync(Add);
        writing.Browser.Page.QuerySelector("[data-said]")!.TextContent.ShouldBe("1\u00a0destinataire ajouté.");
        writing.Value("Form.Typed").ShouldBeEmpty();
        (await writing.Browser.GoAsync(Links.Letter(writing.Id))).Page.QuerySelector(".told").ShouldBeNull("it is said once");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_neither_leaves_nor_is_saved_beside_an_address_that_is_none(DatabaseProvider provider)
    {
        foreach (var act in new[] { "send", "save", "preview" })
        {
            await using var writing = await Writing.StartAsync(provider);
            await writing.Browser.Fill("Form.Subject", "Mon objet").Fill("Form.Typed", "bon@entreprise.test, mauvais").PressAsync($"button[value={act}]");
            writing.Browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            writing.Browser.Errors.ShouldHaveSingleItem().Target.ShouldBe("#Form_Typed");
            writing.Value("Form.Typed").ShouldBe("bon@entreprise.test, mauvais");
            (await writing.LetterAsync()).Recipients.ShouldBeEmpty();
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Words_being_typed_wait_while_a_contact_is_picked_beside_the_field(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Typed", "boc").PressAsync("button[name=addRegister][value=deposits]");
        writing.Value("Form.Typed").ShouldBe("boc");
        await writing.Browser.PressAsync("button[name=remove][value='marches@bocage.test']");
        writing.Value("Form.Typed").ShouldBe("boc");
        (await writing.LetterAsync()).Recipients.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_likely_typo_is_hinted_and_one_button_mends_it(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Typed", "Paul Dupont <paul@gmial.com>; lea@bocage.test; x@ailleurs.test").PressAsync(Add);
        writing.Browser.Page.QuerySelectorAll(".address-hints li span").Select(h => h.TextContent).ShouldBe(["paul@gmial.com : vouliez-vous écrire paul@gmail.com ?"]);
        await writing.Browser.PressAsync("button[name=correct]");
        (await writing.LetterAsync()).Recipients.Select(r => (r.Email, r.Name)).ShouldBe([("paul@gmail.com", "Paul Dupont"), ("lea@bocage.test", null), ("x@ailleurs.test", null)]);
        writing.Browser.Page.QuerySelector(".address-hints").ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_contact_without_address_cannot_be_chosen(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        var contact = writing.Browser.Page.QuerySelectorAll("button.contact").Single(b => b.TextContent.Contains("Sans adresse", StringComparison.Ordinal));
        contact.HasAttribute("disabled").ShouldBeTrue();
        contact.TextContent.ShouldContain("sans adresse électronique");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_was_typed_is_proposed_for_the_next_letter_of_the_consultation_and_of_no_other(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Subject", "Objet").Fill("Form.Body", "Texte").Fill("Form.Typed", "Paul Dupont <paul@dupont.test>").PressAsync("button[value=send]");
        (await writing.World.RunAsync((FindLetter o) => o.RunAsync(writing.World.Caller, writing.Id, default))).Value.State.ShouldBe(LetterState.Sent);
        await writing.World.AddConsultationAsync("AUTRE");
        var client = await writing.World.AgentAsync();
        foreach (var (reference, expected) in new[] { ("2026-T-014", 1), ("AUTRE", 0) })
        {
            var next = await writing.World.AddDraftAsync(reference);
            var found = await client.GetFromJsonAsync<JsonElement>($"/courriers/{next.Id}/contacts?q=dupont", TestContext.Current.CancellationToken);
            found.GetProperty("items").GetArrayLength().ShouldBe(expected, reference);
            if (expected == 1)
                found.GetProperty("items")[0].GetProperty("line").GetString().ShouldBe("paul@dupont.test · Saisi précédemment");
        }
    }
}
