using System.Globalization;
using System.Text;
using MimeKit;
using MimeKit.Utils;
using Vaguemestre.Mail.Composition;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Mail.Reports;

/// <summary>Writes a delivery report: multipart/report (RFC 6522) of a text, message/delivery-status (RFC 3464) and the header of the mail it is about.</summary>
public static class ReportWriter
{
    /// <summary>One report, ready to be sent with an empty return path. Values that go into its fields must be ASCII to come back unchanged, addresses excepted.</summary>
    /// <param name="from">Who speaks, such as <c>MAILER-DAEMON@</c> the reporting server.</param>
    /// <param name="to">The return path of the mail that the report is about. The report itself goes with an empty one (RFC 3464 §2).</param>
    /// <param name="messageId">Of the report, without angle brackets.</param>
    /// <param name="original">The mail that the report is about; only its header comes back.</param>
    /// <exception cref="ArgumentException">A value is not acceptable; the message names it.</exception>
    public static byte[] Write(DeliveryReport report, Mailbox from, string to, string messageId, DateTimeOffset date, ReadOnlyMemory<byte> original)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(from);
        if (report.Recipients.Count == 0)
            throw new ArgumentException("A report is about at least one recipient.", nameof(report));
        var message = new MimeMessage { Subject = Subject(report), Date = date, MessageId = Field.Line(messageId, nameof(messageId)) };
        message.From.Add(new MailboxAddress(Encoding.UTF8, Field.Line(from.Name ?? "", nameof(from)), AddressSpec.Parse(from.Address, nameof(from)).ToString()));
        message.To.Add(new MailboxAddress("", AddressSpec.Parse(to, nameof(to)).ToString()));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-replied");
        message.Body = new MultipartReport("delivery-status") { Text(report), Status(report), OriginalHeader(original) };

        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        using var written = new MemoryStream();
        message.WriteTo(format, written);
        return written.ToArray();
    }

    private static string Subject(DeliveryReport report) =>
        report.Recipients.Any(recipient => recipient.Action == DeliveryAction.Failed) ? "Courriel non remis à son destinataire"
        : report.Recipients.Any(recipient => recipient.Action == DeliveryAction.Delayed) ? "Remise d’un courriel retardée"
        : "Remise d’un courriel";

    private static TextPart Text(DeliveryReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Ce rapport vous est adressé par le serveur de messagerie {report.ReportingMta}.\r\n\r\n");
        foreach (var recipient in report.Recipients)
        {
            text.Append(CultureInfo.InvariantCulture, $"{recipient.FinalRecipient} : {Word(recipient.Action)}\r\n");
            if (recipient.DiagnosticCode is not null)
                text.Append(CultureInfo.InvariantCulture, $"  Réponse du serveur : {recipient.DiagnosticCode}\r\n");
        }

        var part = new TextPart("plain") { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        part.SetText(Encoding.UTF8, text.ToString());
        return part;
    }

    private static string Word(DeliveryAction action) => action switch
    {
        DeliveryAction.Delivered => "le courriel a été remis.",
        DeliveryAction.Relayed => "le courriel a été transmis à un serveur qui n’adresse pas de rapport.",
        DeliveryAction.Expanded => "le courriel a été remis à une liste, puis transmis à ses membres.",
        DeliveryAction.Delayed => "le courriel n’a pas encore pu être remis ; de nouvelles tentatives auront lieu.",
        _ => "le courriel n’a pas pu être remis.",
    };

    private static MessageDeliveryStatus Status(DeliveryReport report)
    {
        var status = new MessageDeliveryStatus();
        status.StatusGroups.Add(Group(
            ("Reporting-MTA", "dns; " + report.ReportingMta),
            ("Original-Envelope-Id", report.OriginalEnvelopeId),
            ("Arrival-Date", Date(report.ArrivalDate))));
        foreach (var recipient in report.Recipients)
        {
            status.StatusGroups.Add(Group(
                ("Original-Recipient", Typed(recipient.OriginalRecipient)),
                ("Final-Recipient", Typed(recipient.FinalRecipient)),
                ("Action", recipient.Action.ToString().ToLowerInvariant()),
                ("Status", recipient.Status ?? throw new ArgumentException("A recipient's Status is missing: x.y.z is required (RFC 3464 §2.3.4).", nameof(report))),
                ("Remote-MTA", recipient.RemoteMta is null ? null : "dns; " + recipient.RemoteMta),
                ("Diagnostic-Code", recipient.DiagnosticCode),
                ("Last-Attempt-Date", Date(recipient.LastAttempt))));
        }

        return status;
    }

    private static HeaderList Group(params (string Name, string? Value)[] fields)
    {
        var group = new HeaderList();
        foreach (var (name, value) in fields)
        {
            if (value is not null)
                group.Add(name, Field.Line(value, name));
        }

        return group;
    }

    private static string? Date(DateTimeOffset? date) => date is { } instant ? DateUtils.FormatDate(instant) : null;

    private static string? Typed(string? address) =>
        address is null ? null : Ascii.IsValid(address) ? "rfc822; " + address : "utf-8; " + XText.EscapeUtf8Address(address);

    private static TextPart OriginalHeader(ReadOnlyMemory<byte> original)
    {
        var span = original.Span;
        var end = span.IndexOf("\r\n\r\n"u8) is >= 0 and var crlf ? crlf + 2 : span.IndexOf("\n\n"u8) is >= 0 and var lf ? lf + 1 : span.Length;
        var encoding = Ascii.IsValid(span[..end]) ? ContentEncoding.SevenBit : ContentEncoding.QuotedPrintable;
        return new TextPart("rfc822-headers") { Content = new MimeContent(new MemoryStream(original[..end].ToArray())), ContentTransferEncoding = encoding };
    }
}
