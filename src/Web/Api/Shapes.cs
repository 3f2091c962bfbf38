using System.Text.Json.Serialization;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;

namespace Vaguemestre.Web.Api;

/// <summary>A page of a list.</summary>
/// <param name="Items">At most as many as the limit.</param>
/// <param name="Next">The cursor of the next page; null on the last.</param>
public sealed record PageShape<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>A whole list.</summary>
public sealed record ListShape<T>(IReadOnlyList<T> Items);

/// <summary>A file of a letter or a reply; its content is at its own address.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of the content, in hexadecimal.</param>
/// <param name="Scan">What the antivirus said of a file that is held, or passed; left out where none looked, and in a reply.</param>
public sealed record AttachmentShape(Guid Id, string Name, long Size, string Sha256, string ContentType, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FileScan? Scan = null)
{
    internal static AttachmentShape Of(LetterAttachment a) => new(a.Id, a.Name, a.Size, Convert.ToHexStringLower(a.Sha256), a.ContentType, a.File?.Scan);

    internal static AttachmentShape Of(ReplyAttachment a) => new(a.Id, a.Name, a.Size, Convert.ToHexStringLower(a.Sha256), a.ContentType);
}

/// <summary>Somebody a letter is, or was, sent to.</summary>
/// <param name="Register">The register it was chosen from; null when typed.</param>
public sealed record RecipientShape(string Email, string? Name, string? Company, string? Register);

/// <summary>A letter. Inside a conversation, its recipients are left out.</summary>
public sealed record LetterShape
{
    public required Guid Id { get; init; }

    public required LetterState State { get; init; }

    /// <summary>Reference of its consultation.</summary>
    public required string Consultation { get; init; }

    public required LetterType Type { get; init; }

    public required DeliveryMode Mode { get; init; }

    public required bool ReplyExpected { get; init; }

    public required DateTimeOffset? ReplyDue { get; init; }

    public required string Subject { get; init; }

    public required string BodyHtml { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RecipientShape>? Recipients { get; init; }

    public required IReadOnlyList<AttachmentShape> Attachments { get; init; }

    /// <summary>The conversation whose reply it answers; null for most.</summary>
    public required Guid? Answers { get; init; }

    /// <summary>The agent or key that wrote it.</summary>
    public required string Sender { get; init; }

    public required DateTimeOffset? SentAt { get; init; }

    /// <summary>Its <c>ETag</c>, without the quotes.</summary>
    public required int Version { get; init; }

    internal static LetterShape Of(Letter letter, string reference, bool withRecipients = true) => new()
    {
        Id = letter.Id,
        State = letter.State,
        Consultation = reference,
        Type = letter.Type,
        Mode = letter.Mode,
        ReplyExpected = letter.ReplyExpected,
        ReplyDue = letter.ReplyDue,
        Subject = letter.Subject,
        BodyHtml = letter.Body,
        Recipients = withRecipients ? [.. letter.Recipients.OrderBy(r => r.Rank).Select(r => new RecipientShape(r.Email, r.Name, r.Company, r.Register))] : null,
        Attachments = [.. letter.Attachments.OrderBy(a => a.Rank).Select(AttachmentShape.Of)],
        Answers = letter.AnswersId,
        Sender = letter.AuthorName,
        SentAt = letter.SentAt,
        Version = letter.Version,
    };
}

/// <summary>Who a conversation is with.</summary>
public sealed record CorrespondentShape(string Email, string? Name, string? Company);

/// <summary>A row of the tracking table: a conversation, or a draft, which has no <c>id</c>, recipient or sending yet.</summary>
public record ConversationRowShape
{
    public required Guid? Id { get; init; }

    public required Guid LetterId { get; init; }

    /// <summary>Reference of its consultation.</summary>
    public required string Consultation { get; init; }

    /// <summary>Null in the messagerie historique, which has none.</summary>
    public required Status? Status { get; init; }

    public required LetterType Type { get; init; }

    public required DeliveryMode Mode { get; init; }

    public required string Subject { get; init; }

    public required CorrespondentShape? Recipient { get; init; }

    public required string Sender { get; init; }

    public required DateTimeOffset? SentAt { get; init; }

    public required DateTimeOffset LastEventAt { get; init; }

    /// <summary>False in the messagerie historique, where whoever opened a message may reply.</summary>
    public required bool ReplyExpected { get; init; }

    public required DateTimeOffset? ReplyDue { get; init; }

