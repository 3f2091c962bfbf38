using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Letters.Notices;

/// <summary>Whom a notice to the company's side goes to: the address behind the link by which it acted.</summary>
/// <param name="Reader">The invited colleague, where it is one; its mails carry its own link.</param>
/// <param name="Language">ISO 639-1; what the product does not speak becomes French.</param>
public sealed record NoticeReader(string Email, string? Name, Guid? Reader, string Language);

/// <summary>
/// Writes notices, in the caller's transaction and with the change that they tell; one method a kind. The caller holds the lock of the
/// conversation, whose letter is loaded.
/// </summary>
public sealed class WriteNotice(VaguemestreDb db, TimeProvider clock)
{
    private const string French = "fr";

    /// <param name="proof">How the opening was shown to be deliberate, as a word.</param>
    public async Task ReceiptCopyAsync(Conversation conversation, NoticeReader to, DateTimeOffset openedAt, string proof, CancellationToken cancel) =>
        Add(NoticeKind.ReceiptCopy, conversation, null, to, await AboutAsync(conversation, cancel) with { At = openedAt, By = to.Email, Proof = proof, Reader = to.Reader });

    /// <param name="textSha256">Of the reply's text; null where it has none.</param>
    public async Task ReplyAcknowledgedAsync(Conversation conversation, NoticeReader to, Guid replyId, DateTimeOffset at, bool late, string? textSha256, IReadOnlyList<FileDigest> files, CancellationToken cancel) =>
        Add(NoticeKind.ReplyAcknowledged, conversation, replyId, to, await AboutAsync(conversation, cancel) with { At = at, By = to.Email, Late = late, TextSha256 = textSha256, Files = files, Reader = to.Reader });

    /// <summary>To whoever got the reply's acknowledgement, in the same language.</summary>
    public async Task ReplyOpenedAsync(Conversation conversation, Guid replyId, DateTimeOffset repliedAt, DateTimeOffset openedAt, CancellationToken cancel)
    {
        var acknowledged = await db.Notices.AsNoTracking().FirstOrDefaultAsync(n => n.ConversationId == conversation.Id && n.Kind == NoticeKind.ReplyAcknowledged && n.ConcernsId == replyId, cancel);
        var to = acknowledged is null
            ? new NoticeReader(conversation.Email, conversation.Name, null, French)
            : new NoticeReader(acknowledged.Email, acknowledged.Name, NoticeValues.Of(acknowledged).Reader, acknowledged.Language);
        Add(NoticeKind.ReplyOpened, conversation, replyId, to, await AboutAsync(conversation, cancel) with { At = openedAt, RepliedAt = repliedAt, Reader = to.Reader });
    }

    /// <summary>To an agent, whose choice it is: one thing that happened.</summary>
    /// <param name="concerns">The reply, for that.</param>
    /// <param name="agent">Who is told.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="reason">Why it was not delivered, for that.</param>
    /// <param name="inPlaceOf">The colleague whom the agent stands in for, by name.</param>
    public async Task OneNewsAsync(NewsKind kind, Conversation conversation, Guid? concerns, NoticeReader agent, DateTimeOffset at, string? reason, string? inPlaceOf, CancellationToken cancel) => Add(
        kind switch
        {
            NewsKind.Replied => NoticeKind.ReplyReceived,
            NewsKind.WrongRecipient => NoticeKind.WrongRecipient,
            NewsKind.Undelivered => NoticeKind.LetterUndelivered,
            NewsKind.Read => NoticeKind.LetterRead,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No notice tells of this kind of news yet."),
        },
        conversation,
        kind == NewsKind.Replied ? concerns : null,
        agent,
        await AboutAsync(conversation, cancel) with { At = at, Late = kind == NewsKind.Replied && conversation.Letter!.ReplyDue < at, By = conversation.Email, Historique = conversation.IsHistorique, Reason = reason, InPlaceOf = inPlaceOf });

    /// <summary>To an agent: several things that happened. It is about no single conversation, and a fact of none.</summary>
    public void ManyNews(Guid organisationId, NoticeReader agent, NewsList news) =>
        Add(NoticeKind.AgentNews, null, null, agent, new NoticeValues { Organisation = news.Organisation, InPlaceOf = news.InPlaceOf, News = news }, organisationId);

