using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Mail;

namespace Vaguemestre.Core.Delivery;

/// <summary>
/// The mail of one notice, the same at every retry. It asks for no proof of its delivery and says that a program wrote it (RFC 3834 §5), so
/// that no program answers it.
/// </summary>
/// <remarks>
/// The envelope sender of an answer to a mail is empty: whatever became of it, nobody is to be told (RFC 3834 §3.3). The others are no
/// answers, and a mail without sender is taken for a report (RFC 5321 §4.5.5): theirs is a return address of no sending, where a report of
/// failure is kept for the operator and changes no conversation.
/// </remarks>
public sealed class NoticeMail(Settings settings, PersonalLink links)
{
    /// <param name="notice">What to tell.</param>
    /// <param name="returnToken">Of the latest sending of its conversation: where answers of the company by mail are kept; null where there is none.</param>
    internal (Envelope Envelope, OutgoingMail Mail) Compose(Notice notice, string? returnToken)
    {
        var values = NoticeValues.Of(notice);
        var sender = values.Organisation ?? settings.Mail.FromName;
        var answer = notice.Kind == NoticeKind.AnswerByMail;
        var words = MailText.Write(Words.Of(notice.Kind), notice.Language, sender, Named(notice, values), values.Files);
        var mail = new OutgoingMail
        {
            From = new Mailbox(settings.Mail.FromAddress, MailText.Clean(values.Organisation is { } organisation ? $"{organisation} - {settings.Mail.FromName}" : sender)),
            To = new Mailbox(notice.Email, notice.Name is { } name ? MailText.Clean(name) : null),
            ReplyTo = returnToken is not null && AnswersAreKept(notice.Kind, values) ? new Mailbox(ReturnAddress.ForReplies(returnToken, settings)) : null,
            Subject = words.Subject,
            MessageId = $"{notice.Id:N}@{settings.Mail.BounceDomain}",
            Date = notice.CreatedAt,
            AutoSubmitted = answer ? "auto-replied" : "auto-generated",
            Html = words.Html,
            Text = words.Text,
            ExtraHeaders = answer && values.InReplyTo is { } id ? [new("In-Reply-To", $"<{id}>"), new("References", $"<{id}>")] : [],
        };
        var returnPath = answer ? "" : ReturnAddress.ForReports(ReturnAddress.TokenOf(notice.Id), settings);
        return (new Envelope(returnPath, notice.Email, notice.Id.ToString("N")) { OnlyFailures = true }, mail);
    }

    /// <summary>What the recipient answers by its mail client goes to its letter. A colleague and an agent were given no such address.</summary>
    private bool AnswersAreKept(NoticeKind kind, NoticeValues values) =>
        settings.Inbound.IsOn && values.Reader is null && kind is NoticeKind.ReceiptCopy or NoticeKind.ReplyAcknowledged or NoticeKind.ReplyOpened or NoticeKind.AnswerByMail;

    private Dictionary<string, object?> Named(Notice notice, NoticeValues values) => new(StringComparer.Ordinal)
    {
        ["organisation"] = values.Organisation,
        ["reference"] = values.Reference,
        ["title"] = values.Title,
        ["subject"] = values.Subject,
        ["recipient"] = values.Recipient,
        ["by"] = values.By,
        ["at"] = Text(values.At, notice.Language),
        ["replied_at"] = Text(values.RepliedAt, notice.Language),
        ["expires_at"] = Text(values.ExpiresAt, notice.Language),
        ["proof"] = values.Proof,
        ["late"] = values.Late,
        ["text_sha256"] = values.TextSha256,
        ["file_count"] = values.Files?.Count ?? 0,
        ["stranger"] = values.ToStranger,
        ["reply_expected"] = values.ReplyExpected,
        ["historique"] = values.Historique,
        ["agent_name"] = values.AgentName,
        ["agent_email"] = values.AgentEmail,
        ["joins"] = values.Joins,
        ["answers_kept"] = AnswersAreKept(notice.Kind, values),
        ["link"] = LinkOf(notice, values)?.ToString(),
        ["in_place_of"] = values.InPlaceOf,
        ["reason"] = values.Reason,
        ["choices"] = settings.Link("/mes-notifications").ToString(),
        ["daily"] = values.News?.Daily,
        ["day"] = ParisTime.Day(notice.CreatedAt),
        ["count"] = values.News?.Count,
        ["left_out"] = values.News?.LeftOut,
        ["lines"] = values.News?.Lines.Select(Line).ToList(),
    };

    /// <summary>One line of a list: its words, and where to read more.</summary>
    private Dictionary<string, object?> Line(NewsLine line) => new(StringComparer.Ordinal)
    {
        ["what"] = NewsWords.What(line),
        ["subject"] = MailText.Clean(line.Subject),
        ["reference"] = MailText.Clean(line.Reference),
        ["recipient"] = MailText.Clean(NewsWords.Who(line)),
        ["at"] = ParisTime.Text(line.At),
        ["several"] = line.Count > 1,
        ["link"] = settings.Link(line.Conversation is { } conversation ? $"/conversations/{conversation}" : $"/consultations/{Uri.EscapeDataString(line.Reference)}/suivi").ToString(),
    };

    private Uri? LinkOf(Notice notice, NoticeValues values) => notice switch
    {
        { Kind: NoticeKind.SpaceSignIn, ConcernsId: { } signIn } => links.UrlOfSpaceSignIn(signIn),
        { Kind: NoticeKind.AgentNews } => settings.Link("/reception"),
        { Kind: NoticeKind.ReplyReceived, ConcernsId: { } reply } when values.Historique => settings.Link($"/messages/reponses/{reply}"),
        { Kind: NoticeKind.ReplyReceived or NoticeKind.WrongRecipient or NoticeKind.LetterUndelivered or NoticeKind.LetterRead, ConversationId: { } conversation } => settings.Link($"/conversations/{conversation}"),
        { Kind: NoticeKind.AnswerByMail } when values.ToStranger || !values.Tracked => null,
        _ when values.Reader is { } reader => links.UrlOfReader(reader),
        { ConversationId: { } conversation } => links.UrlOf(conversation),
        _ => throw new InvalidOperationException($"A notice of kind {notice.Kind} names neither conversation nor link."),
    };

    private static string? Text(DateTimeOffset? instant, string language) => instant is not { } at ? null
        : language == "en" ? ParisTime.EnglishToTheSecond(at)
        : ParisTime.TextToTheSecond(at);
}
