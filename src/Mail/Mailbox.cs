namespace Vaguemestre.Mail;

/// <summary>A mailbox as RFC 5322 §3.4 writes it: an address and, if known, whom it belongs to. Not a folder of messages.</summary>
/// <param name="Address">The bare address, as typed; non-ASCII local parts (RFC 6531) and domains (IDNA) are allowed.</param>
/// <param name="Name">The display name, or null.</param>
public sealed record Mailbox(string Address, string? Name = null);
