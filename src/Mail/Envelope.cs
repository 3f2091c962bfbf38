namespace Vaguemestre.Mail;

/// <summary>What the servers go by, whatever the header says (RFC 5321 §2.3.1).</summary>
/// <param name="Sender">Where reports come back: the return path. Empty for a mail that must never be answered by one.</param>
/// <param name="Recipient">The one address the mail goes to.</param>
/// <param name="EnvelopeId">ENVID (RFC 3461 §4.4): comes back in reports as Original-Envelope-Id. Printable ASCII, at most 100 characters once encoded.</param>
public sealed record Envelope(string Sender, string Recipient, string EnvelopeId)
{
    /// <summary>Reports are asked for where the mail is not delivered, and not where it is or waits (RFC 3461 §4.1).</summary>
    public bool OnlyFailures { get; init; }
}
