using System.Text;
using MimeKit;

namespace Vaguemestre.Mail.Tests;

public sealed class OutgoingMailTests
{
    [Fact]
    public async Task A_mail_is_read_back_as_it_was_written()
    {
        var mail = Samples.Mail() with { ReplyTo = new Mailbox("agent@ville.test", "Ève Ñandú"), AutoSubmitted = "auto-generated" };
        var message = Samples.Parse(await Samples.WriteAsync(mail));

        message.From.Mailboxes.Single().Name.ShouldBe(mail.From.Name);
        message.To.Mailboxes.Single().ShouldSatisfyAllConditions(to => to.Address.ShouldBe(mail.To.Address), to => to.Name.ShouldBe(mail.To.Name));
        message.ReplyTo.Mailboxes.Single().Name.ShouldBe("Ève Ñandú");
        message.Subject.ShouldBe(mail.Subject);
        message.Date.ShouldBe(mail.Date);
        message.MessageId.ShouldBe(mail.MessageId);
        message.Headers[HeaderId.AutoSubmitted].ShouldBe("auto-generated");
        message.TextBody!.ReplaceLineEndings("\n").ShouldBe(mail.Text);
        message.HtmlBody!.ReplaceLineEndings("\n").ShouldBe(mail.Html);
    }

    [Fact]
    public async Task The_text_stands_before_the_html()
    {
        var alternative = Samples.Parse(await Samples.WriteAsync(Samples.Mail())).Body!.ShouldBeOfType<MultipartAlternative>();
        alternative.Select(part => part.ContentType.MimeType).ShouldBe(["text/plain", "text/html"]);
    }

    [Fact]
    public async Task A_mail_without_html_is_one_text()
    {
        Samples.Parse(await Samples.WriteAsync(Samples.Mail() with { Html = null })).Body!.ContentType.MimeType.ShouldBe("text/plain");
    }

    [Theory]
    [InlineData("règlement de la consultation — lot n° 2.pdf")]
    [InlineData("a\"b\\c;d=e%20'f'.pdf")]
    [InlineData("技術提案書 🏗.pdf")]
    [InlineData("un nom de fichier extrêmement long, comme en écrivent les maîtres d’œuvre quand ils rangent tout dans le titre, indice C, version finale corrigée (2).pdf")]
    public async Task A_file_keeps_its_name_and_its_bytes(string name)
    {
        var content = new byte[200_003];
        new Random(7).NextBytes(content);
        var message = Samples.Parse(await Samples.WriteAsync(Samples.Mail() with { Files = [Samples.File(name, content)] }));

        var part = message.Body.ShouldBeOfType<Multipart>()[1].ShouldBeOfType<MimePart>();
        part.ContentDisposition!.FileName.ShouldBe(name);
        part.ContentType.Name.ShouldBe(name);
        part.ContentType.MimeType.ShouldBe("application/pdf");
        using var read = new MemoryStream();
        part.Content!.DecodeTo(read, TestContext.Current.CancellationToken);
        read.ToArray().ShouldBe(content);
    }

    [Fact]
    public async Task A_joined_message_goes_as_octets_since_a_message_must_not_be_encoded()
    {
        var eml = Samples.Latin1("Subject: x\r\n\r\nbody");
        var message = Samples.Parse(await Samples.WriteAsync(Samples.Mail() with { Files = [Samples.File("échange.eml", eml, "message/rfc822")] }));
        message.Body.ShouldBeOfType<Multipart>()[1].ContentType.MimeType.ShouldBe("application/octet-stream");
    }

    [Fact]
    public async Task An_empty_file_is_an_empty_part()
    {
        var message = Samples.Parse(await Samples.WriteAsync(Samples.Mail() with { Files = [Samples.File("vide.txt", []), Samples.File("plein.txt", [65])] }));
        message.Attachments.Count().ShouldBe(2);
    }

    [Fact]
    public async Task Every_line_ends_with_CRLF_and_none_is_longer_than_998_bytes()
    {
        var mail = Samples.Mail() with
        {
            Subject = new string('a', 1_990),
            Text = new string('é', 5_000) + "\n" + new string('x', 5_000) + "\r" + "fin",
            Html = "<p>" + new string('y', 5_000) + "</p>",
            Files = [Samples.File("a.pdf", new byte[5_000])],
        };
        var text = Encoding.Latin1.GetString(await Samples.WriteAsync(mail));

        text.Replace("\r\n", "").ShouldNotContain('\n');
        text.Replace("\r\n", "").ShouldNotContain('\r');
        text.Split("\r\n").Max(line => line.Length).ShouldBeLessThanOrEqualTo(998);
        text.ShouldAllBe(c => c < 128);
        Samples.Parse(Samples.Latin1(text)).Subject.ShouldBe(mail.Subject);
    }

