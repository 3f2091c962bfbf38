namespace Vaguemestre.Mail.Reports;

/// <summary>What one server says became of one mail (RFC 3464 §2.2).</summary>
/// <param name="ReportingMta">The server that speaks, without its type; empty where the report does not say.</param>
/// <param name="Recipients">At least one.</param>
public sealed record DeliveryReport(string ReportingMta, IReadOnlyList<RecipientReport> Recipients)
{
    /// <summary>Our ENVID, come back (§2.2.1).</summary>
    public string? OriginalEnvelopeId { get; init; }

    /// <summary>False where the report follows no standard and was read out of sentences meant for people.</summary>
    public bool FollowsStandard { get; init; } = true;

    /// <summary>When the reporting server took the mail (§2.2.5).</summary>
    public DateTimeOffset? ArrivalDate { get; init; }
}

/// <summary>RFC 3464 §2.3.3.</summary>
public enum DeliveryAction
{
    /// <summary>The mail is in the recipient's mailbox. It does not mean read.</summary>
    Delivered,

    /// <summary>Handed to a server that will not report; how far, <see cref="RecipientReport.DiagnosticCode"/> may tell.</summary>
    Relayed,

    /// <summary>Delivered to a list or alias, and sent on to its members.</summary>
    Expanded,

    /// <summary>Not yet; the server goes on trying.</summary>
    Delayed,

    /// <summary>Not delivered, and given up.</summary>
    Failed,
}

/// <summary>What became of the mail for one recipient (RFC 3464 §2.3).</summary>
/// <param name="FinalRecipient">The address as the reporting server had it, without its type; empty where a bounce that follows no standard names nobody.</param>
/// <param name="Status">x.y.z (RFC 3463), or null where the report gives none that is well formed.</param>
public sealed record RecipientReport(string FinalRecipient, DeliveryAction Action, string? Status)
{
    /// <summary>The address as we gave it (ORCPT), without its type.</summary>
    public string? OriginalRecipient { get; init; }

    /// <summary>The server that the reporting server spoke to, without its type.</summary>
    public string? RemoteMta { get; init; }

    /// <summary>The remote server's answer verbatim, unfolded, with its type: <c>smtp; 550 5.1.1 …</c>.</summary>
    public string? DiagnosticCode { get; init; }

    /// <summary>What the report says of this recipient outside its fields, as it stands there: at most 2 000 characters.</summary>
    public string? Remark { get; init; }

    public DateTimeOffset? LastAttempt { get; init; }
}
