using System.Text;
using MimeKit;
using MimeKit.Text;
using MimeKit.Utils;

namespace Vaguemestre.Mail.Composition;

/// <summary>A mail checked and arranged as MIME: (mixed (alternative text html) file…). Text and HTML go as quoted-printable, files as base64.</summary>
internal sealed class ComposedMail
{
    private static readonly HashSet<string> OwnFields = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "To", "Cc", "Bcc", "Sender", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Return-Path", "Received",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
    };

    private readonly MimeMessage _message;
    private readonly FormatOptions _format;

    public ComposedMail(OutgoingMail mail)
    {
        ArgumentNullException.ThrowIfNull(mail);
        _message = new MimeMessage();
        _message.From.Add(Address(mail.From, nameof(mail.From)));
        _message.To.Add(Address(mail.To, nameof(mail.To)));
        if (mail.ReplyTo is not null)
            _message.ReplyTo.Add(Address(mail.ReplyTo, nameof(mail.ReplyTo)));
        _message.Subject = Field.Line(mail.Subject, nameof(mail.Subject));
        _message.Date = mail.Date;
        _message.MessageId = MessageId(mail.MessageId);
        if (mail.AutoSubmitted is not null)
            _message.Headers.Add(HeaderId.AutoSubmitted, Field.Line(mail.AutoSubmitted, nameof(mail.AutoSubmitted)));
        foreach (var (name, value) in mail.ExtraHeaders)
        {
            if (OwnFields.Contains(Field.Name(name, nameof(mail.ExtraHeaders))))
                throw new ArgumentException($"{nameof(mail.ExtraHeaders)} repeats {name}, which the mail writes itself: remove it.", nameof(mail));
            _message.Headers.Add(name, Encoding.UTF8, Field.Line(value, $"{nameof(mail.ExtraHeaders)}.{name}"));
        }

        _message.Body = Body(mail);
        NeedsSmtpUtf8 = new[] { mail.From, mail.To, mail.ReplyTo }.Any(box => box is not null && !Ascii.IsValid(LocalPart(box.Address)));
        _format = FormatOptions.Default.Clone();
        _format.NewLineFormat = NewLineFormat.Dos;
        _format.International = NeedsSmtpUtf8;
    }

    /// <summary>The header names a mailbox that ASCII cannot write (RFC 6532).</summary>
    public bool NeedsSmtpUtf8 { get; }

    public Task WriteAsync(Stream destination, CancellationToken cancellation) => _message.WriteToAsync(_format, destination, cancellation);

    private static MailboxAddress Address(Mailbox mailbox, string field) =>
        new(Encoding.UTF8, mailbox.Name is null ? null : Field.Line(mailbox.Name, $"{field}.{nameof(Mailbox.Name)}"),
            AddressSpec.Parse(mailbox.Address, $"{field}.{nameof(Mailbox.Address)}").ToString());

    private static string LocalPart(string address) => address[..address.LastIndexOf('@')];

    private static string MessageId(string id) =>
        id is { Length: > 2 and <= 250 } && Ascii.IsValid(id) && !id.Any(c => c is <= ' ' or '<' or '>' or '\x7F') && id.IndexOf('@') is > 0 and var at && at < id.Length - 1
            ? id
            : throw new ArgumentException("MessageId must be left@right in printable ASCII, without angle brackets.", nameof(id));

    private static MimeEntity Body(OutgoingMail mail)
    {
        MimeEntity body = Text(TextFormat.Plain, mail.Text);
        if (mail.Html is not null)
            body = new MultipartAlternative(body, Text(TextFormat.Html, mail.Html));
        if (mail.Files.Count == 0)
            return body;
        var mixed = new Multipart("mixed") { body };
        foreach (var file in mail.Files)
            mixed.Add(Part(file));
        return mixed;
    }

    private static TextPart Text(TextFormat format, string text)
    {
        var part = new TextPart(format) { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        // Not ReplaceLineEndings: a form feed or U+2028 is a character of the text.
        part.SetText(Encoding.UTF8, text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\n", "\r\n", StringComparison.Ordinal));
        return part;
    }

    private static StreamedPart Part(MailFile file)
    {
        var name = Field.Line(file.Name, "Files.Name");
        if (!ContentType.TryParse(Field.Line(file.ContentType, "Files.ContentType"), out var type))
            throw new ArgumentException($"Files.ContentType « {file.ContentType} » is not a media type.", nameof(file));
        // RFC 2046 §5.2.1: nothing under message/ or multipart/ may be encoded, and ours is.
        if (type.MediaType.Equals("message", StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals("multipart", StringComparison.OrdinalIgnoreCase))
            type = new ContentType("application", "octet-stream");
        type.Parameters.Remove("name");
        type.Parameters.Add(new Parameter(Encoding.UTF8, "name", name) { EncodingMethod = ParameterEncodingMethod.Rfc2047 });
        var part = new StreamedPart(file, type);
        part.Headers.Add(AttachmentDisposition.Of(name));
        return part;
    }
}
