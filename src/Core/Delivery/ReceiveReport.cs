using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail.Reports;

namespace Vaguemestre.Core.Delivery;

/// <summary>
/// Takes a message that came back to a bounce address. It is kept as it came, once; a delivery report for the sending
/// whose token it came to becomes facts. What is for an unknown token, or is no delivery report, changes no status.
/// </summary>
public sealed class ReceiveReport(VaguemestreDb db, ConversationJournal journal, TimeProvider clock, ILogger<ReceiveReport> log)
{
    /// <summary>Facts that one conversation keeps about reports that are none of its business; the messages are kept all the same.</summary>
    private const int MostUnmatched = 20;

    public async Task RunAsync(string recipient, byte[] raw, CancellationToken cancel)
    {
        var message = ReportReader.Read(raw);
        var token = ReturnAddress.TokenIn(recipient);
        var sending = token is null ? null : await db.Sendings.AsNoTracking().SingleOrDefaultAsync(s => s.BounceToken == token, cancel);
        if (sending is null)
            log.LogWarning("A message came back for no known sending; it is kept.");
        await db.WriteAsync<bool>(
            async () =>
            {
                var conversation = sending is null ? null : await journal.LockAsync(sending.ConversationId, cancel);
                if (await KeepAsync(recipient, raw, message, sending?.Id, cancel) is { } kept && conversation is not null)
                    await ApplyAsync(conversation, sending!.Id, kept.Id, message, cancel);
                return true;
            },
            cancel);
    }

    /// <summary>Null when it was kept before.</summary>
    private async Task<InboundMessage?> KeepAsync(string recipient, byte[] raw, InboundMail message, Guid? sendingId, CancellationToken cancel)
    {
        var digest = SHA256.HashData(BodyOf(raw));
        if (await db.InboundMessages.AnyAsync(m => m.BodyDigest == digest && m.Recipient == recipient, cancel))
            return null;
        var now = clock.Now();
        var kept = new InboundMessage { Id = Guid.CreateVersion7(now), ReceivedAt = now, Recipient = recipient, Kind = Words.Of(message.Kind), SendingId = sendingId, Outcome = sendingId is null ? InboundOutcome.UnknownToken : InboundOutcome.Applied, Raw = raw, BodyDigest = digest };
        db.InboundMessages.Add(kept);
        return kept;
    }

    private static ReadOnlySpan<byte> BodyOf(ReadOnlySpan<byte> raw)
    {
        var end = raw.IndexOf("\r\n\r\n"u8);
        return end < 0 ? raw : raw[(end + 4)..];
    }

    private async Task ApplyAsync(Conversation conversation, Guid sendingId, Guid reportId, InboundMail message, CancellationToken cancel)
    {
        var unmatched = await db.Facts.CountAsync(f => f.SubjectId == conversation.Id && f.Kind == FactKind.ReportUnmatched, cancel);
        foreach (var report in message.Report?.Recipients ?? [])
        {
            var said = new ServerSaid(report.RemoteMta ?? message.Report!.ReportingMta, report.DiagnosticCode, report.Status, Report: Words.Of(report.Action), ReportId: reportId);
            if (!Concerns(report, conversation))
            {
                if (unmatched++ >= MostUnmatched)
                    continue;
                await journal.AppendAsync(conversation, FactKind.ReportUnmatched, said with { Recipient = report.FinalRecipient }, Actor.MailServer, sendingId, cancel);
                continue;
            }

            var kind = KindOf(report);
            if (kind == FactKind.Undelivered)
            {
                var reason = FailureReason.Of(report.Status);
                said = said with { Reason = reason.Name, Explanation = reason.French };
            }

            if (kind != FactKind.Delayed && await db.Sendings.SingleOrDefaultAsync(s => s.Id == sendingId, cancel) is { } sending)
                sending.Reported();
            await journal.AppendAsync(conversation, kind, said, Actor.MailServer, sendingId, cancel);
        }
    }

    /// <summary>A forwarded mail is reported under the address it went to; the original recipient then tells whose it was.</summary>
    private static bool Concerns(RecipientReport report, Conversation conversation)
    {
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
