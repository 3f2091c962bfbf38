using System.Text.Json;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit;
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
        var (recipients, refused) = TypedRecipients.Read("paul@dupont.test, dupont.test");
        recipients.ShouldHaveSingleItem();
        refused.ShouldHaveSingleItem().Reason.ShouldStartWith("« dupont.test » : ");
    }

    [Fact]
    public void A_line_end_never_gets_into_an_address()
    {
        var (recipients, refused) = TypedRecipients.Read("\"a <a@b.test>\r\nBcc: c@d.test");
        recipients.ShouldHaveSingleItem().Email.ShouldBe("a@b.test");
        refused.ShouldHaveSingleItem().Reason.ShouldStartWith("« Bcc: c@d.test » : ");
    }

    [Fact]
    public void A_long_mistake_is_quoted_in_part() =>
        TypedRecipients.Read(new string('x', 5000)).Refused.ShouldHaveSingleItem().Reason.Length.ShouldBeLessThan(200);

    [Theory]
    [InlineData("Dupont TP\tpaul@dupont.test", "Dupont TP", null)]
    [InlineData("Dupont TP\tPaul Dupont\tpaul@dupont.test\t02 41 00 00 00", "Dupont TP", "Paul Dupont")]
    [InlineData("81234567800025\tpaul@dupont.test\tDupont, Paul & fils\t", "Dupont, Paul & fils", null)]
    [InlineData("Dupont TP\tP. Dupont <paul@dupont.test>", "Dupont TP", "P. Dupont")]
    public void A_row_of_a_spreadsheet_is_an_address_with_the_words_beside_it(string row, string? company, string? name) =>
        TypedRecipients.Read(row).Recipients.ShouldHaveSingleItem().ShouldBe(new RecipientInput("paul@dupont.test", name, company));

    [Fact]
    public void One_more_than_a_letter_admits_is_read_so_that_it_is_refused_whole() =>
        TypedRecipients.Read(string.Join('\n', Enumerable.Range(0, DraftContent.MostRecipients + 500).Select(i => $"a{i}@alpha.test"))).Recipients.Count.ShouldBe(DraftContent.MostRecipients + 1);

    [Fact]
    public void A_row_without_address_is_refused_and_so_is_a_cell_that_is_none()
    {
        var (recipients, refused) = TypedRecipients.Read("Entreprise\tAdresse\nDupont\tpaul@dupont.test; lea@dupont.test\tx@y@z");
        recipients.Select(r => (r.Email, r.Company)).ShouldBe([("paul@dupont.test", "Dupont"), ("lea@dupont.test", "Dupont")]);
        refused.Select(r => r.Text).ShouldBe(["Entreprise\tAdresse", "x@y@z"]);
    }

    /// <summary>The verdict of the form is that of registers and API: see EmailAddressTests in Core.</summary>
    [Fact]
    public void Collected_addresses_are_judged_in_the_field_as_everywhere()
    {
        var file = Path.Combine(Corpora.FolderOrSkip("email-addresses"), "addresses.jsonl");
        foreach (var address in File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("address").GetString()!).Where(StandsAlone))
            (TypedRecipients.Read(address).Refused.Count == 0).ShouldBe(EmailAddress.Parse(address, out _) is not null, address);
    }

    /// <summary>What the field reads as one address: not several, no name before it, no row.</summary>
    private static bool StandsAlone(string text) => text.Trim().Length > 0 && text.IndexOfAny([',', ';', '\r', '\n', '\t', '<', '>']) < 0;
}
