using System.Text;
using System.Text.RegularExpressions;
using MimeKit;
using MimeKit.Utils;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Mail.Reports;

/// <summary>Reads message/delivery-status (RFC 3464 §2) and its international form (RFC 6533), as servers really write them.</summary>
internal static partial class DeliveryStatusReader
{
    private const int MaxGroups = 1_000;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The first part that reports on a recipient.</summary>
    /// <returns>Null where no part reports on a recipient.</returns>
    public static DeliveryReport? Read(IEnumerable<MimeEntity> parts)
    {
        foreach (var status in parts.OfType<MessageDeliveryStatus>())
        {
            // The groups are not told by their order: some servers forget the empty line after the first, or add others.
            var groups = status.StatusGroups.Take(MaxGroups).ToList();
            var recipients = groups.Select(ReadRecipient).OfType<RecipientReport>().ToList();
            if (recipients.Count == 0)
                continue;
            return new DeliveryReport(Typed(First(groups, "Reporting-MTA")) ?? "", recipients)
            {
                OriginalEnvelopeId = First(groups, "Original-Envelope-Id"),
                ArrivalDate = Date(First(groups, "Arrival-Date")),
            };
        }

        return null;
    }

    private static RecipientReport? ReadRecipient(HeaderList group)
    {
        var original = Address(Value(group, "Original-Recipient"));
        var final = Address(Value(group, "Final-Recipient")) ?? original;
        var code = StatusCode().Match(Value(group, "Status") ?? "");
        var status = code.Success ? code.Value : null;
        if (final is null || Action(Value(group, "Action"), status) is not { } action)
            return null;
        return new RecipientReport(final, action, status)
        {
            OriginalRecipient = original,
            RemoteMta = Typed(Value(group, "Remote-MTA")),
            DiagnosticCode = Value(group, "Diagnostic-Code"),
            LastAttempt = Date(Value(group, "Last-Attempt-Date")),
        };
    }

    /// <summary>Action is required (§2.3.3). Where it is missing, only a permanent Status leaves no doubt: 4.4.7 goes with failed as well as with delayed.</summary>
    private static DeliveryAction? Action(string? value, string? status) => Word().Match(value ?? "").Value.ToUpperInvariant() switch
    {
        "DELIVERED" => DeliveryAction.Delivered,
        "RELAYED" => DeliveryAction.Relayed,
        "EXPANDED" => DeliveryAction.Expanded,
        "DELAYED" => DeliveryAction.Delayed,
        "FAILED" => DeliveryAction.Failed,
        _ => status?[0] == '5' ? DeliveryAction.Failed : null,
    };

    private static string? First(IEnumerable<HeaderList> groups, string field) =>
        groups.Select(group => Value(group, field)).FirstOrDefault(value => value is not null);

    /// <summary>The value as it stands, unfolded: neither decoded nor tidied.</summary>
    private static string? Value(HeaderList group, string field)
    {
        var header = group.FirstOrDefault(header => header.Field.Equals(field, StringComparison.OrdinalIgnoreCase));
        if (header is null)
            return null;
        string raw;
        try
        {
            raw = StrictUtf8.GetString(header.RawValue);
        }
        catch (DecoderFallbackException)
        {
            raw = Encoding.Latin1.GetString(header.RawValue);
        }

        var value = Fold().Replace(raw, " ").Trim();
        return value.Length == 0 ? null : value;
    }

    /// <summary>What follows the type: <c>dns; mx.exemple.fr</c> is <c>mx.exemple.fr</c>.</summary>
    private static string? Typed(string? value)
    {
        var rest = value?[(value.IndexOf(';') + 1)..].Trim();
        return string.IsNullOrEmpty(rest) ? null : rest;
    }

    private static string? Address(string? value)
    {
        if (Typed(value) is not { } address)
            return null;
        if (address.LastIndexOf('<') is >= 0 and var open && address.IndexOf('>', open) is > 0 and var close)
            address = address[(open + 1)..close];
        address = address.Trim('<', '>');
        // A source route (RFC 5321 appendix C): what follows it is the address.
        if (address.StartsWith('@') && address.IndexOf(':', StringComparison.Ordinal) is > 0 and var route)
            address = address[(route + 1)..];
        return value!.StartsWith("utf-8", StringComparison.OrdinalIgnoreCase) ? XText.DecodeUtf8Address(address) : address;
    }

    private static DateTimeOffset? Date(string? value) =>
        value is not null && DateUtils.TryParse(value, out var date) ? date : null;

    [GeneratedRegex(@"(?<![0-9.])[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex StatusCode();

    [GeneratedRegex("^[A-Za-z]+", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Word();

    [GeneratedRegex(@"[ \t]*[\r\n]+[ \t]*", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Fold();
}
