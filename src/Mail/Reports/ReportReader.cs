using MimeKit;
using MimeKit.Utils;

namespace Vaguemestre.Mail.Reports;

/// <summary>Tells what a mail that came back is. Standard reports by their fields, whatever follows no standard by its phrases.</summary>
public static class ReportReader
{
    private const int MaxDepth = 8, MaxParts = 200;

    private static readonly ParserOptions Parsing = new() { MaxMimeDepth = 32 };

    /// <summary>Never throws, whatever the bytes are.</summary>
    /// <param name="raw">As received.</param>
    /// <param name="answers">
    /// It came to an address for answers, to which no server reports: words that elsewhere make a bounce are quoted there from the mail that is answered.
    /// Reports by a standard's fields stay what they are.
    /// </param>
    public static InboundMail Read(ReadOnlyMemory<byte> raw, bool answers = false)
    {
        try
        {
            var bytes = raw.ToArray();
            // Some old gateways end lines with CR alone.
            if (!bytes.AsSpan().Contains((byte)'\n'))
                bytes.AsSpan().Replace((byte)'\r', (byte)'\n');
            var start = bytes.AsSpan().IndexOfAnyExcept("\r\n\t "u8);
            var mail = bytes.AsMemory(Math.Max(start, 0));
            using var stream = new MemoryStream(bytes, bytes.Length - mail.Length, mail.Length, writable: false);
            return Read(MimeMessage.Load(Parsing, stream), mail, answers);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The bytes are hostile until proven otherwise: whatever the parser trips over, the mail is only not understood.
            return new InboundMail(InboundKind.Other);
        }
    }

    private static InboundMail Read(MimeMessage message, ReadOnlyMemory<byte> raw, bool answers)
    {
        var parts = new List<MimeEntity>();
        Collect(Unwrapped(message).Body, parts, MaxDepth);
        var notice = Notice.Of(parts, raw.Span);
        var notification = NotificationReader.Read(message, notice);
        var report = notification is not null ? notification.Value.Report : WithRemarks(DeliveryStatusReader.Read(parts), message, parts, notice) ?? BounceReader.Read(message, parts, notice);
        if (answers && report is { FollowsStandard: false })
            report = null;

        // Fields that report on nobody, beside a text that names nobody: no report at all.
        if (report is { FollowsStandard: false, Recipients: [{ FinalRecipient: "" }] } && parts.Exists(part => part is MessageDeliveryStatus))
            report = null;
        var kind = true switch
        {
            _ when notification is { } said => said.Kind,
            _ when parts.Exists(part => Is(part, "message", "feedback-report")) || (report is null && AnswerReader.IsComplaint(message, parts, notice)) => InboundKind.Complaint,
            _ when report is { FollowsStandard: false } && IsRefusalBySieve(parts) => InboundKind.DeliveryReport,
            _ when parts.Exists(part => Is(part, "message", "disposition-notification") || Is(part, "message", "global-disposition-notification")) => InboundKind.ReadNotification,
            _ when report is { FollowsStandard: true } => InboundKind.DeliveryReport,
            _ when AnswerReader.IsChallenge(message, notice) => InboundKind.Challenge,
            _ when report is not null => InboundKind.DeliveryReport,
            _ when AnswerReader.IsReadNotification(message, notice) => InboundKind.ReadNotification,
            _ when AnswerReader.IsAutomatic(message, notice) => InboundKind.AutoReply,
            _ => InboundKind.Other,
        };
        return new InboundMail(kind)
        {
            MessageId = message.MessageId,
            IsPersonal = kind == InboundKind.Other && !AnswerReader.IsFromList(message),
            ReturnPath = message.Headers[HeaderId.ReturnPath]?.Trim().Trim('<', '>'),
            From = message.From.Mailboxes.FirstOrDefault()?.Address,
            Subject = message.Subject,
            Text = string.Join('\n', notice.Lines),
            Report = kind == InboundKind.DeliveryReport ? report : null,
            OriginalMessageId = parts.Select(OriginalMessageId).FirstOrDefault(id => id is not null) ?? BounceReader.MessageId(notice),
        };
    }

    /// <summary>Some gateways put a server's report whole into a mail of their own, under the report's own subject.</summary>
    private static MimeMessage Unwrapped(MimeMessage message) =>
        message.Body is Multipart { Count: > 0 } mixed and not MultipartReport && mixed.OfType<MessagePart>().FirstOrDefault() is { Message: { Body: MultipartReport } inner }
            && inner.Subject == message.Subject && BounceReader.IsFromServer(message) ? inner : message;

    /// <summary>A Sieve script that refuses a mail says so by a read notification of a deleted mail (RFC 5429 §2.1.2); nobody read it.</summary>
    private static bool IsRefusalBySieve(List<MimeEntity> parts) =>
        parts.OfType<MessageDispositionNotification>().Any(part => part.Fields["Disposition"]?.Contains("deleted", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>The leaves of the mail itself. What lies inside a joined message is that message's business.</summary>
    private static void Collect(MimeEntity? entity, List<MimeEntity> parts, int depth)
    {
        if (entity is null || parts.Count >= MaxParts)
            return;
        if (entity is not Multipart multipart)
            parts.Add(entity);
        else if (depth > 0)
        {
            foreach (var child in multipart)
                Collect(child, parts, depth - 1);
        }
    }

    private static bool Is(MimeEntity part, string type, string subtype) => part.ContentType.IsMimeType(type, subtype);

    private static DeliveryReport? WithRemarks(DeliveryReport? report, MimeMessage message, IReadOnlyList<MimeEntity> parts, Notice notice)
    {
        if (report is null || notice.Lines.Count == 0)
            return report;
        var blocks = BounceReader.Recipients(message, parts, notice);
        return report with { Recipients = [.. report.Recipients.Select(r => r.Action is DeliveryAction.Failed or DeliveryAction.Delayed ? r with { Remark = BounceReader.Remark(r.FinalRecipient, blocks, notice) } : r)] };
    }

    private static string? OriginalMessageId(MimeEntity part)
    {
        if (part is MessagePart { Message: { } original })
            return original.MessageId;
        if (part is not MimePart { Content: { } content } || !(Is(part, "text", "rfc822-headers") || Is(part, "message", "global-headers")))
            return null;
        using var stream = content.Open();
        return HeaderList.Load(Parsing, stream)[HeaderId.MessageId] is { } id ? MimeUtils.ParseMessageId(id) : null;
    }
}
