using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery;

/// <summary>
/// Takes the due sendings of the outbox under a lease, gives each to the relay and writes what it answered. At least
/// once: what a crash interrupts is done again by whoever leases it next. Nothing is sent outside a lease.
/// </summary>
public sealed class DeliverDue(VaguemestreDb db, ConversationJournal journal, LetterMail mails, Settings settings, TimeProvider clock, ILogger<DeliverDue> log)
{
    private const int Batch = 20;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>A sending is not begun with less than this left of its lease; it covers a usual SMTP exchange.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(3);

    /// <summary>An exchange that is longer still is cut this long before the lease ends, so that its outcome can be written.</summary>
    private static readonly TimeSpan Closing = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

    /// <returns>How many sendings were taken; 0 when none was due.</returns>
    public async Task<int> RunAsync(RelayLine relay, CancellationToken cancel)
    {
        var lease = Guid.CreateVersion7(clock.Now());
        var until = clock.Now() + Lease;
        var leased = await db.LeaseSendingsAsync(lease, clock.Now(), until, Batch, cancel);
        if (leased.Count == 0)
            return 0;

        using var leaseEnds = new CancellationTokenSource(Lease - Closing, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancel, leaseEnds.Token);
        var untouched = leased.Select(s => s.Id).ToHashSet();
        try
        {
            foreach (var sending in await LoadAsync(leased, cancel))
            {
                cancel.ThrowIfCancellationRequested();
                if (until - clock.Now() < Margin)
                    break;
                var answer = await SendAsync(relay, sending, cancel, ends.Token);
                untouched.Remove(sending.Id);

                // Written even while the product stops: an answer that is lost is a mail that goes twice.
                await db.WriteAsync(() => RecordAsync(sending.Id, lease, answer, CancellationToken.None), CancellationToken.None);
            }
        }
        finally
        {
            await ReleaseAsync(lease, untouched);
        }

        return leased.Count;
    }

    /// <summary>What was not sent is free at once for whoever comes next.</summary>
    private async Task ReleaseAsync(Guid lease, HashSet<Guid> untouched)
    {
        if (untouched.Count > 0)
        {
            await db.Sendings.Where(s => s.LeaseId == lease && untouched.Contains(s.Id))
                .ExecuteUpdateAsync(s => s.SetProperty(x => x.LeaseId, (Guid?)null).SetProperty(x => x.LeaseUntil, (DateTimeOffset?)null), CancellationToken.None);
        }
    }

    private async Task<List<Sending>> LoadAsync(List<Sending> leased, CancellationToken cancel)
    {
        var ids = leased.ConvertAll(s => s.Id);
        return await db.Sendings.AsNoTrackingWithIdentityResolution()
            .Include(s => s.Conversation!.Letter!.Attachments).Include(s => s.Conversation!.Letter!.Consultation).Include(s => s.Conversation!.Recipient!.Attachments)
            .Where(s => ids.Contains(s.Id)).OrderBy(s => s.CreatedAt).AsSplitQuery().ToListAsync(cancel);
    }

    /// <exception cref="OperationCanceledException">The product stops; nothing was sent.</exception>
    private async Task<RelayAnswer> SendAsync(RelayLine relay, Sending sending, CancellationToken stop, CancellationToken ends)
    {
        var organisation = await db.Organisations.Where(o => o.Id == sending.OrganisationId).Select(o => o.Name).SingleAsync(stop);
        try
        {
            var (envelope, mail) = mails.Compose(sending, organisation);
            return await relay.SendAsync(envelope, mail, ends);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            log.LogWarning("Sending {Sending} was cut before its lease ended; it will be tried again.", sending.Id);
            return Ours(RelayOutcome.Unreachable, null, "");
        }
        catch (ArgumentException unsendable)
        {
            log.LogError(unsendable, "Sending {Sending} cannot be put into a mail.", sending.Id);
            return Ours(RelayOutcome.Refused, "5.6.0", "La plateforme n'a pas pu composer ce courrier.");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Whatever it is, the letters behind this one go on.
            log.LogError(fault, "Sending {Sending} failed; it will be tried again.", sending.Id);
            return Ours(RelayOutcome.Unreachable, null, "");
        }
    }