    [Fact]
    public async Task An_international_domain_goes_in_A_labels()
    {
        var message = Encoding.Latin1.GetString(await Samples.WriteAsync(Samples.Mail("contact@société.test")));
        message.ShouldContain("contact@xn--socit-esab.test");
    }

    [Fact]
    public async Task An_international_local_part_makes_the_header_UTF_8()
    {
        var message = Encoding.UTF8.GetString(await Samples.WriteAsync(Samples.Mail("élodie@batisseurs.test")));
        message.ShouldContain("élodie@batisseurs.test");
    }

    [Fact]
    public async Task Further_header_fields_are_written()
    {
        var message = Samples.Parse(await Samples.WriteAsync(Samples.Mail() with { ExtraHeaders = [new("X-Consultation", "Réf. 2026-42")] }));
        message.Headers["X-Consultation"].ShouldBe("Réf. 2026-42");
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_told_by_its_name()
    {
        var mail = Samples.Mail() with { Files = [new MailFile("perdu.pdf", "application/pdf", _ => throw new IOException("disk"))] };
        var fault = await Should.ThrowAsync<MailFileException>(() => Samples.WriteAsync(mail));
        fault.Message.ShouldContain("perdu.pdf");
    }

    public static TheoryData<string, OutgoingMail> Injections
    {
        get
        {
            var good = Samples.Mail();
            var data = new TheoryData<string, OutgoingMail>();
            foreach (var evil in new[] { "a\r\nBcc: x@y.test", "a\nb", "a\rb", "a\0b", "a\u0085b", "a\u2028b" })
            {
                data.Add("From.Address", good with { From = new Mailbox("x@y.test" + evil) });
                data.Add("To.Address", good with { To = new Mailbox(evil + "@y.test") });
                data.Add("To.Name", good with { To = new Mailbox("x@y.test", evil) });
                data.Add("ReplyTo.Name", good with { ReplyTo = new Mailbox("x@y.test", evil) });
                data.Add("Subject", good with { Subject = evil });
                data.Add("MessageId", good with { MessageId = evil + "@y.test" });
                data.Add("AutoSubmitted", good with { AutoSubmitted = evil });
                data.Add("ExtraHeaders.X-A", good with { ExtraHeaders = [new("X-A", evil)] });
                data.Add("ExtraHeaders", good with { ExtraHeaders = [new(evil, "v")] });
                data.Add("Files.Name", good with { Files = [Samples.File(evil, [1])] });
                data.Add("Files.ContentType", good with { Files = [Samples.File("a", [1], "text/plain;x=" + evil)] });
            }

            data.Add("Subject", good with { Subject = new string('x', 10_000_000) });
            data.Add("ExtraHeaders", good with { ExtraHeaders = [new("bcc", "x@y.test")] });
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Injections))]
    public async Task What_could_forge_a_header_is_refused_by_the_name_of_its_field(string field, OutgoingMail mail)
    {
        var fault = await Should.ThrowAsync<ArgumentException>(() => Samples.WriteAsync(mail));
        fault.Message.ShouldStartWith(field);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sans-arobase")]
    [InlineData("@domaine.test")]
    [InlineData("nom@")]
    [InlineData("deux points..@domaine.test")]
    [InlineData("a..b@domaine.test")]
    [InlineData("a b@domaine.test")]
    [InlineData("a>@domaine.test")]
    [InlineData("<a@domaine.test>")]
    [InlineData("a@domaine .test")]
    [InlineData("a@-domaine.test")]
    [InlineData("a@domaine..test")]
    [InlineData("\"a\"b\"@domaine.test")]
    public async Task What_is_no_address_is_refused(string address)
    {
        var fault = await Should.ThrowAsync<ArgumentException>(() => Samples.WriteAsync(Samples.Mail(address)));
        fault.Message.ShouldStartWith("To.Address");
    }

    [Theory]
    [InlineData("prénom.nom+étiquette@domaine.test")]
    [InlineData("\"a b\"@domaine.test")]
    [InlineData("o'neil!#$%&*/=?^_`{|}~-@domaine.test")]
    [InlineData("a@[192.0.2.1]")]
    [InlineData("a@[IPv6:2001:db8::1]")]
    [InlineData("a@sous_domaine.test")]
    public async Task What_RFC_5321_allows_is_an_address(string address)
    {
        Samples.Parse(await Samples.WriteAsync(Samples.Mail(address))).To.Mailboxes.Single().Address.ShouldBe(address);
    }
}
