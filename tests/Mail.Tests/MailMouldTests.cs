using System.Text;
using CsCheck;
using MimeKit;

namespace Vaguemestre.Mail.Tests;

public sealed class MailMouldTests
{
    private const string Name = "Q7fkd93mName", Link = "Q7fkd93mLink";

    private static readonly string[] Pieces =
    [
        "a", "é", "😀", " ", "  ", "\t", ".", "..", "=", "=20", "\n", "\r\n", "\n.\n", " \n", "\t\r\n", "From ", "--", "\"", "<b>", "&amp;", "\u2028", "\f", "\0", "\uD83D",
        new string('x', 75), new string('x', 76), new string('é', 40), "un mot puis un autre ",
    ];

    private static readonly Gen<string> AnyText = OneOf(Pieces).Array[0, 12].Select(string.Concat);

    private static readonly Gen<string> MarkedText = OneOf([.. Pieces, Name, Link, Name, Link]).Array[0, 14].Select(string.Concat);

    private static readonly Gen<string?> AnyName = Gen.OneOf(
        Gen.Const((string?)null),
        OneOf("a", "B c", "é", "\"", "\\", ",", "=", "  ", " ", "😀", "(", ";", "<x@y>", "@", ".", "社", new string('n', 70), "'").Array[1, 6].Select(string.Concat)!);

    private static readonly Gen<string> AnyAddress = OneOf(
        "contact@batisseurs.test", "élodie@batisseurs.test", "a@société.test", "\"a b\"@domaine.test", "o'neil!#$%&*/=?^_`{|}~-@domaine.test", "a@[192.0.2.1]", "A.B@Exemple.TEST",
        new string('l', 64) + "@" + new string('d', 60) + ".test");

    private static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_out_of_the_mould_reads_as_one_written_for_its_recipient() =>
        await Gen.Select(Gen.Select(MarkedText, MarkedText, Gen.Bool, Gen.Bool), AnyText.Array[4], Gen.Select(AnyAddress, AnyName), Gen.Select(AnyAddress, AnyName, Gen.Bool)).SampleAsync(
            async (texts, values, to, reply) =>
            {
                var (text, html, withHtml, withFiles) = texts;
                var common = Samples.Mail() with
                {
                    Text = text,
                    Html = withHtml ? html : null,
                    AutoSubmitted = "auto-generated",
                    ExtraHeaders = [new("X-Consultation", "Réf. 2026-42")],
                    Files = withFiles ? [Samples.File("règlement.pdf", Samples.Latin1(text + "fin")), Samples.File("vide.txt", [])] : [],
                };
                var whole = common with
                {
                    To = new Mailbox(to.Item1, to.Item2),
                    ReplyTo = reply.Item3 ? new Mailbox(reply.Item1, reply.Item2) : null,
                    MessageId = "autre@ville.test",
                    Date = Samples.Noon.AddMinutes(7).ToOffset(TimeSpan.FromHours(-3)),
                    Text = common.Text.Replace(Name, values[0]).Replace(Link, values[1]),
                    Html = common.Html?.Replace(Name, values[2]).Replace(Link, values[3]),
                };
                var mould = await MailMould.CastAsync(common, [Name, Link], Ct);
                var mail = mould.For(whole.To, whole.MessageId, whole.Date, whole.ReplyTo, [new(values[0], values[2]), new(values[1], values[3])]);

                ShouldReadAlike(await WriteAsync(mail), await Samples.WriteAsync(whole), whole);
            }, iter: 2_000);

    [Theory]
    [InlineData("|", "é", "é")]
    [InlineData("avant|après", "", "avantaprès")]
    [InlineData("avant\n|\naprès", "=20 . ", "avant\n=20 . \naprès")]
    [InlineData("|.|", ".\n.", ".\n...\n.")]
    public async Task A_value_stands_where_its_mark_stood(string text, string value, string expected)
    {
        var mould = await MailMould.CastAsync(Samples.Mail() with { Text = text.Replace("|", Name) }, [Name], Ct);
        var mail = mould.For(new Mailbox("a@b.test"), "1@ville.test", Samples.Noon, replyTo: null, [new(value, "")]);
        Samples.Parse(await WriteAsync(mail)).TextBody!.ReplaceLineEndings("\n").ShouldBe(expected);
    }

