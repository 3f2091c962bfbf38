using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Fluid;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail;

namespace Vaguemestre.Core.Delivery;

/// <summary>The mail of one sending: a personal link (tracked), or the body and the files (plain). The same at every retry.</summary>
public sealed partial class LetterMail(Settings settings, PersonalLink links, FileStore files)
{
    private static readonly ConcurrentDictionary<string, IFluidTemplate> Templates = new(StringComparer.Ordinal);

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <param name="sending">With its conversation, letter, attachments and consultation loaded.</param>
    /// <param name="organisation">The buyer's name.</param>
    public (Envelope Envelope, OutgoingMail Mail) Compose(Sending sending, string organisation)
    {
        var conversation = sending.Conversation!;
        var letter = conversation.Letter!;
        var link = letter.Mode == DeliveryMode.Plain ? null : links.UrlOf(conversation.Id);
        var content = new Content(letter, new RecipientInput(conversation.Email, conversation.Name, conversation.Company), conversation.Subject, conversation.Body, conversation.Files);
        var mail = Compose(content, organisation, link, sending.EnvelopeId, sending.CreatedAt);
        return (new Envelope(ReturnAddress.ForReports(sending.BounceToken, settings), conversation.Email, sending.EnvelopeId), mail);
    }

    /// <summary>The mail of a draft as its recipient would get it now; its link leads nowhere.</summary>
    /// <param name="draft">The draft for one recipient.</param>
    /// <param name="organisation">The buyer's name.</param>
    /// <param name="now">The date it shows.</param>
    public OutgoingMail Preview(DraftForRecipient draft, string organisation, DateTimeOffset now) =>
        Compose(new Content(draft.Letter, draft.Recipient, draft.Subject, draft.Body, draft.Files), organisation, draft.Letter.Mode == DeliveryMode.Plain ? null : settings.Link("/c/…"), "apercu", now);

    /// <summary>The same mail, for its writer to look at in a real mailbox.</summary>
    internal OutgoingMail Test(DraftForRecipient draft, string organisation, Mailbox to, Uri link, string id, DateTimeOffset now)
    {
        var content = new Content(draft.Letter, draft.Recipient, draft.Subject, draft.Body, draft.Files);
        return Compose(content, organisation, draft.Letter.Mode == DeliveryMode.Plain ? null : link, id, now) with { To = to, Subject = "[Essai] " + draft.Subject };
    }

    private OutgoingMail Compose(Content content, string organisation, Uri? link, string id, DateTimeOffset at)
    {
        var (letter, recipient) = (content.Letter, content.Recipient);
        var plain = letter.Mode == DeliveryMode.Plain;
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["organisation"] = organisation,
            ["reference"] = letter.Consultation!.Reference,
            ["title"] = letter.Consultation.Title,
            ["subject"] = content.Subject,
            ["recipient"] = string.Join(", ", new[] { recipient.Company, recipient.Name, recipient.Email }.Where(s => s is not null)),
            ["reply_due"] = letter.ReplyDue is { } due ? ParisTime.Text(due) : null,
            ["link"] = link?.ToString(),
        };
        return new OutgoingMail
        {
            From = new Mailbox(settings.Mail.FromAddress, $"{organisation} - {settings.Mail.FromName}"),
            To = new Mailbox(recipient.Email, recipient.Name ?? recipient.Company),
            ReplyTo = plain && letter.AuthorEmail is { } author ? new Mailbox(author, letter.AuthorName) : null,
            Subject = content.Subject,
            MessageId = $"{id}@{settings.Mail.BounceDomain}",
            Date = at,
            Html = Render(plain ? "plain.html" : "tracked.html", Encoder, variables, Styled(content.Body)),
            Text = Render(plain ? "plain.txt" : "tracked.txt", NullEncoder.Default, variables, BodyHtml.ToText(content.Body)),
            Files = plain ? [.. content.Files.Select(AsFile)] : [],
        };
    }

    /// <summary>What one recipient gets.</summary>
    private sealed record Content(Letter Letter, RecipientInput Recipient, string Subject, string Body, IReadOnlyList<LetterAttachment> Files);

    private MailFile AsFile(LetterAttachment attachment) =>
        new(attachment.Name, attachment.ContentType, _ => Task.FromResult(files.Open(attachment.FileId, attachment.Size)));

    private static string Render(string name, TextEncoder encoder, Dictionary<string, object?> variables, string body)
    {
        var context = new TemplateContext();
        foreach (var (key, value) in variables)
            context.SetValue(key, value);
        context.SetValue("body", body);
        return Templates.GetOrAdd(name, Load).Render(context, encoder);
    }

    /// <summary>Mail clients know no classes: the palette's names become colours here, and only here; spaces and spacing are the pages'.</summary>
    private static string Styled(string body)
    {
        var lists = 0;
        return Tag().Replace(body.Replace("<p></p>", "<p>&nbsp;</p>", StringComparison.Ordinal), tag =>
        {
            var name = tag.Groups["name"].Value;
            if (tag.Groups["end"].Length > 0)
            {
                lists -= name is "ul" or "ol" ? 1 : 0;
                return tag.Value;
            }

            var style = name switch
            {
                "p" => lists == 0 ? "margin:0 0 16px 0;white-space:pre-wrap;" : "margin:0 0 4px 0;white-space:pre-wrap;",
                "ul" or "ol" => lists++ == 0 ? "margin:0 0 16px 0;padding:0 0 0 28px;" : "margin:0 0 4px 0;padding:0 0 0 28px;",
                "span" => $"color:{LetterColours.ValueOf(tag.Groups["colour"].Value)};",
                _ => "",
            };
            return style.Length == 0 ? tag.Value : $"<{name}{tag.Groups["start"].Value} style=\"{style}\">";
        });
    }

    private static IFluidTemplate Load(string name)
    {
        using var stream = typeof(LetterMail).Assembly.GetManifestResourceStream($"Vaguemestre.Core.Delivery.Mails.{name}.liquid")!;
        return new FluidParser().Parse(new StreamReader(stream).ReadToEnd());
    }

    /// <summary>A tag of a sanitised body, where &lt; begins nothing else.</summary>
    [GeneratedRegex("<(?<end>/?)(?<name>[a-z]+)(?<start> start=\"[0-9]+\")?( class=\"(?<colour>[a-z-]+)\")?>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();
}
