using System.Net;

namespace Vaguemestre.Mail.Smtp;

/// <summary>A mail as it came in: the envelope and the exact bytes, nothing added.</summary>
/// <param name="MailFrom">The return path; empty for a report (RFC 5321 §4.5.5).</param>
/// <param name="EnvelopeId">ENVID, decoded (RFC 3461 §4.4).</param>
/// <param name="Return">RET: whether a report should bring back the whole mail.</param>
/// <param name="Data">The content with SMTP's dots removed; line ends as they came.</param>
public sealed record ReceivedMail(
    string MailFrom,
    IReadOnlyList<ReceivedRecipient> Recipients,
    string? EnvelopeId,
    DsnReturn? Return,
    ReadOnlyMemory<byte> Data,
    IPEndPoint RemoteEndPoint,
    string HeloName);

/// <summary>One recipient of a mail that came in (RCPT TO).</summary>
/// <param name="Notify">What the sender wants to hear about; null = it did not say (failures, by default).</param>
/// <param name="OriginalRecipient">ORCPT, decoded, as <c>rfc822;address</c> (RFC 3461 §4.2).</param>
public sealed record ReceivedRecipient(string Address, DsnNotify? Notify = null, string? OriginalRecipient = null);

/// <summary>NOTIFY (RFC 3461 §4.1).</summary>
[Flags]
public enum DsnNotify
{
    Never = 0,
    Success = 1,
    Failure = 2,
    Delay = 4,
}

/// <summary>RET (RFC 3461 §4.3).</summary>
public enum DsnReturn
{
    Headers,
    Full,
}
