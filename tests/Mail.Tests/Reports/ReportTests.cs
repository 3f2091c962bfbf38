using System.Text;
using MimeKit;
using Vaguemestre.Mail.Reports;

namespace Vaguemestre.Mail.Tests.Reports;

public sealed class ReportTests
{
    private static readonly DeliveryReport Failed = new("mx.inconnu.test",
    [
        new RecipientReport("élodie@inconnu.test", DeliveryAction.Failed, "5.1.1")
        {
            OriginalRecipient = "a+b@inconnu.test",
            RemoteMta = "mx2.inconnu.test",
            DiagnosticCode = "smtp; 550 5.1.1 <x@inconnu.test>: utilisateur inconnu",
            LastAttempt = Samples.Noon,
        },
        new RecipientReport("ok@inconnu.test", DeliveryAction.Delivered, "2.0.0"),
    ])
    {
        OriginalEnvelopeId = "0197-envelope",
        ArrivalDate = Samples.Noon,
    };

    private static async Task<byte[]> WriteAsync(DeliveryReport report) =>
        ReportWriter.Write(report, new Mailbox("MAILER-DAEMON@inconnu.test", "Système de messagerie"), "bounces+k3v7@ville.test", "r1@inconnu.test",
            Samples.Noon, await Samples.WriteAsync(Samples.Mail()));

    [Fact]
    public async Task A_report_is_read_back_as_it_was_written()
    {
        var mail = ReportReader.Read(await WriteAsync(Failed));

        mail.Kind.ShouldBe(InboundKind.DeliveryReport);
        mail.MessageId.ShouldBe("r1@inconnu.test");
        mail.From.ShouldBe("MAILER-DAEMON@inconnu.test");
        mail.OriginalMessageId.ShouldBe(Samples.Mail().MessageId);
        mail.Report.ShouldNotBeNull().ShouldSatisfyAllConditions(
            report => report.ReportingMta.ShouldBe(Failed.ReportingMta),
            report => report.OriginalEnvelopeId.ShouldBe(Failed.OriginalEnvelopeId),
            report => report.ArrivalDate.ShouldBe(Failed.ArrivalDate),
            report => report.Recipients.Select(r => r with { Remark = null }).ShouldBe(Failed.Recipients));
    }

    [Fact]
    public async Task A_report_has_the_three_parts_of_RFC_6522_and_the_header_only()
    {
        var raw = await WriteAsync(Failed);
        var message = Samples.Parse(raw);
        var report = message.Body.ShouldBeOfType<MultipartReport>();

        report.ReportType.ShouldBe("delivery-status");
        report.Select(part => part.ContentType.MimeType).ShouldBe(["text/plain", "message/delivery-status", "text/rfc822-headers"]);
        message.Headers[HeaderId.AutoSubmitted].ShouldBe("auto-replied");
        Encoding.Latin1.GetString(raw).ShouldNotContain("offre");
        Encoding.Latin1.GetString(raw).Replace("\r\n", "").ShouldNotContain('\n');
    }

    [Theory]
    [InlineData("a\r\nStatus: 2.0.0")]
    [InlineData("a\nb")]
    public async Task A_value_cannot_forge_a_field_of_the_report(string evil)
    {
        var report = Failed with { Recipients = [Failed.Recipients[0] with { DiagnosticCode = evil }] };
        (await Should.ThrowAsync<ArgumentException>(() => WriteAsync(report))).Message.ShouldStartWith("Diagnostic-Code");
    }

    private static InboundMail Read(string raw) => ReportReader.Read(Encoding.UTF8.GetBytes(raw.ReplaceLineEndings("\r\n")));

    private static InboundMail ReadStatus(string status, string type = "message/delivery-status") => Read($"""
        From: MAILER-DAEMON@mx.test
        Auto-Submitted: auto-replied
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b
        Content-Type: text/plain

        Undelivered.
        --b
        Content-Type: {type}

        {status}
        --b
        Content-Type: message/rfc822

        Message-ID: <mine@ville.test>
        Subject: x

        body
        --b--

        """);

    [Fact]
    public void A_report_of_Postfix_says_what_the_next_server_answered()
    {
        var mail = ReadStatus("""
            Reporting-MTA: dns; relais.ville.test
            Original-Envelope-Id: 0197-envelope
            X-Postfix-Queue-ID: 4F2A1
            Arrival-Date: Mon,  2 Mar 2026 12:00:00 +0100 (CET)

            Final-Recipient: rfc822; contact@batisseurs.test
            Original-Recipient: rfc822;contact@batisseurs.test
            Action: relayed
            Status: 2.0.0
            Remote-MTA: dns; mx.batisseurs.test
            Diagnostic-Code: smtp; 250 2.0.0 Ok: queued as
                9C21B
            """);

        mail.Kind.ShouldBe(InboundKind.DeliveryReport);
        mail.OriginalMessageId.ShouldBe("mine@ville.test");
        mail.Report!.ArrivalDate.ShouldBe(Samples.Noon);
        mail.Report.OriginalEnvelopeId.ShouldBe("0197-envelope");
        mail.Report.Recipients.ShouldBe(
        [
            new RecipientReport("contact@batisseurs.test", DeliveryAction.Relayed, "2.0.0")
            {
                OriginalRecipient = "contact@batisseurs.test",
                RemoteMta = "mx.batisseurs.test",
                DiagnosticCode = "smtp; 250 2.0.0 Ok: queued as 9C21B",
            },
        ]);
    }

