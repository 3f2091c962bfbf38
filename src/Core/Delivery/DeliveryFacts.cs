using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Delivery;

/// <summary>What a mail server said, or what a report says that one said; verbatim.</summary>
/// <param name="Server">Host that spoke; null where nobody was reached.</param>
/// <param name="Reply">Its words as they came, all lines; null where no server spoke.</param>
/// <param name="StatusCode">RFC 3463 enhanced status code.</param>
/// <param name="Reason">ETSI TS 102 640 name of a failure.</param>
/// <param name="Explanation">The same as a French sentence; ours, and no server's.</param>
/// <param name="Report">The action of the RFC 3464 report it comes from; null for an answer in our own SMTP session.</param>
/// <param name="Recipient">The recipient that the report names, when it is another than the conversation's.</param>
/// <param name="ReportId">The inbound message kept as evidence.</param>
public sealed record ServerSaid(
    string? Server,
    string? Reply,
    string? StatusCode,
    string? Reason = null,
    string? Explanation = null,
    string? Report = null,
    string? Recipient = null,
    Guid? ReportId = null) : FactContent;

public static class ServerWords
{
    /// <summary>
    /// Whether the reply is a server's words, and not the platform's own remark: an answer within our SMTP session begins with its
    /// code (RFC 5321 §4.2), and what a report quotes is a server's.
    /// </summary>
    public static bool IsServersOwn(this ServerSaid said) => said.Report is not null || said.Reply is [>= '2' and <= '5', >= '0' and <= '9', >= '0' and <= '9', ..];
}

/// <summary>A further sending of the letter as it was.</summary>
public sealed record Resent(string Recipient, int Number) : FactContent;

/// <summary>No report came until then.</summary>
/// <param name="AcceptedAt">When our relay took the mail.</param>
/// <param name="ReportsAsked">Whether the relay took our request for reports (RFC 3461); where not, none was to be expected.</param>
public sealed record Silence(DateTimeOffset AcceptedAt, bool ReportsAsked) : FactContent;

/// <summary>A mail that came back and is no report of delivery.</summary>
/// <param name="Kind">What it was read as: the word of <c>Vaguemestre.Mail.InboundKind</c>.</param>
/// <param name="From">The address it announces; anybody can write any.</param>
/// <param name="Subject">Its subject, cut to 200 characters.</param>
/// <param name="MailId">The inbound message kept as evidence.</param>
public sealed record ReturnedMail(string Kind, string? From, string? Subject, Guid MailId) : FactContent;

/// <summary>The letter went to another address.</summary>
/// <param name="Recipient">The corrected address.</param>
/// <param name="Conversation">The conversation that follows it.</param>
public sealed record CorrectedAddress(string Recipient, Guid Conversation) : FactContent;