    /// <param name="readerId">Its link is made again from this: <see cref="PersonalLink.TokenOfReader"/>.</param>
    /// <param name="by">The address whose link invited it.</param>
    public async Task ReaderInvitedAsync(Conversation conversation, Guid readerId, string email, string? name, string by, string language, CancellationToken cancel) =>
        Add(NoticeKind.ReaderInvited, conversation, readerId, new NoticeReader(email, name, readerId, language), await AboutAsync(conversation, cancel) with { By = by, Reader = readerId });

    /// <param name="signInId">The link is made again from this: <see cref="PersonalLink.TokenOfSpaceSignIn"/>.</param>
    /// <param name="expiresAt">When the link stops to be good; the mail is not sent after that.</param>
    /// <param name="joins">An address of the space that this one is asked to join; null for an ordinary sign-in.</param>
    public void SpaceSignIn(Guid signInId, string email, DateTimeOffset expiresAt, string? joins, string language) =>
        Add(NoticeKind.SpaceSignIn, null, signInId, new NoticeReader(email, null, null, language), new NoticeValues { ExpiresAt = expiresAt, Joins = joins });

    /// <summary>
    /// To whoever wrote to the return address by its mail client: once to the recipient, once to anybody else, however often they write.
    /// Only the recipient's own address gets the link and the agent's address.
    /// </summary>
    /// <param name="to">The envelope sender (RFC 3834 §4).</param>
    /// <param name="isRecipient">Whether that is the recipient's own address.</param>
    /// <param name="inReplyTo">Message-ID of what it wrote; null where it has none that can be written back.</param>
    public async Task AnswerByMailAsync(Conversation conversation, string to, bool isRecipient, string? inReplyTo, CancellationToken cancel)
    {
        var before = await db.Notices.AsNoTracking().Where(n => n.ConversationId == conversation.Id && (n.Kind == NoticeKind.AnswerByMail || n.Kind == NoticeKind.ReceiptCopy)).OrderBy(n => n.Id).ToListAsync(cancel);
        if (before.Exists(n => n.Kind == NoticeKind.AnswerByMail && NoticeValues.Of(n).ToStranger != isRecipient))
            return;
        var letter = conversation.Letter!;
        var about = await AboutAsync(conversation, cancel) with { InReplyTo = inReplyTo, ReplyExpected = letter.ReplyExpected, Tracked = letter.Mode == DeliveryMode.Tracked };
        about = isRecipient
            ? about with { AgentName = letter.AuthorName, AgentEmail = letter.AuthorEmail }
            : about with { Recipient = null, ToStranger = true };
        Add(NoticeKind.AnswerByMail, conversation, null, new NoticeReader(to, isRecipient ? conversation.Name : null, null, before.LastOrDefault()?.Language ?? French), about);
    }

    private async Task<NoticeValues> AboutAsync(Conversation conversation, CancellationToken cancel) => new()
    {
        Organisation = conversation.Letter!.OrganisationName,
        Reference = await db.Consultations.Where(c => c.Id == conversation.ConsultationId).Select(c => c.Reference).SingleAsync(cancel),
        Title = conversation.Letter.ConsultationTitle,
        Subject = conversation.Subject,
        Recipient = string.Join(", ", new[] { conversation.Company, conversation.Name, conversation.Email }.Where(part => part is not null)),
    };

    private void Add(NoticeKind kind, Conversation? conversation, Guid? concerns, NoticeReader to, NoticeValues values, Guid? organisationId = null)
    {
        var now = clock.Now();
        var notice = new Notice
        {
            Id = Guid.CreateVersion7(now),
            OrganisationId = conversation?.OrganisationId ?? organisationId,
            ConversationId = conversation?.Id,
            ConcernsId = concerns,
            Kind = kind,
            Email = to.Email,
            Name = to.Name,
            Language = to.Language == "en" ? "en" : French,
            Values = values.Write(),
            CreatedAt = now,
        };
        notice.Due(now);
        db.Notices.Add(notice);
    }
}
