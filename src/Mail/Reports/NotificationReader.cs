using System.Text;
using System.Text.Json;
using MimeKit;

namespace Vaguemestre.Mail.Reports;

/// <summary>Reads what Amazon SES says of a mail by way of SNS: JSON as the text of a mail, either bare or within the envelope of SNS.</summary>
internal static class NotificationReader
{
    private const int MaxRecipients = 1_000, MaxDepth = 16, MaxEnvelopes = 2;

    /// <returns>Null where the mail is none. A complaint has no report.</returns>
    public static (InboundKind Kind, DeliveryReport? Report)? Read(MimeMessage message, Notice notice)
    {
        var text = string.Join('\n', notice.Lines).TrimStart();
        return text.StartsWith('{') && BounceReader.IsFromServer(message) ? Read(text, MaxEnvelopes) : null;
    }

    private static (InboundKind Kind, DeliveryReport? Report)? Read(string text, int envelopes)
    {
        using var json = Parse(text);
        if (json is not { RootElement: { ValueKind: JsonValueKind.Object } root })
            return null;
        if (Word(root, "Message") is { } inner)
            return envelopes > 0 ? Read(inner, envelopes - 1) : null;
        return (Word(root, "notificationType") ?? Word(root, "eventType")) switch
        {
            "Bounce" => Report(root, "bounce", "bouncedRecipients", DeliveryAction.Failed),
            "Delivery" => Report(root, "delivery", "recipients", DeliveryAction.Delivered),
            "DeliveryDelay" => Report(root, "deliveryDelay", "delayedRecipients", DeliveryAction.Delayed),
            "Complaint" => (InboundKind.Complaint, null),
            _ => null,
        };
    }

    private static (InboundKind, DeliveryReport?)? Report(JsonElement root, string name, string list, DeliveryAction action)
    {
        if (!root.TryGetProperty(name, out var said) || said.ValueKind != JsonValueKind.Object
            || !said.TryGetProperty(list, out var named) || named.ValueKind != JsonValueKind.Array)
            return null;
        var reply = Word(said, "smtpResponse");
        var recipients = named.EnumerateArray().Take(MaxRecipients).Select(one => Recipient(one, action, reply)).OfType<RecipientReport>().ToList();
        return recipients.Count == 0 ? null
            : (InboundKind.DeliveryReport, new DeliveryReport(Word(said, "reportingMTA") ?? "", recipients) { FollowsStandard = false });
    }

    private static RecipientReport? Recipient(JsonElement one, DeliveryAction action, string? reply)
    {
        var written = one.ValueKind == JsonValueKind.String ? one.GetString() : Word(one, "emailAddress");
        if (Addresses.All(written ?? "").FirstOrDefault() is not { } address)
            return null;
        var code = Word(one, "status");
        return new RecipientReport(address, action, BounceReader.Status(code ?? reply ?? "")) { DiagnosticCode = Word(one, "diagnosticCode") ?? reply };
    }

    private static string? Word(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The first value of the text: SNS writes how to unsubscribe below it.</summary>
    private static JsonDocument? Parse(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            return JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