    [Fact]
    public void Each_recipient_has_its_own_words()
    {
        var mail = ReadStatus("""
            Reporting-MTA: dns; mx.test

            Final-Recipient: RFC822; <a@x.test>
            Action: Failed (gave up)
            Status: 5.2.2 (mailbox full)

            Final-Recipient: rfc822; b@x.test
            Action: delayed
            Status: 4.4.1
            """);
        mail.Report!.Recipients.Select(r => (r.FinalRecipient, r.Action, r.Status))
            .ShouldBe([("a@x.test", DeliveryAction.Failed, "5.2.2"), ("b@x.test", DeliveryAction.Delayed, "4.4.1")]);
    }

    [Fact]
    public void A_recipient_in_the_group_of_the_message_is_found()
    {
        ReadStatus("Reporting-MTA: dns; mx.test\nFinal-Recipient: rfc822; a@x.test\nAction: failed\nStatus: 5.1.1").Report!.Recipients.Count.ShouldBe(1);
    }

    [Fact]
    public void A_report_that_forgets_Action_is_read_where_its_status_leaves_no_doubt()
    {
        ReadStatus("Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; a@x.test\nStatus: 5.2.1").Report!.Recipients[0].Action.ShouldBe(DeliveryAction.Failed);
        ReadStatus("Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; a@x.test\nStatus: 4.4.7").Kind.ShouldNotBe(InboundKind.DeliveryReport);
    }

    [Fact]
    public void A_report_whose_lines_end_with_CR_alone_is_read()
    {
        var raw = "From: a@x.test\rContent-Type: multipart/report; boundary=b\r\r--b\rContent-Type: message/delivery-status\r\rReporting-MTA: dns; mx.test\r\rFinal-Recipient: rfc822; a@x.test\rAction: failed\rStatus: 5.1.1\r--b--\r";
        ReportReader.Read(Encoding.ASCII.GetBytes(raw)).Report!.Recipients[0].Status.ShouldBe("5.1.1");
    }

    [Fact]
    public void An_international_report_is_read()
    {
        var mail = ReadStatus("Reporting-MTA: dns; mx.test\n\nFinal-Recipient: utf-8; \\x{E9}lodie@x.test\nAction: failed\nStatus: 5.1.1", "message/global-delivery-status");
        mail.Report!.Recipients[0].FinalRecipient.ShouldBe("élodie@x.test");
    }

    [Fact]
    public void A_report_without_recipient_is_no_delivery_report()
    {
        ReadStatus("Reporting-MTA: dns; mx.test").Kind.ShouldNotBe(InboundKind.DeliveryReport);
    }

    [Fact]
    public void A_report_inside_a_forwarded_message_belongs_to_that_message()
    {
        Read("""
            From: quelquun@x.test
            Content-Type: multipart/mixed; boundary=o

            --o
            Content-Type: message/rfc822

            From: MAILER-DAEMON@mx.test
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.test

            Final-Recipient: rfc822; a@x.test
            Action: failed
            Status: 5.1.1
            --b--
            --o--

            """).Kind.ShouldBe(InboundKind.Other);
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-replied (vacation)")]
    [InlineData("X-Autoreply: yes")]
    [InlineData("Precedence: auto_reply")]
    [InlineData("Subject: Réponse automatique : Demande de précision")]
    public void An_automatic_answer_is_no_bounce(string header)
    {
        Read($"From: a@x.test\n{header}\n\nJe suis absent.").Kind.ShouldBe(InboundKind.AutoReply);
    }

    [Fact]
    public void A_mail_of_a_person_is_none_of_these()
    {
        Read("From: a@x.test\nAuto-Submitted: no\nSubject: Re: Demande\n\nBonjour.").Kind.ShouldBe(InboundKind.Other);
    }

    [Theory]
    [InlineData("disposition-notification", "message/disposition-notification", "Final-Recipient: rfc822; a@x.test\nDisposition: manual-action/MDN-sent-manually; displayed", InboundKind.ReadNotification)]
    [InlineData("feedback-report", "message/feedback-report", "Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1", InboundKind.Complaint)]
    public void Reports_of_other_kinds_are_no_delivery_reports(string type, string part, string fields, InboundKind kind)
    {
        var mail = Read($"From: a@x.test\nContent-Type: multipart/report; report-type={type}; boundary=b\n\n--b\nContent-Type: text/plain\n\nx\n--b\nContent-Type: {part}\n\n{fields}\n--b--\n");
        mail.Kind.ShouldBe(kind);
        mail.Report.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0")]
    [InlineData("Content-Type: multipart/report; boundary=\n\n--\n--\n")]
    public void Nonsense_is_only_not_understood(string raw)
    {
        Read(raw).Kind.ShouldBe(InboundKind.Other);
    }

    [Fact]
    public void Parts_within_parts_without_end_are_only_not_understood()
    {
        var raw = new StringBuilder();
        for (var depth = 0; depth < 20_000; depth++)
            raw.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n");
        Read(raw.ToString()).Kind.ShouldBe(InboundKind.Other);
    }
}