    [Fact]
    public async Task A_mould_serves_many_recipients_and_none_has_anothers_value()
    {
        var opened = 0;
        var file = new MailFile("plan.pdf", "application/pdf", _ =>
        {
            opened++;
            return Task.FromResult<Stream>(new MemoryStream(new byte[100_000]));
        });
        var mould = await MailMould.CastAsync(Samples.Mail() with { Text = $"Bonjour {Name}", Html = $"<p>{Name}</p>", Files = [file] }, [Name], Ct);
        mould.Size.ShouldBeInRange(137_000, 400_000);
        await Parallel.ForAsync(0, 100, Ct, async (i, _) =>
        {
            var mail = mould.For(new Mailbox($"a{i}@b.test", $"Nom {i}"), $"{i}@ville.test", Samples.Noon, replyTo: null, [new($"personne {i}.", $"<b>{i}</b>")]);
            var message = Samples.Parse(await WriteAsync(mail));
            message.To.ToString().ShouldBe($"\"Nom {i}\" <a{i}@b.test>");
            message.MessageId.ShouldBe($"{i}@ville.test");
            message.TextBody.ShouldBe($"Bonjour personne {i}.");
            message.HtmlBody.ShouldBe($"<p><b>{i}</b></p>");
        });
        opened.ShouldBe(1);
    }

    [Theory]
    [InlineData("contact@batisseurs.test", false)]
    [InlineData("a@société.test", false)]
    [InlineData("élodie@batisseurs.test", true)]
    public async Task Only_a_non_ASCII_mailbox_asks_for_SMTPUTF8(string address, bool needs)
    {
        var mould = await MailMould.CastAsync(Samples.Mail(), [], Ct);
        mould.For(new Mailbox(address), "1@ville.test", Samples.Noon, replyTo: null, []).NeedsSmtpUtf8.ShouldBe(needs);
        mould.For(new Mailbox("a@b.test"), "1@ville.test", Samples.Noon, new Mailbox(address), []).NeedsSmtpUtf8.ShouldBe(needs);
        var from = await MailMould.CastAsync(Samples.Mail() with { From = new Mailbox(address) }, [], Ct);
        from.For(new Mailbox("a@b.test"), "1@ville.test", Samples.Noon, replyTo: null, []).NeedsSmtpUtf8.ShouldBe(needs);
    }

