using Vaguemestre.Mail.Reports;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Mail.Tests.Smtp;

/// <summary>Our session and our listener, one against the other.</summary>
public sealed class RoundTripTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static RelayOptions To(SmtpListener listener) => new() { Host = "127.0.0.1", Port = listener.Port };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mail_arrives_byte_for_byte(bool dsn)
    {
        ReceivedMail? received = null;
        await using var listener = SmtpListener.Start(new SmtpListenerOptions { AcceptRecipient = _ => true, OffersDsn = dsn }, (mail, _) =>
        {
            received = mail;
            return Task.FromResult(new SmtpReply(250, "2.0.0 Ok: queued as 4F2A"));
        });
        var content = new byte[1_000_000];
        new Random(3).NextBytes(content);
        var sent = Samples.Mail() with { Html = null, Files = [] };
        await using var session = await RelaySession.OpenAsync(To(listener), Ct);
        var answer = await session.SendAsync(Samples.Envelope(), sent, Ct);

        answer.Outcome.ShouldBe(RelayOutcome.Accepted);
        answer.DsnRequested.ShouldBe(dsn);
        received.ShouldNotBeNull();
        received.Data.ToArray().ShouldBe(await Samples.WriteAsync(sent));
        received.MailFrom.ShouldBe("bounces+k3v7@ville.test");
        received.EnvelopeId.ShouldBe(dsn ? "0197-envelope" : null);
        received.Return.ShouldBe(dsn ? DsnReturn.Headers : null);
        received.Recipients.ShouldBe([dsn
            ? new ReceivedRecipient("contact@batisseurs.test", DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay, "rfc822;contact@batisseurs.test")
            : new ReceivedRecipient("contact@batisseurs.test")]);

        await session.SendAsync(Samples.Envelope(), sent with { Files = [Samples.File("gros.bin", content)] }, Ct);
        var part = (MimeKit.MimePart)Samples.Parse(received.Data).Attachments.Single();
        using var read = new MemoryStream();
        part.Content!.DecodeTo(read, Ct);
        read.ToArray().ShouldBe(content);
    }

    [Fact]
    public async Task A_report_finds_its_mail_again()
    {
        InboundMail? report = null;
        await using var home = SmtpListener.Start(new SmtpListenerOptions { AcceptRecipient = address => address.EndsWith("@ville.test") }, (mail, _) =>
        {
            report = ReportReader.Read(mail.Data);
            return Task.FromResult(new SmtpReply(250, "2.0.0 Ok"));
        });
        await using var away = SmtpListener.Start(new SmtpListenerOptions { HostName = "mx.inconnu.test", AcceptRecipient = _ => true, OffersDsn = true }, async (mail, ct) =>
        {
            var failed = new DeliveryReport("mx.inconnu.test", [new RecipientReport(mail.Recipients[0].Address, DeliveryAction.Failed, "5.1.1") { DiagnosticCode = "smtp; 550 5.1.1 unknown" }])
            {
                OriginalEnvelopeId = mail.EnvelopeId,
            };
            var back = ReportWriter.Write(failed, new Mailbox("MAILER-DAEMON@mx.inconnu.test"), mail.MailFrom, "r@mx.inconnu.test", Samples.Noon, mail.Data);
            using var talk = await SmtpTalk.OpenAsync(home.Port);
            await talk.SendAsync($"HELO mx.inconnu.test\r\nMAIL FROM:<>\r\nRCPT TO:<{mail.MailFrom}>\r\nDATA\r\n{System.Text.Encoding.Latin1.GetString(back)}\r\n.\r\n");
            await talk.ReadAsync(6);
            return new SmtpReply(250, "2.0.0 Ok");
        });
        await using var session = await RelaySession.OpenAsync(To(away), Ct);
        await session.SendAsync(Samples.Envelope(), Samples.Mail(), Ct);

        report.ShouldNotBeNull().Kind.ShouldBe(InboundKind.DeliveryReport);
        report.Report!.OriginalEnvelopeId.ShouldBe("0197-envelope");
        report.Report.Recipients.Single().Action.ShouldBe(DeliveryAction.Failed);
        report.OriginalMessageId.ShouldBe(Samples.Mail().MessageId);
    }
}
