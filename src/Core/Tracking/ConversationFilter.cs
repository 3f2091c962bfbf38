using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tracking;

/// <summary>What the tracking table is narrowed to; null leaves out nothing. Filters combine.</summary>
public sealed record ConversationFilter
{
    /// <summary>Reference of the consultation; null for all of the organisation's.</summary>
    public string? Reference { get; init; }

    /// <summary>Only the conversations of this letter.</summary>
    public Guid? LetterId { get; init; }

    /// <summary>Words in the subject, the recipient's address, name or company.</summary>
    public string? Text { get; init; }

    public Status? Status { get; init; }

    public LetterType? Type { get; init; }

    public DeliveryMode? Mode { get; init; }

    /// <summary>Part of the recipient's address, name or company.</summary>
    public string? Recipient { get; init; }

    /// <summary>Part of the author's name.</summary>
    public string? Sender { get; init; }

    public DateTimeOffset? SentFrom { get; init; }

    /// <summary>Before this instant.</summary>
    public DateTimeOffset? SentTo { get; init; }

    public bool? ReplyExpected { get; init; }

    /// <summary>True: only the caller's favourites.</summary>
    public bool? Favourite { get; init; }

    public bool? WithAttachments { get; init; }

    /// <summary>Drafts are sent to nobody yet: they have no recipient, sending or star to be found by.</summary>
    public bool AdmitsDrafts => (Status is null || Status == Letters.Status.Draft) && Recipient is null && LetterId is null && SentFrom is null && SentTo is null && Favourite is not true;
}
