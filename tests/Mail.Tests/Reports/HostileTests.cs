using System.Text;
using Vaguemestre.Mail.Reports;

namespace Vaguemestre.Mail.Tests.Reports;

public sealed class HostileTests
{
    public static TheoryData<string, byte[]> Mails()
    {
        const string Machine = "From: MAILER-DAEMON@mx.test\nSubject: failure notice\n";
        var random = new byte[200_000];
        new Random(42).NextBytes(random);
        return new TheoryData<string, byte[]>
        {
            { "binary", random },
            { "a header of megabytes", Encoding.ASCII.GetBytes(Machine + "X-Failed-Recipients: " + string.Concat(Enumerable.Repeat("a@b.test, ", 200_000)) + "\n\ncould not be delivered") },
            { "a line of megabytes", Encoding.ASCII.GetBytes(Machine + "\n" + new string('<', 2_000_000) + "a@b.test") },
            { "ten thousand recipients", Encoding.ASCII.GetBytes(Machine + "\ncould not be delivered\n" + string.Concat(Enumerable.Range(0, 10_000).Select(n => $"<a{n}@b.test>: user unknown\n"))) },
            { "parts within parts", Encoding.ASCII.GetBytes(Machine + string.Concat(Enumerable.Range(0, 500).Select(n => $"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"))) },
            { "a notification without end", Encoding.ASCII.GetBytes("From: no-reply@sns.test\n\n" + string.Concat(Enumerable.Repeat("{\"Message\":", 10_000))) },
            { "a notification of ten thousand", Encoding.ASCII.GetBytes("From: no-reply@sns.test\n\n{\"eventType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[" + string.Join(',', Enumerable.Repeat("\"a@b.c\"", 5_000)) + "]}}") },
            { "half a character in a notification", Encoding.ASCII.GetBytes("From: no-reply@sns.test\n\n{\"eventType\":\"\\ud800\"}") },
            { "half characters", Encoding.BigEndianUnicode.GetBytes(Machine + "\ncould not be delivered \uD800 a@b.test") },
        };
    }

    [Theory, MemberData(nameof(Mails))]
    public void Whatever_comes_is_read_within_bounds(string what, byte[] mail)
    {
        var read = ReportReader.Read(mail);

        (read.Report?.Recipients.Count ?? 0).ShouldBeLessThanOrEqualTo(1_000, what);
        foreach (var recipient in read.Report?.Recipients ?? [])
            (recipient.Remark?.Length ?? 0).ShouldBeLessThanOrEqualTo(2_000);
    }

    [Theory]
    [InlineData("Subject: Confirmation requise\n\nPour que votre message soit remis, veuillez confirmer votre adresse.", InboundKind.Challenge)]
    [InlineData("Subject: Re: Courrier\n\nJe suis absent du bureau jusqu'au 3.", InboundKind.AutoReply)]
    [InlineData("Subject: Re: Courrier\n\nVotre collègue me dit que son mail n'a pas pu être remis, pouvez-vous le renvoyer ?", InboundKind.Other)]
    public void Answers_are_told_from_bounces(string mail, InboundKind kind) =>
        ReportReader.Read(Encoding.UTF8.GetBytes("From: jean@alpha.test\nContent-Type: text/plain; charset=utf-8\n" + mail)).Kind.ShouldBe(kind);

    [Theory]
    [InlineData("5.7.1", "550 5.7.1 <a@sfr.fr>: Recipient address rejected: User unknown", FailureCause.UnknownRecipient)]
    [InlineData("5.5.0", "550 5.5.0 Adresse destinataire invalide. Invalid recipient. LPN007_416", FailureCause.UnknownRecipient)]
    [InlineData("5.1.1", "552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]", FailureCause.MailboxFull)]
    [InlineData("5.1.1", null, FailureCause.UnknownRecipient)]
    [InlineData("5.7.1", "550 5.7.1 Access denied (in reply to MAIL FROM command)", FailureCause.SenderRejected)]
    [InlineData(null, null, FailureCause.Other)]
    public void Words_outweigh_codes(string? status, string? words, FailureCause cause) => FailureCauses.Of(status, words).ShouldBe(cause);
}
