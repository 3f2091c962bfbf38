using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Delivery.Examining;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Mail.Reports;

namespace Vaguemestre.Core.Delivery.Returned;

/// <summary>
/// Takes a message that came back to a return address of a sending. It is kept as it came, once; a delivery report for the sending
/// whose token it came to becomes facts. What is for an unknown token, or is no delivery report, changes no status.
/// </summary>
/// <remarks>
/// The token is known to whoever handled the mail, no more and no less for a report of RFC 3464 than for a bounce that follows no
/// standard: both are believed where they name the recipient, as it was written to or as the report says it was. A bounce that names
/// nobody is believed only where it brings back the Message-ID of this very sending. One that names somebody else never flips a status:
/// it is a fact beside the status, for people to judge.
/// </remarks>
public sealed class ReceiveReport(VaguemestreDb db, ConversationJournal journal, WriteNotice notices, Settings settings, TimeProvider clock, ILogger<ReceiveReport> log)
{
    /// <summary>Messages of people that are answered on one day, over all conversations: beyond it something else than people writes.</summary>
    private const int MostAnswered = 1_000;

    /// <summary>Facts that one conversation keeps about reports that are none of its business, and about mail that is no report; the messages are kept all the same.</summary>
    private const int MostUnmatched = 20, MostMail = 20;

    private const int LongestSubject = 200, LongestAddress = 254, LongestReply = 4_000;

    /// <param name="recipient">The envelope recipient it came to.</param>
    /// <param name="raw">The bytes received after DATA, or as the mailbox has them.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <param name="sender">The envelope sender; null where only the mailbox's header tells it.</param>
    public async Task RunAsync(string recipient, byte[] raw, CancellationToken cancel, string? sender = null)
    {
        var message = ReportReader.Read(raw, answers: ReturnAddress.IsForReplies(recipient));
        var token = ReturnAddress.TokenIn(recipient);
        var sending = token is null ? null : await db.Sendings.AsNoTracking().SingleOrDefaultAsync(s => s.BounceToken == token, cancel);
        if (sending is null)
            log.LogWarning("A message came back for no known sending; it is kept.");
        await db.WriteAsync<bool>(
            async () =>
            {
                var conversation = sending is null ? null : await journal.LockAsync(sending.ConversationId, cancel);
                if (await KeepAsync(recipient.ToLowerInvariant(), raw, message, sending, conversation, cancel) is not { } kept || conversation is null)
                    return true;
                if (message.Report is null)
                {
                    await NoteAsync(conversation, sending!.Id, kept, cancel);
                    await AnswerAsync(conversation, recipient, message, sender, cancel);
                }
                else
                    await ApplyAsync(conversation, sending!, kept.Id, message, cancel);
                return true;
            },
            cancel);
    }

    /// <summary>Null when it was kept before.</summary>
    private async Task<InboundMessage?> KeepAsync(string recipient, byte[] raw, InboundMail message, Sending? sending, Conversation? conversation, CancellationToken cancel)
    {
        var digest = SHA256.HashData(BodyOf(raw));
        if (await db.InboundMessages.AnyAsync(m => m.BodyDigest == digest && m.Recipient == recipient, cancel))
            return null;
        var now = clock.Now();
        var kept = new InboundMessage
        {
            Id = Guid.CreateVersion7(now),
            ReceivedAt = now,
            Recipient = recipient,
            Kind = Words.Of(message.Kind),
            SendingId = sending?.Id,
            Outcome = sending is null || conversation is null ? InboundOutcome.UnknownToken
                : message.Report is null ? InboundOutcome.Noted
                : message.Report.Recipients.Any(r => Concerns(r, message, conversation, sending)) ? InboundOutcome.Applied
                : InboundOutcome.Unmatched,
            From = Plain(message.From, LongestAddress),
            Subject = Plain(message.Subject, LongestSubject),
            Raw = raw,
            BodyDigest = digest,
        };
        if (kept.Outcome == InboundOutcome.UnknownToken && await UnclaimedMail.MakeRoomAsync(db, raw.Length, cancel) is > 0 and var dropped)
            log.LogWarning("{Dropped} older messages for no known sending were dropped, to make room for one more.", dropped);
        db.InboundMessages.Add(kept);
        return kept;
    }

    /// <summary>What follows the header, as both ways in give it: SMTP ends lines with CR LF, some mailboxes with LF, and either may add one. All of a mail that is only a header.</summary>
    private static byte[] BodyOf(byte[] raw)
    {
        var lines = Array.FindAll(raw, b => b != (byte)'\r');
        var end = lines.AsSpan().IndexOf("\n\n"u8);
        var body = lines.AsSpan(end < 0 ? 0 : end).Trim((byte)'\n');
        return body.IsEmpty ? lines : body.ToArray();
    }

    /// <summary>One line without what cannot be kept, cut.</summary>
    private static string? Plain(string? text, int longest) =>
        text is null || Sound(text.ReplaceLineEndings(" ").Replace('\t', ' '), longest).Trim() is not { Length: > 0 } plain ? null : plain;

    /// <summary>Without control characters other than ends of lines and tabs, nor halves of characters; cut.</summary>
    private static string Sound(string text, int longest)
    {
        var kept = string.Concat(text.Where(c => c is '\n' or '\t' || !char.IsControl(c)));
        return SoundText.Beginning(SoundText.IsUnicode(kept) ? kept : string.Concat(kept.Where(c => !char.IsSurrogate(c))), longest);
    }

