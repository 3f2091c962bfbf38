using System.Text;
using MimeKit;
using MimeKit.Text;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Mail.Composition;

/// <summary>A mail checked and arranged as MIME: (mixed (alternative text html) file…). Text and HTML go as quoted-printable, files as base64.</summary>
internal sealed class ComposedMail : IMailContent
{
    private static readonly HashSet<string> OwnFields = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "To", "Cc", "Bcc", "Sender", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Return-Path", "Received",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
    };

    private readonly MimeMessage _message;
    private readonly FormatOptions _format;

    /// <param name="mail">What to write.</param>
    /// <param name="text">Makes a text alternative; null = MimeKit's, with the text as its content.</param>
    public ComposedMail(OutgoingMail mail, Func<TextFormat, string, TextPart>? text = null)
    {
        ArgumentNullException.ThrowIfNull(mail);
        _message = new MimeMessage();
        _message.From.Add(RecipientFields.Address(mail.From, nameof(mail.From)));
        _message.To.Add(RecipientFields.Address(mail.To, nameof(mail.To)));
        if (mail.ReplyTo is not null)
            _message.ReplyTo.Add(RecipientFields.Address(mail.ReplyTo, nameof(mail.ReplyTo)));
        _message.Subject = Field.Line(mail.Subject, nameof(mail.Subject));
        _message.Date = mail.Date;
        _message.MessageId = RecipientFields.MessageId(mail.MessageId);
        if (mail.AutoSubmitted is not null)
            _message.Headers.Add(HeaderId.AutoSubmitted, Field.Line(mail.AutoSubmitted, nameof(mail.AutoSubmitted)));
        foreach (var (name, value) in mail.ExtraHeaders)
        {
            if (OwnFields.Contains(Field.Name(name, nameof(mail.ExtraHeaders))))
                throw new ArgumentException($"{nameof(mail.ExtraHeaders)} repeats {name}, which the mail writes itself: remove it.", nameof(mail));
            _message.Headers.Add(name, Encoding.UTF8, Field.Line(value, $"{nameof(mail.ExtraHeaders)}.{name}"));
        }

        _message.Body = Body(mail, text ?? Text);
        NeedsSmtpUtf8 = new[] { mail.From, mail.To, mail.ReplyTo }.Any(box => box is not null && !Ascii.IsValid(LocalPart(box.Address)));
        _format = FormatOptions.Default.Clone();
        _format.NewLineFormat = NewLineFormat.Dos;
        _format.International = NeedsSmtpUtf8;
    }

    /// <summary>The header names a mailbox that ASCII cannot write (RFC 6532).</summary>
    public bool NeedsSmtpUtf8 { get; }

    long? IMailContent.Length => null;

    public ValueTask WriteAsync(Stream destination, CancellationToken cancellation) => new(_message.WriteToAsync(_format, destination, cancellation));

    /// <summary>Writes it without the fields that <see cref="RecipientFields"/> writes.</summary>
    public Task WriteCommonAsync(Stream destination, CancellationToken cancellation)
    {
        foreach (var field in new[] { HeaderId.To, HeaderId.ReplyTo, HeaderId.Date, HeaderId.MessageId })
            _message.Headers.RemoveAll(field);
        return _message.WriteToAsync(_format, destination, cancellation);
    }

    private static string LocalPart(string address) => address[..address.LastIndexOf('@')];

    private static MimeEntity Body(OutgoingMail mail, Func<TextFormat, string, TextPart> text)
    {
        MimeEntity body = text(TextFormat.Plain, mail.Text);
        if (mail.Html is not null)
            body = new MultipartAlternative(body, text(TextFormat.Html, mail.Html)) { Boundary = Boundary("alternative") };
        if (mail.Files.Count == 0)
            return body;
        var mixed = new Multipart("mixed") { body };
        mixed.Boundary = Boundary("mixed");
        foreach (var file in mail.Files)
            mixed.Add(Part(file));
        return mixed;
    }

    /// <summary>The same whenever a mail is written again. No part contains it: « =_ » stands in no quoted-printable and in no base64 (RFC 2045 §6.7).</summary>
    private static string Boundary(string of) => $"=_vaguemestre_{of}";

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
