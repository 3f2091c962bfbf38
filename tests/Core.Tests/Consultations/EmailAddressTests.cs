using System.Text;
using System.Text.Json;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Mail;
using Vaguemestre.TestKit;

namespace Vaguemestre.Core.Tests.Consultations;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("contact@entreprise.fr", "contact@entreprise.fr")]
    [InlineData("  Contact@Entreprise.FR ", "contact@entreprise.fr")]
    [InlineData("prénom.nom@société.fr", "prénom.nom@xn--socit-esab.fr")]
    [InlineData("用户@例子.公司", "用户@xn--fsqu00a.xn--55qx5d")]
    [InlineData("a.b+c_d-e/f=g@sub.entreprise.fr", "a.b+c_d-e/f=g@sub.entreprise.fr")]
    [InlineData("!#$%&'*+-/=?^_`{|}~@entreprise.fr", "!#$%&'*+-/=?^_`{|}~@entreprise.fr")]
    [InlineData("a@xn--socit-esab.fr", "a@xn--socit-esab.fr")]
    public void An_address_folds_to_one_form(string text, string folded)
    {
        var address = EmailAddress.Parse(text, out _).ShouldNotBeNull();
        address.Text.ShouldBe(text.Trim());
        address.Folded.ShouldBe(folded);
    }

    [Fact]
    public void What_is_composed_and_what_is_decomposed_is_one_recipient() =>
        EmailAddress.Parse("pre\u0301nom@a.fr", out _)!.Folded.ShouldBe(EmailAddress.Parse("PR\u00c9NOM@a.fr", out _)!.Folded);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("contact")]
    [InlineData("@entreprise.fr")]
    [InlineData("contact@")]
    [InlineData("contact@entreprise")]
    [InlineData("contact@entreprise.fr.")]
    [InlineData("contact@.fr")]
    [InlineData("contact@entreprise..fr")]
    [InlineData("contact@-entreprise.fr")]
    [InlineData("contact@entreprise-.fr")]
    [InlineData("contact@entre_prise.fr")]
    [InlineData("contact@192.0.2.1")]
    [InlineData("contact@[192.0.2.1]")]
    [InlineData("\"contact\"@entreprise.fr")]
    [InlineData("contact(commentaire)@entreprise.fr")]
    [InlineData(".contact@entreprise.fr")]
    [InlineData("contact.@entreprise.fr")]
    [InlineData("con..tact@entreprise.fr")]
    [InlineData("con tact@entreprise.fr")]
    [InlineData("con\u00a0tact@entreprise.fr")]
    [InlineData("con\u200btact@entreprise.fr")]
    [InlineData("con\u2028tact@entreprise.fr")]
    [InlineData("a@entreprise.fr;b@entreprise.fr")]
    [InlineData("contact@@entreprise.fr")]
    [InlineData("contact@entreprise.fr\r\nRCPT TO:<autre@entreprise.fr>")]
    public void What_is_no_address_is_refused_with_a_reason(string? text)
    {
        EmailAddress.Parse(text, out var why).ShouldBeNull();
        why.ShouldNotBeEmpty();
    }

    [Fact]
    public void Half_a_character_is_no_letter()
    {
        foreach (var text in new[] { "a\ud83d@entreprise.fr", "\ude00a@entreprise.fr", "a@entre\ud83dprise.fr" })
            EmailAddress.Parse(text, out _).ShouldBeNull();
        EmailAddress.Parse("a😀@entreprise.fr", out _).ShouldNotBeNull();
    }

    /// <summary>
    /// Against collected opinions. What nobody calls an address is never taken; what everybody calls one is taken, except
    /// for what we leave out on purpose; what some call none for the sake of its domain's name alone, we take.
    /// </summary>
    [Fact]
    public void Collected_addresses_are_judged_as_their_collectors_judge_them()
    {
        var file = Path.Combine(Corpora.FolderOrSkip("email-addresses"), "addresses.jsonl");
        var (agreed, faults) = (0, new List<string>());
        foreach (var entry in File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement))
        {
            var text = entry.GetProperty("address").GetString()!;
            var consensus = entry.GetProperty("consensus").GetString();
            var taken = EmailAddress.Parse(text, out _) is not null;
            if (entry.GetProperty("crlf").GetBoolean() || entry.GetProperty("control").GetBoolean())
                taken.ShouldBeFalse(text);
            if (taken == (consensus == "valid") || (consensus is not "valid" and not "invalid") || (taken ? TakenOnPurpose(text) : LeftOutOnPurpose(text)))
                agreed++;
            else
                faults.Add($"{consensus}: {text.Replace("\0", "\\0")}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{agreed} agreed");
        faults.ShouldBeEmpty($"{agreed} agreed");
    }

    /// <summary>Whatever is taken here can be written to: the mail does not find fault with it when it is too late.</summary>
    [Fact]
    public async Task What_is_taken_here_the_mail_takes_too()
    {
        var file = Path.Combine(Corpora.FolderOrSkip("email-addresses"), "addresses.jsonl");
        foreach (var address in File.ReadLines(file).Select(line => EmailAddress.Parse(JsonDocument.Parse(line).RootElement.GetProperty("address").GetString(), out _)).OfType<EmailAddress>())
        {
            var mail = new OutgoingMail
            {
                From = new Mailbox("a@courriers.test"),
                To = new Mailbox(address.Text),
                Subject = "x",
                Text = "x",
                MessageId = "a@courriers.test",
                Date = DateTimeOffset.UnixEpoch,
            };
            await Should.NotThrowAsync(() => mail.WriteAsync(Stream.Null, TestContext.Current.CancellationToken), address.Text);
        }
    }

    /// <summary>Quotes, comments, literals; a domain of one label, of digits at its end, or of a punycode that is none; a local part above 64 octets.</summary>
    private static bool LeftOutOnPurpose(string text)
    {
        var (local, domain) = (text[..text.LastIndexOf('@')], text[(text.LastIndexOf('@') + 1)..]);
        return text.IndexOfAny(['"', '(', '[', '<']) >= 0 || !domain.Contains('.') || domain[^1] is >= '0' and <= '9' || domain.StartsWith("xn--", StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(local) > 64;
    }

    /// <summary>Names that no company has, yet that are names: the first mail to them tells. The demo lives in <c>.test</c>.</summary>
    private static bool TakenOnPurpose(string text) =>
        text[(text.LastIndexOf('.') + 1)..] is "arpa" or "invalid" or "local" or "onion" or "tld-2" or "tld";
}
