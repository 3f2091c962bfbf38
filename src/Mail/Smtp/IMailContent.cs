namespace Vaguemestre.Mail.Smtp;

/// <summary>A mail that can be written as MIME, without SMTP's dots.</summary>
internal interface IMailContent
{
    /// <summary>In bytes; null where only writing it will tell.</summary>
    long? Length { get; }

    /// <summary>The header names a mailbox that ASCII cannot write (RFC 6532).</summary>
    bool NeedsSmtpUtf8 { get; }

    ValueTask WriteAsync(Stream destination, CancellationToken cancellation);
}
