using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters.Notices;

/// <summary>What a notice tells its reader.</summary>
public enum NoticeKind
{
    /// <summary>To the company: a copy of the receipt of its opening.</summary>
    ReceiptCopy,

    /// <summary>To the company: its reply arrived, with the five legal mentions.</summary>
    ReplyAcknowledged,

    /// <summary>To the company: the buyer opened its reply.</summary>
    ReplyOpened,

    /// <summary>To whoever answered by its mail client: where to answer instead. Once for a conversation (RFC 3834).</summary>
    AnswerByMail,

    /// <summary>To a colleague of the recipient: a link of its own to one letter.</summary>
    ReaderInvited,

    /// <summary>To a company: the link that opens its space once.</summary>
    SpaceSignIn,

    /// <summary>To an agent: a reply has come.</summary>
    ReplyReceived,

    /// <summary>To an agent: the recipient says that it is not the right one.</summary>
    WrongRecipient,

    /// <summary>To an agent: a letter did not arrive.</summary>
    LetterUndelivered,

    /// <summary>To an agent: a recipient opened a letter.</summary>
    LetterRead,

    /// <summary>To an agent: several things that happened, or the mail of the day.</summary>
    AgentNews,
}

/// <summary>
/// A mail of the platform itself, about a conversation or a company's space: not a letter, and no proof of one. Written with
/// the change it tells, sent later by Delivery, at least once.
/// </summary>
public sealed class Notice
{
    public required Guid Id { get; init; }

    /// <summary>Null for what concerns no organisation: the way into a company's space.</summary>
    public Guid? OrganisationId { get; init; }

    public Guid? ConversationId { get; init; }

    /// <summary>The reply, the invited reader or the way in that it tells of; null where the kind says all.</summary>
    public Guid? ConcernsId { get; init; }

    public required NoticeKind Kind { get; init; }

    public required string Email { get; init; }

    public string? Name { get; init; }

    /// <summary>ISO 639-1: <c>fr</c> or <c>en</c>.</summary>
    public string Language { get; init; } = "fr";

    /// <summary>
    /// <see cref="NoticeValues"/> as JSON: what the text names, as it was when this was written. Never a token: links are made again
    /// from <see cref="ConversationId"/> or <see cref="ConcernsId"/> when the mail is composed.
    /// </summary>
    public required string Values { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public int Attempts { get; private set; }

    /// <summary>When it is due; null once the relay took it, or it was given up.</summary>
    public DateTimeOffset? NextAttemptAt { get; private set; }

    public DateTimeOffset? SentAt { get; private set; }

    /// <summary>What the relay said last, verbatim.</summary>
    public string? LastAnswer { get; private set; }

    public void Due(DateTimeOffset at) => NextAttemptAt = at;

    /// <summary>Whoever takes it to the relay holds it until then; if nothing is heard of it, it is due again.</summary>
    public void Lease(DateTimeOffset until) => NextAttemptAt = until;

    public void Sent(DateTimeOffset at, string answer) => (Attempts, NextAttemptAt, SentAt, LastAnswer) = (Attempts + 1, null, at, answer);

    /// <param name="next">Null: it is given up.</param>
    public void Failed(DateTimeOffset? next, string answer) => (Attempts, NextAttemptAt, LastAnswer) = (Attempts + 1, next, answer);

    private sealed class Mapping : IEntityTypeConfiguration<Notice>
    {
        public void Configure(EntityTypeBuilder<Notice> notice)
        {
            notice.Property(n => n.Email).HasMaxLength(254);
            notice.Property(n => n.Language).HasMaxLength(2);
            notice.HasIndex(n => n.NextAttemptAt).HasFilter("next_attempt_at IS NOT NULL");
            notice.HasIndex(n => new { n.ConversationId, n.Kind });
        }
    }
}

/// <summary>The relay took a notice.</summary>
/// <param name="Reply">The relay's words.</param>
public sealed record NoticeTaken(NoticeKind Kind, string Email, string Reply) : FactContent;

public static class NoticeWords
{
    /// <summary>« Copie de l’accusé de réception », without an article.</summary>
    public static string InFrench(this NoticeKind kind) => kind switch
    {
        NoticeKind.ReceiptCopy => "Copie de l’accusé de réception",
        NoticeKind.ReplyAcknowledged => "Accusé de réception de la réponse",
        NoticeKind.ReplyOpened => "Avis de lecture de la réponse",
        NoticeKind.AnswerByMail => "Réponse automatique à un message reçu par courrier électronique",
        NoticeKind.ReaderInvited => "Lien envoyé à un collègue",
        NoticeKind.SpaceSignIn => "Lien d’accès à « Mes courriers »",
        NoticeKind.ReplyReceived => "Avis d’arrivée d’une réponse",
        NoticeKind.WrongRecipient => "Avis d’erreur de destinataire",
        NoticeKind.LetterUndelivered => "Avis de non-remise",
        NoticeKind.LetterRead => "Avis de lecture du courrier",
        NoticeKind.AgentNews => "Avis groupé",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind of notice has no French words yet."),
    };
}
