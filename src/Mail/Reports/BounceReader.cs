using System.Text.RegularExpressions;
using MimeKit;

namespace Vaguemestre.Mail.Reports;

/// <summary>
/// Reads a bounce that follows no standard: sentences for people, by qmail, Exim, Exchange, Notes and many more. It is taken for one
/// where two things agree, who speaks and what is said: a person who writes about an undelivered mail is no bounce.
/// </summary>
internal static partial class BounceReader
{
    private const int MaxRemark = 2_000;

    private static readonly Phrases Notices = Phrases.Load("notices"), Senders = Phrases.Load("senders");

    /// <returns>Null where it is no bounce. One that names nobody has one recipient without an address.</returns>
    public static DeliveryReport? Read(MimeMessage message, IReadOnlyList<MimeEntity> parts, Notice notice)
    {
        if (!IsBounce(message, parts, notice))
            return null;
        var delayed = IsDelay(message, notice);
        var recipients = Recipients(message, parts, notice).ConvertAll(r => Recipient(r.Address, r.Block, notice, delayed));
        if (recipients.Count == 0)
            recipients.Add(Recipient("", "", notice, delayed));
        return new DeliveryReport(message.From.Mailboxes.FirstOrDefault()?.Domain ?? "", recipients) { FollowsStandard = false };
    }

    /// <summary>What the notice's text says of a recipient that a field names; null where nothing.</summary>
    public static string? Remark(string address, IReadOnlyList<(string Address, string Block)> blocks, Notice notice)
    {
        var block = blocks.FirstOrDefault(b => b.Address.Equals(address, StringComparison.OrdinalIgnoreCase)).Block;
        return Cut(FailureCauses.Tells(block ?? "") ? block! : string.Join('\n', notice.Lines).Trim());
    }

    public static List<(string Address, string Block)> Recipients(MimeMessage message, IReadOnlyList<MimeEntity> parts, Notice notice)
    {
        var others = message.To.Mailboxes.Concat(message.From.Mailboxes).Select(m => m.Address).ToList();
        return Addresses.In(notice, message.Headers["X-Failed-Recipients"], others, message.From.Mailboxes.FirstOrDefault()?.Domain, Returned(parts, notice));
    }

    /// <summary>Whether it goes by a name that servers go by. Anybody can.</summary>
    public static bool IsFromServer(MimeMessage message) => Senders.Has("Server", Phrases.Fold(message.From.ToString()));

    private static bool IsBounce(MimeMessage message, IReadOnlyList<MimeEntity> parts, Notice notice)
    {
        if (message.Headers.Contains("X-Failed-Recipients"))
            return true;
        var subject = Senders.Has("Subject", Phrases.Fold(message.Subject ?? ""));
        var speaker = IsFromServer(message) || message.Headers[HeaderId.ReturnPath]?.Trim() is "<>" || !message.From.Mailboxes.Any(m => m.Address.Length > 0);
        var words = Notices.Has("Failed", notice.Folded) || Notices.Has("Delayed", notice.Folded);
        // A mail system that sends a mail back without a word has not delivered it.
        var returned = parts.Any(part => part is MessagePart) && Senders.Has("Daemon", Phrases.Fold(message.From.ToString()));
        return words ? subject || speaker : (subject && speaker) || returned;
    }

    private static bool IsDelay(MimeMessage message, Notice notice)
    {
        var subject = Phrases.Fold(message.Subject ?? "");
        return (Notices.Has("Delayed", notice.Folded) || Senders.Begins("DelayedStart", subject)) && !notice.Folded.Contains("permanent error", StringComparison.Ordinal) && !(Senders.Has("Subject", subject) && (subject.Contains("fail", StringComparison.Ordinal) || subject.Contains("undeliver", StringComparison.Ordinal)));
    }

    private static RecipientReport Recipient(string address, string block, Notice notice, bool delayed)
    {
        var whole = string.Join('\n', notice.Lines).Trim();
        var remark = Cut(FailureCauses.Tells(block) ? block : whole);
        var status = Status(block) ?? Status(whole);
        var first = ExpandedFrom().Match(block) is { Success: true } expanded ? Addresses.All(expanded.Value).FirstOrDefault() : null;
        return new RecipientReport(address, delayed ? DeliveryAction.Delayed : DeliveryAction.Failed, status) { OriginalRecipient = first, DiagnosticCode = Reply(block) ?? Reply(whole), Remark = remark };
    }

    /// <summary>Message-ID of the mail that a notice brings back in its own text; without angle brackets.</summary>
    public static string? MessageId(Notice notice) => MessageIdField().Match(notice.Rest) is { Success: true } field ? field.Groups["id"].Value : null;

    private static IEnumerable<string> Returned(IReadOnlyList<MimeEntity> parts, Notice notice)
    {
        foreach (var part in parts)
        {
            if (part is MessagePart { Message: { } original })
                return original.To.Mailboxes.Select(m => m.Address);
        }

        return ReturnedTo().Match(notice.Rest) is { Success: true } to ? Addresses.All(to.Value) : notice.Lines.Where(line => ReturnedTo().IsMatch(line)).SelectMany(Addresses.All);
    }

    /// <summary>The enhanced status code of a text: of a Status field before any other.</summary>
    public static string? Status(string text)
    {
        if (StatusField().Match(text) is { Success: true } field)
            return field.Groups["code"].Value;
        return StatusCode().Match(text) is { Success: true } code ? code.Value : null;
    }

    /// <summary>The reply of a server that the text quotes.</summary>
    private static string? Reply(string text) => ReplyLine().Match(text) is { Success: true } reply ? Cut(reply.Groups["reply"].Value.Trim()) : null;

    private static string Cut(string text) => text.Length > MaxRemark ? text[..MaxRemark] : text;

    [GeneratedRegex(@"(?<![0-9.])[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9]|\.[0-9])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex StatusCode();

    [GeneratedRegex(@"^[ \t>]*Message-ID:[ \t]*<(?<id>[^<>\s]{1,250})>", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex MessageIdField();

    [GeneratedRegex(@"\((expanded|generated) from:? [^)\r\n]{1,300}", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ExpandedFrom();

    [GeneratedRegex(@"^\s*Status: *(?<code>[245]\.[0-9]{1,3}\.[0-9]{1,3})", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex StatusField();

    [GeneratedRegex(@"(^|[\s:;'""(])(?<reply>[245][0-5][0-9][ -]\S[^\r\n]{0,500})", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ReplyLine();

    [GeneratedRegex(@"^\s*(To|À|A|An|Pour) *:[^\r\n]{0,500}", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ReturnedTo();
}
