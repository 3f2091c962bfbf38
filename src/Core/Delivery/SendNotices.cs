using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Mail;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery;

/// <summary>
/// Sends the due notices, over a line of their own: they never wait for letters, nor letters for them. At least once; each is held by one
/// worker at a time, and a worker that dies lets it go when its lease ends. What the relay takes about a conversation is a fact of it.
/// </summary>
public sealed class SendNotices(VaguemestreDb db, ConversationJournal journal, NoticeMail mails, Settings settings, TimeProvider clock, ILogger<SendNotices> log)
{
    private const int Batch = 20;

    /// <summary>The relay has a minute for each answer: nothing is begun in the last two of a lease.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5), LastBeginning = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan WhileUnreachable = TimeSpan.FromSeconds(30);

    /// <returns>How many were taken.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var begun = clock.Now();
        var (due, until) = (await LeaseAsync(begun, cancel), begun + Lease);
        await using var relay = new RelayLine(settings);
        try
        {
            foreach (var notice in due.TakeWhile(_ => clock.Now() <= begun + LastBeginning))
            {
                var answer = await TryAsync(relay, notice, cancel);
                await db.WriteAsync<bool>(async () => await RecordAsync(notice, until, answer), CancellationToken.None);
                if (answer?.Outcome != RelayOutcome.Unreachable)
                    continue;
                await ReleaseAsync(due, until, clock.Now() + WhileUnreachable);
                break;
            }
        }
        catch (OperationCanceledException)
        {
            await ReleaseAsync(due, until, clock.Now());
            throw;
        }

        return due.Count;
    }

    private async Task<List<Notice>> LeaseAsync(DateTimeOffset now, CancellationToken cancel) =>
        (await db.WriteAsync<List<Notice>>(
            async () =>
            {
                var ids = await db.Notices.Where(n => n.NextAttemptAt <= now).OrderBy(n => n.NextAttemptAt).Take(Batch).Select(n => n.Id).ToListAsync(cancel);
                await db.LockAllAsync<Notice>(ids, cancel);
                var due = await db.Notices.Where(n => ids.Contains(n.Id) && n.NextAttemptAt <= now).OrderBy(n => n.NextAttemptAt).ToListAsync(cancel); // not those that another worker took meanwhile
                due.ForEach(n => n.Lease(now + Lease));
                return due;
            },
            cancel)).Value;

    /// <returns>Null where the platform itself could not make the mail.</returns>
    private async Task<RelayAnswer?> TryAsync(RelayLine relay, Notice notice, CancellationToken cancel)
    {
        try
        {
            var token = await db.Sendings.Where(s => s.ConversationId == notice.ConversationId).OrderByDescending(s => s.CreatedAt).Select(s => s.BounceToken).FirstOrDefaultAsync(cancel);
            var (envelope, mail) = mails.Compose(notice, token);
            return await relay.SendAsync(envelope, mail, cancel);
        }
        catch (ArgumentException unsendable)
        {
            log.LogError(unsendable, "Notice {Notice} cannot be put into a mail.", notice.Id);
            return new RelayAnswer(RelayOutcome.Refused, RelayStage.Opening, "", "La plateforme n’a pas pu composer ce message.", "5.6.0", ReplyCode: null, DsnRequested: false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "Notice {Notice} could not be sent; it is tried again.", notice.Id);
            return null;
        }
    }

    /// <summary>Whoever lost the lease writes nothing, except that the relay took the mail, which stays true.</summary>
    private async Task<bool> RecordAsync(Notice tried, DateTimeOffset until, RelayAnswer? answer)
    {
        var cancel = CancellationToken.None; // an answer that is lost is a mail that goes twice
        var conversation = tried.ConversationId is { } id ? await journal.LockAsync(id, cancel) : null;
        await db.LockAsync<Notice>(tried.Id, cancel);
        var notice = await db.Notices.SingleAsync(n => n.Id == tried.Id, cancel);
        var now = clock.Now();
        if (notice.SentAt is not null || (notice.NextAttemptAt != until && answer?.Outcome != RelayOutcome.Accepted))
            return false;
        switch (answer?.Outcome)
        {
            case RelayOutcome.Accepted:
                notice.Sent(now, answer.Reply);
                if (conversation is not null)
                    await journal.AppendAsync(conversation, FactKind.NoticeSent, new NoticeTaken(notice.Kind, notice.Email, answer.Reply), Actor.Platform, notice.Id, cancel);
                break;
            case RelayOutcome.Unreachable:
                notice.Due(now + WhileUnreachable); // says nothing of this notice
                break;
            case RelayOutcome.Refused:
                notice.Failed(next: null, answer.Reply);
                log.LogWarning("The relay refused notice {Notice} of kind {Kind}; it is given up.", notice.Id, notice.Kind);
                break;
            default:
                var next = now + RetryDelay.Before(notice.Attempts + 1);
                notice.Failed(next < LastAttemptOf(notice) ? next : null, answer?.Reply ?? "La plateforme n’a pas pu composer ce message.");
                if (notice.NextAttemptAt is null)
                    log.LogWarning("Notice {Notice} of kind {Kind} could not be sent in time; it is given up.", notice.Id, notice.Kind);
                break;
        }

        return true;
    }

    /// <summary>A link that is no longer good is not sent.</summary>
    private DateTimeOffset LastAttemptOf(Notice notice) => NoticeValues.Of(notice).ExpiresAt ?? notice.CreatedAt + settings.Delivery.GiveUpAfter;

    /// <summary>What was not begun is anybody's again, at that instant.</summary>
    private Task ReleaseAsync(List<Notice> due, DateTimeOffset until, DateTimeOffset at)
    {
        var ids = due.ConvertAll(n => n.Id);
        return db.WriteAsync<int>(async () => await db.Notices.Where(n => ids.Contains(n.Id) && n.NextAttemptAt == until).ExecuteUpdateAsync(n => n.SetProperty(x => x.NextAttemptAt, at), CancellationToken.None), CancellationToken.None);
    }
}
