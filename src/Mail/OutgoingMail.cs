using Vaguemestre.Mail.Composition;

namespace Vaguemestre.Mail;

/// <summary>
/// One mail to one recipient, before it is written as MIME (RFC 5322, 2045). Any control character, hence any line break,
/// in an address, a name, the subject or a header is refused with an <see cref="ArgumentException"/> naming the field.
/// </summary>
public sealed record OutgoingMail
{
    public required Mailbox From { get; init; }

    public required Mailbox To { get; init; }

    public Mailbox? ReplyTo { get; init; }

    public required string Subject { get; init; }

    /// <summary>The text alternative; every mail has one.</summary>
    public required string Text { get; init; }

    public string? Html { get; init; }

    /// <summary><c>left@right</c>, without angle brackets (RFC 5322 §3.6.4). Kept over the retries of one sending.</summary>
    public required string MessageId { get; init; }

    public required DateTimeOffset Date { get; init; }

    /// <summary><c>auto-generated</c> or <c>auto-replied</c> (RFC 3834 §5); null for a mail that a person wrote.</summary>
    public string? AutoSubmitted { get; init; }

    public IReadOnlyList<MailFile> Files { get; init; } = [];

    /// <summary>Further header fields. They cannot repeat a field that the mail already writes.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ExtraHeaders { get; init; } = [];

    /// <summary>Writes the mail as MIME, with CRLF line ends and no line above 998 bytes, without SMTP's dots.</summary>
    /// <exception cref="ArgumentException">A field is not acceptable; the message names it.</exception>
    /// <exception cref="MailFileException">A joined file could not be read.</exception>
    public Task WriteAsync(Stream destination, CancellationToken cancellation = default) =>
        new ComposedMail(this).WriteAsync(destination, cancellation).AsTask();
}