    [Theory]
    [InlineData("a\r\nBcc: x@y.test")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u0085b")]
    public async Task A_recipients_field_cannot_forge_a_header(string evil)
    {
        var mould = await MailMould.CastAsync(Samples.Mail(), [], Ct);
        EncodedMail For(Mailbox? to = null, string id = "1@ville.test", Mailbox? replyTo = null) => mould.For(to ?? new Mailbox("a@b.test"), id, Samples.Noon, replyTo, []);

        Should.Throw<ArgumentException>(() => For(to: new Mailbox(evil + "@b.test"))).Message.ShouldStartWith("To.Address");
        Should.Throw<ArgumentException>(() => For(to: new Mailbox("a@b.test", evil))).Message.ShouldStartWith("To.Name");
        Should.Throw<ArgumentException>(() => For(replyTo: new Mailbox("a@b.test", evil))).Message.ShouldStartWith("ReplyTo.Name");
        Should.Throw<ArgumentException>(() => For(id: evil + "@b.test")).Message.ShouldStartWith("MessageId");
        (await Should.ThrowAsync<ArgumentException>(() => MailMould.CastAsync(Samples.Mail() with { Subject = evil }, [], Ct))).Message.ShouldStartWith("Subject");
    }

    [Fact]
    public async Task Marks_and_values_go_together()
    {
        (await Should.ThrowAsync<ArgumentException>(() => MailMould.CastAsync(Samples.Mail(), ["abc", "b"], Ct))).Message.ShouldContain("mark");
        (await Should.ThrowAsync<ArgumentException>(() => MailMould.CastAsync(Samples.Mail(), ["é"], Ct))).Message.ShouldContain("mark");
        (await Should.ThrowAsync<ArgumentException>(() => MailMould.CastAsync(Samples.Mail(), [""], Ct))).Message.ShouldContain("mark");
        var mould = await MailMould.CastAsync(Samples.Mail(), [Name], Ct);
        Should.Throw<ArgumentException>(() => mould.For(new Mailbox("a@b.test"), "1@ville.test", Samples.Noon, replyTo: null, [])).Message.ShouldContain("values");
    }

    private static async Task<byte[]> WriteAsync(EncodedMail mail)
    {
        using var written = new MemoryStream();
        await mail.WriteAsync(written, Ct);
        written.Length.ShouldBe(mail.Length);
        return written.ToArray();
    }

    private static void ShouldReadAlike(byte[] raw, byte[] expectedRaw, OutgoingMail mail)
    {
        ShouldBeSoundLines(Encoding.UTF8.GetString(raw));
        var (message, expected) = (Samples.Parse(raw), Samples.Parse(expectedRaw));
        Fields(message).ShouldBe(Fields(expected));
        message.To.Mailboxes.Select(box => box.Address).ShouldBe(expected.To.Mailboxes.Select(box => box.Address));
        message.ReplyTo.Mailboxes.Select(box => box.Address).ShouldBe(expected.ReplyTo.Mailboxes.Select(box => box.Address));
        // MimeKit loses spaces around a name; the name itself is the measure.
        Trimmed(message.To.Mailboxes.Single().Name).ShouldBe(Trimmed(mail.To.Name));
        Trimmed(message.ReplyTo.Mailboxes.SingleOrDefault()?.Name).ShouldBe(Trimmed(mail.ReplyTo?.Name));
        message.From.ToString().ShouldBe(expected.From.ToString());
        message.Date.ShouldBe(expected.Date);
        var (parts, expectedParts) = (message.BodyParts.Cast<MimePart>().ToArray(), expected.BodyParts.Cast<MimePart>().ToArray());
        parts.Select(part => Describe(part, parts.Length == 1)).ShouldBe(expectedParts.Select(part => Describe(part, parts.Length == 1)));
        raw[^2..].ShouldBe("\r\n"u8.ToArray());
        message.Body!.ContentType.MimeType.ShouldBe(expected.Body!.ContentType.MimeType);
    }

    private static string Trimmed(string? name) => (name ?? "").Trim();

    private static IEnumerable<string> Fields(MimeMessage message) =>
        message.Headers.Where(field => field.Id is not (HeaderId.To or HeaderId.ReplyTo or HeaderId.From or HeaderId.ContentType)).Select(field => $"{field.Id}: {field.Value}").Order(StringComparer.Ordinal);

    private static string Describe(MimePart part, bool alone)
    {
        using var decoded = new MemoryStream();
        part.Content?.DecodeTo(decoded, Ct);
        var content = Encoding.Latin1.GetString(decoded.ToArray());
        // A mail that is one text may end with a line end more.
        content = alone ? content.TrimEnd('\r', '\n') : content;
        return $"{part.ContentType.MimeType} {part.ContentType.Charset} {part.ContentType.Name} {part.FileName} {part.ContentTransferEncoding} {content}";
    }

    private static void ShouldBeSoundLines(string text)
    {
        text.Replace("\r\n", "").IndexOfAny(['\r', '\n']).ShouldBe(-1);
        var lines = text.Split("\r\n");
        lines.Max(line => line.Length).ShouldBeLessThanOrEqualTo(998);
        var body = lines.SkipWhile(line => line.Length > 0).ToArray();
        body.Where(line => !line.StartsWith('\t') && !line.StartsWith("Content-")).Max(line => line.Length).ShouldBeLessThanOrEqualTo(76);
        body.ShouldNotContain(line => line.StartsWith('.'));
    }
}