    private async Task NoteAsync(Conversation conversation, Guid sendingId, InboundMessage kept, CancellationToken cancel)
    {
        if (await db.Facts.CountAsync(f => f.SubjectId == conversation.Id && f.Kind == FactKind.MailReceived, cancel) < MostMail)
            await journal.AppendAsync(conversation, FactKind.MailReceived, new ReturnedMail(kept.Kind, kept.From, kept.Subject, kept.Id), Actor.MailServer, sendingId, cancel);
    }

    /// <summary>
    /// A person who answers by its mail client is told, once, where a reply is taken. Never a machine, a list or ourselves (RFC 3834 §2); to
    /// the envelope sender, which a servers' check of senders covers, and not to whatever From says.
    /// </summary>
    private async Task AnswerAsync(Conversation conversation, string recipient, InboundMail message, string? sender, CancellationToken cancel)
    {
        if (!ReturnAddress.IsForReplies(recipient) || EmailAddress.Parse(message.AnswerTo(sender), out _) is not { } to || IsOurs(to))
            return;
        var since = clock.Now().AddDays(-1);
        var kind = Words.Of(InboundKind.Other);
        if (await db.InboundMessages.CountAsync(m => m.Outcome == InboundOutcome.Noted && m.ReceivedAt > since && m.Kind == kind, cancel) >= MostAnswered)
            log.LogWarning("More than {Most} people answered by mail within a day: no further one is told where to.", MostAnswered);
        else
            await notices.AnswerByMailAsync(conversation, to.Text, to.Folded == EmailAddress.Fold(conversation.Email), MessageIdOf(message), cancel);
    }

    private bool IsOurs(EmailAddress address) =>
        address.Folded == EmailAddress.Fold(settings.Mail.FromAddress) || address.Folded.EndsWith("@" + settings.Mail.BounceDomain, StringComparison.OrdinalIgnoreCase);

    /// <summary>Null where it could not be written back in one field as it is (RFC 5322 §3.6.4).</summary>
    private static string? MessageIdOf(InboundMail message) =>
        message.MessageId is { Length: <= 250 } id && id.Contains('@', StringComparison.Ordinal) && id.All(c => c is > ' ' and < '\x7f' and not ('<' or '>')) ? id : null;

    private async Task ApplyAsync(Conversation conversation, Sending about, Guid reportId, InboundMail message, CancellationToken cancel)
    {
        var sendingId = about.Id;
        var unmatched = await db.Facts.CountAsync(f => f.SubjectId == conversation.Id && f.Kind == FactKind.ReportUnmatched, cancel);
        foreach (var report in message.Report?.Recipients ?? [])
        {
            var said = Said(message.Report!, report, reportId);
            if (!Concerns(report, message, conversation, about))
            {
                if (unmatched++ >= MostUnmatched)
                    continue;
                await journal.AppendAsync(conversation, FactKind.ReportUnmatched, said with { Recipient = Plain(report.FinalRecipient, LongestAddress) }, Actor.MailServer, sendingId, cancel);
                continue;
            }

            var kind = KindOf(report);
            if (kind == FactKind.Undelivered)
            {
                var reason = FailureReason.Of(report);
                said = said with { Reason = reason.Name, Explanation = reason.French };
            }

            if (kind != FactKind.Delayed && await db.Sendings.SingleOrDefaultAsync(s => s.Id == sendingId, cancel) is { } sending)
                sending.Reported();
            await journal.AppendAsync(conversation, kind, said, Actor.MailServer, sendingId, cancel);
        }
    }

    /// <summary>A report that follows no standard says in its text what the field of another would: its words are the server's too.</summary>
    private static ServerSaid Said(DeliveryReport report, RecipientReport recipient, Guid reportId)
    {
        var server = recipient.RemoteMta ?? report.ReportingMta;
        var reply = recipient.DiagnosticCode ?? (report.FollowsStandard ? null : recipient.Remark);
        return new ServerSaid(Plain(server, LongestAddress), reply is { Length: > 0 } ? Sound(PersonalLinksIn.Masked(reply), LongestReply) : null, recipient.Status, Report: Words.Of(recipient.Action), ReportId: reportId);
    }

    /// <summary>A forwarded mail is reported under the address it went to; the original recipient then tells whose it was.</summary>
    private static bool Concerns(RecipientReport report, InboundMail message, Conversation conversation, Sending sending)
    {
        if (report.FinalRecipient.Length == 0)
            return message.OriginalMessageId?.StartsWith(sending.EnvelopeId + "@", StringComparison.OrdinalIgnoreCase) == true;
        var wanted = EmailAddress.Parse(conversation.Email, out _)?.Folded;
        return Folded(report.OriginalRecipient) == wanted || Folded(report.FinalRecipient) == wanted;

        static string? Folded(string? address) => EmailAddress.Parse(address, out _)?.Folded;
    }

    /// <summary>
    /// « Relayed » and « expanded » (RFC 3464 §2.3.3) with a 2xx answer of a server beyond our relay are its acceptance;
    /// without one they say only that the mail went on.
    /// </summary>
    private static FactKind KindOf(RecipientReport report) => report.Action switch
    {
        DeliveryAction.Delivered => FactKind.Delivered,
        DeliveryAction.Relayed or DeliveryAction.Expanded => report.RemoteMta is not null && IsAcceptance(report.DiagnosticCode) ? FactKind.Delivered : FactKind.Relayed,
        DeliveryAction.Delayed => FactKind.Delayed,
        _ => FactKind.Undelivered,
    };

    /// <summary>« smtp; 250 … »: the type, then the server's own words.</summary>
    private static bool IsAcceptance(string? diagnostic) =>
        diagnostic?[(diagnostic.IndexOf(';', StringComparison.Ordinal) + 1)..].TrimStart() is ['2', >= '0' and <= '9', >= '0' and <= '9', ..];
}
