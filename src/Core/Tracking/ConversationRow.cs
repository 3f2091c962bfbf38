using System.Linq.Expressions;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tracking;

/// <summary>One row of the tracking table: a conversation, or a draft that has none yet.</summary>
public sealed record ConversationRow
{
    /// <summary>Null for a draft.</summary>
    public Guid? Id { get; init; }

    public required Guid LetterId { get; init; }

    public required string Reference { get; init; }

    public required Status Status { get; init; }

    /// <summary>A message of the messagerie historique: its status, its replies' and its star are shown to nobody.</summary>
    public bool IsHistorique { get; init; }

    /// <summary><see cref="Status"/> where it may be shown; null for a message of the messagerie historique, which tells none.</summary>
    public Status? ShownStatus => IsHistorique ? null : Status;

    public required LetterType Type { get; init; }

    public required DeliveryMode Mode { get; init; }

    public required string Subject { get; init; }

    /// <summary>Null for a draft.</summary>
    public string? Email { get; init; }

    public string? Name { get; init; }

    public string? Company { get; init; }

    public required string Author { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public required DateTimeOffset LastEventAt { get; init; }

    /// <summary>False for a message of the messagerie historique, which may be replied to whether it asks for that or not.</summary>
    public required bool ReplyExpected { get; init; }

    public DateTimeOffset? ReplyDue { get; init; }

    /// <summary><see cref="ReplyDue"/> while a reply may still come; null where none is expected by an hour.</summary>
    public DateTimeOffset? AwaitedUntil { get; init; }

    public bool Favourite { get; init; }

    /// <summary>Relancé: the letter was sent again, as it was, at least once.</summary>
    public bool Resent { get; init; }

    /// <summary>The undelivered conversation that this one continues at a corrected address; null for most.</summary>
    public Guid? CorrectsId { get; init; }

    /// <summary>The letter went to a corrected address too, as a conversation of its own.</summary>
    public bool Corrected { get; init; }

    /// <summary>Its personal link was ended: no reply can come by it.</summary>
    public bool LinkEnded { get; init; }

    /// <summary>A reply may still come, and is expected.</summary>
    public bool IsAwaited => ReplyExpected && !Corrected && !LinkEnded && Status is not (Status.ReplyUnread or Status.ReplyRead);

    /// <summary>There is something to know beside its status: it was sent again, or to a corrected address.</summary>
    public bool HasTags => Resent || Corrected || CorrectsId is not null;

    /// <summary>The files of the whole letter, and the recipient's own; those of every recipient for a draft.</summary>
    public required int Attachments { get; init; }

    /// <summary>When a draft is to be sent; null for a draft without a set hour, and once sent.</summary>
    public DateTimeOffset? SendAt { get; init; }

    /// <summary>How many recipients a draft has so far.</summary>
    public int Recipients { get; init; }

    public bool IsLate(DateTimeOffset now) => IsAwaited && ReplyDue < now && Status != Status.Draft;

    internal Guid SortId => Id ?? LetterId;

    /// <summary>As the database has it, whatever rule it was made by.</summary>
    internal string SubjectKey { get; init; } = "";

    /// <inheritdoc cref="SubjectKey"/>
    internal string RecipientKey { get; init; } = "";

    /// <summary>The row of a draft.</summary>
    internal static Expression<Func<Letter, ConversationRow>> OfDraft { get; } = l => new ConversationRow
    {
        LetterId = l.Id,
        Reference = l.Consultation!.Reference,
        Status = Status.Draft,
        Type = l.Type,
        Mode = l.Mode,
        Subject = l.Subject,
        SubjectKey = l.SubjectKey,
        Author = l.AuthorName,
        LastEventAt = l.ChangedAt,
        ReplyExpected = l.ReplyExpected,
        ReplyDue = l.ReplyDue,
        AwaitedUntil = l.ReplyDue,
        Attachments = l.Attachments.Count + l.Recipients.SelectMany(r => r.Attachments).Count(),
        SendAt = l.SendAt,
        Recipients = l.Recipients.Count,
    };
}
