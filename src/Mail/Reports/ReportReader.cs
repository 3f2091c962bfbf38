using MimeKit;
using MimeKit.Utils;

namespace Vaguemestre.Mail.Reports;

/// <summary>Tells what a mail that came back is. Reads only standard reports; what follows no standard is <see cref="InboundKind.Other"/>.</summary>
public static class ReportReader
{
    private const int MaxDepth = 8, MaxParts = 200;

    private static readonly ParserOptions Parsing = new() { MaxMimeDepth = 32 };

    private static readonly string[] AutoReplyFields = ["X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Auto-Reply"];

    private static readonly string[] AutoReplySubjects =
        ["automatic reply:", "auto:", "autoreply:", "out of office:", "réponse automatique", "reponse automatique", "absence du bureau", "absent du bureau"];

    /// <summary>Never throws, whatever the bytes are.</summary>
    public static InboundMail Read(ReadOnlyMemory<byte> raw)
    {
        try
        {
            var bytes = raw.ToArray();
            // Some old gateways end lines with CR alone.
            if (!bytes.AsSpan().Contains((byte)'\n'))
                bytes.AsSpan().Replace((byte)'\r', (byte)'\n');
            using var stream = new MemoryStream(bytes, writable: false);
            return Read(MimeMessage.Load(Parsing, stream));
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The bytes are hostile until proven otherwise: whatever the parser trips over, the mail is only not understood.
            return new InboundMail(InboundKind.Other);
        }
    }

    private static InboundMail Read(MimeMessage message)
    {
        var parts = new List<MimeEntity>();
        Collect(message.Body, parts, MaxDepth);
        var report = DeliveryStatusReader.Read(parts);
        var kind = true switch
        {
            _ when parts.Exists(part => Is(part, "message", "feedback-report")) => InboundKind.Complaint,
            _ when parts.Exists(part => Is(part, "message", "disposition-notification") || Is(part, "message", "global-disposition-notification")) => InboundKind.ReadNotification,
            _ when report is not null => InboundKind.DeliveryReport,
            _ when IsAutoReply(message) => InboundKind.AutoReply,
            _ => InboundKind.Other,
        };
        return new InboundMail(kind)
        {
            MessageId = message.MessageId,
            From = message.From.Mailboxes.FirstOrDefault()?.Address,
            Subject = message.Subject,
            Report = kind == InboundKind.DeliveryReport ? report : null,
            OriginalMessageId = parts.Select(OriginalMessageId).FirstOrDefault(id => id is not null),
        };
    }

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

    private static bool IsAutoReply(MimeMessage message)
    {
        // RFC 3834 §5. "auto-generated" alone is no answer to anything, but no person wrote it either.
        var submitted = message.Headers[HeaderId.AutoSubmitted]?.Split(';', '(')[0].Trim();
        if (submitted is { Length: > 0 } && !submitted.Equals("no", StringComparison.OrdinalIgnoreCase))
            return true;
        if (AutoReplyFields.Any(field => message.Headers[field] is { } value && !value.Trim().Equals("no", StringComparison.OrdinalIgnoreCase)))
            return true;
        return message.Headers[HeaderId.Precedence]?.Trim().Equals("auto_reply", StringComparison.OrdinalIgnoreCase) == true
            || AutoReplySubjects.Any(start => message.Subject?.TrimStart().StartsWith(start, StringComparison.OrdinalIgnoreCase) == true);
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
