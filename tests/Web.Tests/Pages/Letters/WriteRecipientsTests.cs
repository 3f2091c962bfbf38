using System.Net;
using Vaguemestre.Core;
using Vaguemestre.TestKit.World;

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
    public async Task A_bad_address_is_named_and_everything_typed_stays(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        await writing.Browser.Fill("Form.Subject", "Mon objet").Fill("Form.Typed", "bon@entreprise.test\nBcc: mauvais@entreprise.test").PressAsync(Add);
        writing.Browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var (text, target) = writing.Browser.Errors.ShouldHaveSingleItem();
        text.ShouldStartWith("« Bcc: mauvais@entreprise.test » : ");
        target.ShouldBe("#Form_Typed");
        writing.Value("Form.Typed").ShouldBe("bon@entreprise.test\nBcc: mauvais@entreprise.test");
        writing.Value("Form.Subject").ShouldBe("Mon objet");
        writing.Browser.Page.QuerySelector("form[data-dirty=true]").ShouldNotBeNull();
        (await writing.LetterAsync()).Recipients.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_contact_without_address_cannot_be_chosen(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        var contact = writing.Browser.Page.QuerySelectorAll("button.contact").Single(b => b.TextContent.Contains("Sans adresse", StringComparison.Ordinal));
        contact.HasAttribute("disabled").ShouldBeTrue();
        contact.TextContent.ShouldContain("sans adresse électronique");
    }
}