    private async Task<Result<Sending>> RecordAsync(Guid sendingId, Guid lease, RelayAnswer answer, CancellationToken cancel)
    {
        var conversationId = await db.Sendings.Where(s => s.Id == sendingId).Select(s => s.ConversationId).SingleAsync(cancel);
        var conversation = (await journal.LockAsync(conversationId, cancel))!;
        var sending = await db.Sendings.SingleAsync(s => s.Id == sendingId, cancel);
        if (sending.LeaseId != lease)
        {
            log.LogWarning("The lease of sending {Sending} was lost before its outcome {Outcome} could be written.", sendingId, answer.Outcome);
            return Problem.Conflict("lease-lost", "");
        }

        var now = clock.Now();
        var said = new ServerSaid(answer.Server, answer.IsServersOwn ? answer.Reply : null, answer.StatusCode, Explanation: InOurWords(answer));
        switch (answer.Outcome)
        {
            case RelayOutcome.Accepted:
                sending.Accepted(now, await WasReportedAsync(sendingId, cancel) ? null : now + settings.Delivery.WaitForReports, answer.DsnRequested);
                await journal.AppendAsync(conversation, FactKind.AcceptedByRelay, said, Actor.MailServer, sendingId, cancel);
                break;
            case RelayOutcome.Refused:
                sending.GaveUp();
                await UndeliveredAsync(conversation, sendingId, said, cancel);
                break;
            default:
                if (now >= sending.CreatedAt + settings.Delivery.GiveUpAfter)
                {
                    sending.GaveUp();
                    await UndeliveredAsync(conversation, sendingId, said with { StatusCode = said.StatusCode ?? "4.4.7" }, cancel);
                    break;
                }

                sending.TryAgain(now + DelayBefore(sending.Attempts + 1));

                // A relay that nobody reaches is the operator's concern; what a server said, or may have taken, is the letter's.
                if (answer.Outcome != RelayOutcome.Unreachable)
                    await journal.AppendAsync(conversation, FactKind.Delayed, said, Actor.MailServer, sendingId, cancel);
                log.LogInformation("Sending {Sending} will be tried again at {At}: {Outcome}.", sendingId, sending.NextAttemptAt, answer.Outcome);
                break;
        }

        return sending;
    }

    /// <summary>A report may overtake the answer that the relay gave us.</summary>
    private Task<bool> WasReportedAsync(Guid sendingId, CancellationToken cancel) =>
        db.Facts.AnyAsync(f => f.ConcernsId == sendingId && (f.Kind == FactKind.Relayed || f.Kind == FactKind.Delivered || f.Kind == FactKind.Undelivered), cancel);

    private Task UndeliveredAsync(Conversation conversation, Guid sendingId, ServerSaid said, CancellationToken cancel)
    {
        var reason = FailureReason.Of(said.StatusCode);
        return journal.AppendAsync(conversation, FactKind.Undelivered, said with { Reason = reason.Name, Explanation = said.Explanation ?? reason.French }, Actor.MailServer, sendingId, cancel);
    }

    /// <summary>What happened where no server spoke: nothing is put into a server's mouth. Null where one did.</summary>
    private static string? InOurWords(RelayAnswer answer) => answer switch
    {
        { IsServersOwn: true } => null,
        { Outcome: RelayOutcome.Refused } => answer.Reply,
        { Outcome: RelayOutcome.AnswerLost } => "La connexion au relais s'est coupée après la remise du courrier et avant sa réponse : un double est possible.",
        { Outcome: RelayOutcome.Unanswered } => "La connexion au relais s'est coupée avant la remise du courrier.",
        _ => "La plateforme n'a pas pu remettre le courrier à son relais.",
    };

    private static RelayAnswer Ours(RelayOutcome outcome, string? status, string words) => new(outcome, RelayStage.Opening, "", words, status, ReplyCode: null, DsnRequested: false);

    /// <summary>Doubles from half a minute to an hour, give or take a fifth, so that a relay that comes back is not stormed.</summary>
    private static TimeSpan DelayBefore(int attempt)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(attempt - 1, 10));
        var bounded = delay < LongestDelay ? delay : LongestDelay;
        return bounded * (0.8 + (Random.Shared.NextDouble() * 0.4));
    }
}
