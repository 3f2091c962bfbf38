namespace Vaguemestre.Mail.Reports;

/// <summary>What a mail that came back is. Only the first kind says anything about delivery.</summary>
public enum InboundKind
{
    /// <summary>None of the others, or not understood: a person's mail, say.</summary>
    Other,

    /// <summary>
    /// A report of RFC 3464 that names at least one recipient and what became of the mail for it, or a bounce that follows no standard
    /// (<see cref="DeliveryReport.FollowsStandard"/>).
    /// </summary>
    DeliveryReport,

    /// <summary>An automatic answer (RFC 3834): the mail arrived somewhere, nobody has read it for sure.</summary>
    AutoReply,

    /// <summary>A disposition notification (RFC 8098). Never taken for our receipt.</summary>
    ReadNotification,

    /// <summary>A feedback report (RFC 5965): the recipient called the mail unwanted.</summary>
    Complaint,

    /// <summary>A machine asks the sender to prove to be a person before it lets the mail through. Nobody answers it.</summary>
    Challenge,
}

/// <summary>A mail that came back on the return path, read. Everything in it is the word of whoever sent it, and proves no more.</summary>
public sealed record InboundMail(InboundKind Kind)
{
    /// <summary>Without angle brackets.</summary>
    public string? MessageId { get; init; }

    /// <summary>
    /// Where an automatic answer to it may go by what its own fields say (RFC 3834 §2, §4): its Return-Path, or what the receiving server
    /// was told in its place. Null where none may go: it is no person's mail, comes from a list, or names nobody.
    /// </summary>
    /// <param name="envelopeSender">Of MAIL FROM; null where only the fields are known.</param>
    public string? AnswerTo(string? envelopeSender) =>
        IsPersonal && (envelopeSender ?? ReturnPath) is { Length: > 0 } sender && AnswerReader.MayBeAnswered(sender) ? sender : null;

    /// <summary>A person seems to have written it, and not to a list.</summary>
    internal bool IsPersonal { get; init; }

    /// <summary>The field that the last server wrote, without angle brackets; empty for the null sender; null where there is none.</summary>
    internal string? ReturnPath { get; init; }

    /// <summary>The first address of From.</summary>
    public string? From { get; init; }

    public string? Subject { get; init; }

    /// <summary>Its words as a person reads them, without the mail that it brings back or quotes, as far as that is told apart; cut at 64 Ki characters.</summary>
    public string Text { get; init; } = "";

    /// <summary>Present exactly where <see cref="Kind"/> is <see cref="InboundKind.DeliveryReport"/>.</summary>
    public DeliveryReport? Report { get; init; }

    /// <summary>Message-ID of the mail that the report brings back, where it does; without angle brackets.</summary>
    public string? OriginalMessageId { get; init; }
}
