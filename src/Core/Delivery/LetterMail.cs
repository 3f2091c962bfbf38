using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Mail;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery;

/// <summary>
/// The mail of one sending: a personal link (tracked), or the body and the files (plain). The same at every retry, and at a resending
/// but for date and identifiers: names are the letter's own. Only addresses of the platform (From, return path, link) and what it says
/// of answers by mail follow today's settings, for they must lead somewhere.
/// </summary>
public sealed partial class LetterMail(Settings settings, PersonalLink links, FileStore files)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Unguessable, so that no text of a letter can be taken for one: where each recipient's own words go.</summary>
    private static readonly Personal Marks = new($"mark-{Guid.CreateVersion7():N}-recipient-{RandomNumberGenerator.GetHexString(16, lowercase: true)}", $"mark-{RandomNumberGenerator.GetHexString(32, lowercase: true)}-link");

    /// <summary>The mail of a letter with a place left for each recipient's own words, encoded once.</summary>
    /// <param name="conversation">One of its conversations, with letter, attachments, consultation and recipient loaded.</param>
    /// <param name="own">Whether it has subject, body or files of its own: the mould then serves it alone.</param>
    internal Task<MailMould> CastAsync(Conversation conversation, bool own, CancellationToken cancel)
    {
        var letter = conversation.Letter!;
        var content = own
            ? new Content(letter, conversation.Subject, conversation.Body, conversation.Files)
            : new Content(letter, letter.Subject, letter.Body, [.. letter.Attachments.OrderBy(a => a.Rank)]);
        var mail = Compose(content, letter.OrganisationName!, new Mailbox(conversation.Email), Marks, "mould", conversation.SentAt);
        return MailMould.CastAsync(mail, [Marks.Recipient, Marks.Link!], cancel);
    }

    /// <summary>One recipient's mail out of its letter's mould, with the envelope of one sending. The same at every retry.</summary>
    internal Parcel Parcel(DueSending due, MailMould mould)
    {
        var sending = due.Sending;
        var recipient = new RecipientInput(due.Email, due.Name, due.Company);
        var link = due.Mode == DeliveryMode.Plain ? "" : links.UrlOf(sending.ConversationId).ToString();
        var designation = Designation(recipient);
        var mail = mould.For(
            AsMailbox(recipient),
            MessageIdOf(sending.EnvelopeId),
            sending.CreatedAt,
            settings.Inbound.IsOn ? new Mailbox(ReturnAddress.ForReplies(sending.BounceToken, settings)) : due.Author,
            [new SlotValue(designation, Encoder.Encode(designation)), new SlotValue(link, Encoder.Encode(link))]);
        return new Parcel(new Envelope(ReturnAddress.ForReports(sending.BounceToken, settings), due.Email, sending.EnvelopeId), mail);
    }

    /// <summary>The mail of a draft as its recipient would get it now; its link leads nowhere.</summary>
    /// <param name="draft">The draft for one recipient.</param>
    /// <param name="organisation">The buyer's name.</param>
    /// <param name="now">The date it shows.</param>
    public OutgoingMail Preview(DraftForRecipient draft, string organisation, DateTimeOffset now) =>
        Compose(Content.Of(draft), organisation, AsMailbox(draft.Recipient), Personal.Of(draft, settings.Link("/c/…")), "apercu", now);

    /// <summary>The same mail, for its writer to look at in a real mailbox.</summary>
    internal OutgoingMail Test(DraftForRecipient draft, string organisation, Mailbox to, Uri link, string id, DateTimeOffset now) =>
        Compose(Content.Of(draft), organisation, to, Personal.Of(draft, link), id, now) with { Subject = "[Essai] " + draft.Subject };

    private OutgoingMail Compose(Content content, string organisation, Mailbox to, Personal personal, string id, DateTimeOffset at)
    {
        var letter = content.Letter;
        var plain = letter.Mode == DeliveryMode.Plain;
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["organisation"] = organisation,
            ["reference"] = letter.Consultation!.Reference,
            ["title"] = letter.ConsultationTitle ?? letter.Consultation.Title,
            ["subject"] = content.Subject,
            ["recipient"] = personal.Recipient,
            ["reply_due"] = letter.ReplyDue is { } due ? ParisTime.Text(due) : null,
            ["link"] = plain ? null : personal.Link,
            ["answers_kept"] = settings.Inbound.IsOn,
        };
        var words = MailText.Write(plain ? "plain" : "tracked", "fr", organisation, values, body: (Styled(content.Body), BodyHtml.ToText(content.Body)));
        return new OutgoingMail
        {
            From = new Mailbox(settings.Mail.FromAddress, $"{organisation} - {letter.SenderName ?? settings.Mail.FromName}"),
            To = to,
            ReplyTo = plain && !settings.Inbound.IsOn && letter.AuthorEmail is { } author ? new Mailbox(author, letter.AuthorName) : null,
            Subject = content.Subject,
            MessageId = MessageIdOf(id),
            Date = at,
            Html = words.Html,
            Text = words.Text,
            Files = plain ? [.. content.Files.Select(AsFile)] : [],
        };
    }

    private string MessageIdOf(string id) => $"{id}@{settings.Mail.BounceDomain}";

    private static Mailbox AsMailbox(RecipientInput recipient) => new(recipient.Email, recipient.Name ?? recipient.Company);

    private static string Designation(RecipientInput recipient) =>
        string.Join(", ", new[] { recipient.Company, recipient.Name, recipient.Email }.Where(s => s is not null));

    /// <summary>What a mail says, whoever gets it.</summary>
    private sealed record Content(Letter Letter, string Subject, string Body, IReadOnlyList<LetterAttachment> Files)
    {
        public static Content Of(DraftForRecipient draft) => new(draft.Letter, draft.Subject, draft.Body, draft.Files);
    }

    /// <summary>What stands in one recipient's mail only: who it is, and its link.</summary>
    private sealed record Personal(string Recipient, string? Link)
    {
        public static Personal Of(DraftForRecipient draft, Uri link) => new(Designation(draft.Recipient), link.ToString());
    }

    private MailFile AsFile(LetterAttachment attachment) =>
        new(attachment.Name, attachment.ContentType, _ => Task.FromResult(files.Open(attachment.FileId, attachment.Size)));

    /// <summary>
    /// Mail clients know no classes: the palette's names become colours here, and only here. Outlook knows no <c>white-space</c>: spaces that
    /// are to be seen become no-break spaces.
    /// </summary>
    private static string Styled(string body)
    {
        var lists = 0;
        return Tag().Replace(SeenSpace().Replace(body.Replace("<p></p>", "<p>&nbsp;</p>", StringComparison.Ordinal), "&nbsp;"), tag =>
        {
            var name = tag.Groups["name"].Value;
            if (tag.Groups["end"].Length > 0)
            {
                lists -= name is "ul" or "ol" ? 1 : 0;
                return tag.Value;
            }

            var style = name switch
            {
                "p" => lists == 0 ? "margin:0 0 16px 0;" : "margin:0 0 4px 0;",
                "ul" or "ol" => lists++ == 0 ? "margin:0 0 16px 0;padding:0 0 0 28px;" : "margin:0 0 4px 0;padding:0 0 0 28px;",
                "span" => $"color:{LetterColours.ValueOf(tag.Groups["colour"].Value)};",
                _ => "",
            };
            return style.Length == 0 ? tag.Value : $"<{name}{tag.Groups["start"].Value} style=\"{style}\">";
        });
    }

    /// <summary>A space before another, or at the beginning of a line; a tab.</summary>
    [GeneratedRegex("(?<=<p>|<br>) | (?= )|\t", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SeenSpace();

    /// <summary>A tag of a sanitised body, where &lt; begins nothing else.</summary>
    [GeneratedRegex("<(?<end>/?)(?<name>[a-z]+)(?<start> start=\"[0-9]+\")?( class=\"(?<colour>[a-z-]+)\")?>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();
}
