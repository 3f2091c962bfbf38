using Vaguemestre.Core.Letters;
using Vaguemestre.Web.Pages.Letters;

namespace Vaguemestre.Web.Tests.Pages.Letters;

public sealed class TypedRecipientsTests
{
    [Theory]
    [InlineData("a@b.test, c@d.test;e@f.test\r\ng@h.test", "a@b.test c@d.test e@f.test g@h.test")]
    [InlineData("  \n , ; ", "")]
    [InlineData(null, "")]
    public void Addresses_come_apart_by_comma_semicolon_or_line(string? typed, string addresses) =>
        string.Join(' ', TypedRecipients.Read(typed).Recipients.Select(r => r.Email)).ShouldBe(addresses);

    [Theory]
    [InlineData("Paul Dupont <paul@dupont.test>", "Paul Dupont")]
    [InlineData("\"Dupont, Paul\" <paul@dupont.test>", "Dupont, Paul")]
    [InlineData("<paul@dupont.test>", null)]
    public void A_name_may_stand_before_its_address(string typed, string? name) =>
        TypedRecipients.Read(typed).Recipients.ShouldHaveSingleItem().ShouldBe(new RecipientInput("paul@dupont.test", name));

    [Fact]
    public void What_is_no_address_is_named_and_the_others_stand()
    {
        var (recipients, errors) = TypedRecipients.Read("paul@dupont.test, dupont.test");
        recipients.ShouldHaveSingleItem();
        errors.ShouldHaveSingleItem().ShouldStartWith("« dupont.test » : ");
    }

    [Fact]
    public void A_line_end_never_gets_into_an_address()
    {
        var (recipients, errors) = TypedRecipients.Read("\"a <a@b.test>\r\nBcc: c@d.test");
        recipients.ShouldHaveSingleItem().Email.ShouldBe("a@b.test");
        errors.ShouldHaveSingleItem().ShouldStartWith("« Bcc: c@d.test » : ");
    }

    [Fact]
    public void A_long_mistake_is_quoted_in_part() =>
        TypedRecipients.Read(new string('x', 5000)).Errors.ShouldHaveSingleItem().Length.ShouldBeLessThan(200);
}
