using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// Facts of a conversation in the vocabulary of ETSI EN 319 522-3 (table 2). A tracked letter stays with us until it is
/// opened, and its mail is the notification of that; a plain letter goes whole to servers that are no registered delivery
/// service. What has no event of the same meaning has none here.
/// </summary>
public static class EtsiEvents
{
    private const string Root = "http://uri.etsi.org/19522/Event/";

    public static string? UriOf(FactKind kind, DeliveryMode mode) => NameOf(kind, mode) is { } name ? Root + name : null;

    /// <summary>The last part of its URI.</summary>
    public static string? NameOf(FactKind kind, DeliveryMode mode) => (kind, mode) switch
    {
        (FactKind.Submitted or FactKind.Resubmitted, _) => "SubmissionAcceptance",
        (FactKind.AcceptedByRelay, DeliveryMode.Tracked) => "ConsignmentNotification",
        (FactKind.Delivered, DeliveryMode.Tracked) => "NotificationDelivered",
        (FactKind.Undelivered, DeliveryMode.Tracked) => "ConsignmentNotificationFailure",
        (FactKind.Opened, DeliveryMode.Tracked) => "ContentHandover",
        (FactKind.AttachmentDownloaded, DeliveryMode.Tracked) => "ContentAccessTracking",
        (FactKind.Delivered or FactKind.Relayed, DeliveryMode.Plain) => "RelayToNonERDS",
        (FactKind.Undelivered, DeliveryMode.Plain) => "RelayToNonERDSFailure",
        _ => null,
    };
}