    /// <summary>Of the key that asks.</summary>
    public required bool Favourite { get; init; }

    /// <summary>How many files the letter has.</summary>
    public required int Attachments { get; init; }

    /// <summary>The letter was sent again, as it was, at least once.</summary>
    public required bool Resent { get; init; }

    /// <summary>The undelivered conversation that this one continues at a corrected address; null for most.</summary>
    public required Guid? Corrects { get; init; }

    internal static ConversationRowShape Of(ConversationRow row) => new()
    {
        Id = row.Id,
        LetterId = row.LetterId,
        Consultation = row.Reference,
        Status = row.ShownStatus,
        Type = row.Type,
        Mode = row.Mode,
        Subject = row.Subject,
        Recipient = row.Email is { } email ? new CorrespondentShape(email, row.Name, row.Company) : null,
        Sender = row.Author,
        SentAt = row.SentAt,
        LastEventAt = row.LastEventAt,
        ReplyExpected = row.ReplyExpected,
        ReplyDue = row.ReplyDue,
        Favourite = row.Favourite,
        Attachments = row.Attachments,
        Resent = row.Resent,
        Corrects = row.CorrectsId,
    };
}

/// <summary>A conversation whole.</summary>
public sealed record ConversationShape : ConversationRowShape
{
    public required LetterShape Letter { get; init; }

    /// <summary>The conversations that continue this one at a corrected address, oldest first.</summary>
    public required IReadOnlyList<Guid> CorrectedBy { get; init; }

    /// <summary>The letters that answer a reply of this one, drafts included, oldest first.</summary>
    public required IReadOnlyList<AnsweringShape> AnsweredBy { get; init; }

    /// <summary>What happened, in order.</summary>
    public required IReadOnlyList<EventShape> Events { get; init; }

    public required IReadOnlyList<ReplyShape> Replies { get; init; }

    internal static ConversationShape Of(ConversationDetail detail)
    {
        var (conversation, letter) = (detail.Conversation, detail.Letter);
        return new()
        {
            Id = conversation.Id,
            LetterId = letter.Id,
            Consultation = letter.Consultation!.Reference,
            Status = letter.IsHistorique ? null : conversation.Status,
            Type = letter.Type,
            Mode = letter.Mode,
            Subject = conversation.Subject,
            Recipient = new CorrespondentShape(conversation.Email, conversation.Name, conversation.Company),
            Sender = letter.AuthorName,
            SentAt = conversation.SentAt,
            LastEventAt = conversation.LastEventAt,
            ReplyExpected = letter is { ReplyExpected: true, IsHistorique: false },
            ReplyDue = letter.ReplyDue,
            Favourite = detail.Favourite,
            Attachments = conversation.Files.Count,
            Resent = detail.Resent,
            Corrects = conversation.CorrectsId,
            CorrectedBy = [.. detail.CorrectedBy.Select(c => c.Id)],
            AnsweredBy = [.. detail.AnsweredBy.Select(l => new AnsweringShape(l.Id, l.ConversationId))],
            Letter = LetterShape.Of(letter, letter.Consultation.Reference, withRecipients: false) with
            {
                Subject = conversation.Subject,
                BodyHtml = conversation.Body,
                Attachments = [.. conversation.Files.Select(AttachmentShape.Of)],
            },
            Events = [.. detail.Shown.Select(e => EventShape.Of(e.Fact, letter.Mode))],
            Replies = [.. detail.Replies.Select(r => ReplyShape.Of(r) with { OpenedAt = letter.IsHistorique ? null : r.OpenedAt })],
        };
    }
}

/// <summary>A letter that answers a reply.</summary>
/// <param name="ConversationId">Its conversation with the same recipient; null for a draft, and where it went to others only.</param>
public sealed record AnsweringShape(Guid LetterId, Guid? ConversationId);

/// <summary>What a recipient sent back.</summary>
/// <param name="OpenedAt">When an agent first opened it; null while none has, and in the messagerie historique.</param>
public sealed record ReplyShape(Guid Id, DateTimeOffset At, string BodyHtml, IReadOnlyList<AttachmentShape> Attachments, DateTimeOffset? OpenedAt)
{
    internal static ReplyShape Of(Reply reply) => new(reply.Id, reply.At, reply.Body, [.. reply.Attachments.OrderBy(a => a.Rank).Select(AttachmentShape.Of)], reply.OpenedAt);
}
