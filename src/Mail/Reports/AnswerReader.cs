using MimeKit;

namespace Vaguemestre.Mail.Reports;

/// <summary>Tells the answers that no person wrote: absences, acknowledgements (RFC 3834), challenges.</summary>
internal static class AnswerReader
{
    private const int MaxSubject = 300;

    private static readonly string[] Fields = ["X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-AutoReply-From", "X-Auto-Reply", "X-Auto-Response", "X-Vacation", "Auto-Response"];

    private static readonly string[] Machines = ["mailer-daemon", "postmaster", "listserv", "majordomo", "bounce", "no-reply", "noreply", "no_reply", "do-not-reply", "donotreply", "ne-pas-repondre", "nepasrepondre"];

    private static readonly Phrases Notices = Phrases.Load("notices"), Senders = Phrases.Load("senders");

    /// <summary>An absent person's quoted signature may say anything: only a machine's mail, or an answer, challenges.</summary>
    public static bool IsChallenge(MimeMessage message, Notice notice) =>
        Notices.Has("Challenge", notice.Folded) || Notices.Has("Challenge", Phrases.Fold(Cut(message.Subject)));

    /// <summary>A complaint that follows no standard: its subject says so, and the mail complained of lies within.</summary>
    public static bool IsComplaint(MimeMessage message, IReadOnlyList<MimeEntity> parts, Notice notice) =>
        parts.Any(part => part is MessagePart) && (Senders.Has("Complaint", Phrases.Fold(Cut(message.Subject))) || notice.Folded.StartsWith("feedback-type: ", StringComparison.Ordinal));

    /// <summary>Outlook's way without fields: « Lu : … », and the text says when. A person's answer under such a subject has other words.</summary>
    public static bool IsReadNotification(MimeMessage message, Notice notice) =>
        Senders.Begins("ReadStart", Phrases.Fold(Cut(message.Subject))) && Notices.Has("Read", notice.Folded);

    public static bool IsAutomatic(MimeMessage message, Notice notice)
    {
        // RFC 3834 §5. "auto-generated" alone is no answer to anything, but no person wrote it either.
        if (Says(message.Headers[HeaderId.AutoSubmitted]?.Split(';', '(')[0]) || Array.Exists(Fields, field => Says(message.Headers[field])))
            return true;
        if (message.Headers[HeaderId.Precedence]?.Trim().ToUpperInvariant() is "AUTO_REPLY" or "AUTO-REPLY" or "LIST" or "BULK" or "JUNK")
            return true;
        var subject = Phrases.Fold(Cut(message.Subject));
        return Senders.Has("AutoReplyText", notice.Folded) || Senders.Begins("AutoReplyStart", Unanswered(subject));
    }

    /// <summary>A list's fields (RFC 2369, RFC 2919), or a precedence that is no person's: an answer would go to many, or to a program.</summary>
    public static bool IsFromList(MimeMessage message) =>
        message.Headers.Any(h => h.Field.StartsWith("List-", StringComparison.OrdinalIgnoreCase))
        || message.Headers.Contains(HeaderId.Precedence) || message.Headers.Contains("X-Auto-Response-Suppress") || message.Headers.Contains("Feedback-ID");

    /// <summary>Whether an address may be a person's (RFC 3834 §2): a list's, a server's or one that nobody reads is not.</summary>
    public static bool MayBeAnswered(string address)
    {
        var left = address.LastIndexOf('@') is > 0 and var at ? address[..at] : "";
        return left.Length > 0
            && !Array.Exists(Machines, m => left.StartsWith(m, StringComparison.OrdinalIgnoreCase))
            && !left.StartsWith("owner-", StringComparison.OrdinalIgnoreCase) && !left.EndsWith("-owner", StringComparison.OrdinalIgnoreCase)
            && !left.EndsWith("-request", StringComparison.OrdinalIgnoreCase) && !left.Contains("-bounces", StringComparison.OrdinalIgnoreCase) && !left.Contains("bounces+", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>« Re: Absence » is an absence: some programs answer under our subject, others set their word before it.</summary>
    private static string Unanswered(string subject)
    {
        while (subject.StartsWith("re:", StringComparison.Ordinal) || subject.StartsWith("re :", StringComparison.Ordinal) || subject.StartsWith("aw:", StringComparison.Ordinal))
            subject = subject[(subject.IndexOf(':', StringComparison.Ordinal) + 1)..].TrimStart();
        return subject.TrimStart('[', '(', '"', '*', ' ');
    }

    private static bool Says(string? field) => field?.Trim() is { Length: > 0 } value && !value.Equals("no", StringComparison.OrdinalIgnoreCase);

    private static string Cut(string? subject) => subject is { Length: > MaxSubject } ? subject[..MaxSubject] : subject ?? "";
}
