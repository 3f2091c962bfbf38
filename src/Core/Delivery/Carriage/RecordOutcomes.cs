using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery.Examining;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>
/// Writes what became of many sendings: their facts, the statuses that follow and the state of the outbox, in
/// one transaction. Who lost the lease writes nothing, except that the relay took the mail, which stays true;
/// what was written before, and only its commit's answer lost, is not written twice.
/// </summary>
public sealed class RecordOutcomes(VaguemestreDb db, Settings settings, TimeProvider clock, ILogger<RecordOutcomes> log)
{
    private static readonly FactKind[] Fates = [FactKind.Relayed, FactKind.Delivered, FactKind.Undelivered];

    private static readonly ServerSaid HolderDied = new(null, null, null, Explanation: "La plateforme s'est arrêtée pendant la remise de ce courrier à son relais : un double est possible.");

    /// <returns>How many were written.</returns>
    public async Task<int> RunAsync(IReadOnlyList<Outcome> outcomes, CancellationToken cancel) =>
        (await db.WriteAsync<int>(async () => await InTransactionAsync(outcomes, cancel), cancel)).Value;

    private async Task<int> InTransactionAsync(IReadOnlyList<Outcome> outcomes, CancellationToken cancel)
    {
        var chains = await ConversationChains.LockAsync(db, clock, [.. outcomes.Select(o => o.Sending.ConversationId).Distinct()], cancel);
        var ids = outcomes.Select(o => o.Sending.Id).ToList();
        var sendings = await db.Sendings.AsNoTracking().Where(s => ids.Contains(s.Id)).ToDictionaryAsync(s => s.Id, cancel);
        var written = new List<Sending>();
        foreach (var outcome in outcomes)
        {
            var sending = sendings[outcome.Sending.Id];
            if (outcome.Holds(sending))
                await SettleAsync(chains, sending, outcome, cancel);
            else if (!StillTrue(chains, sending, outcome))
                continue;
            written.Add(sending);
        }

        await chains.WriteAsync(cancel);
        await WriteAsync(written, cancel);
        return written.Count;
    }

    /// <summary>Whoever lost the lease still knows whether the relay took the mail: said, it spares a double where nobody has begun one.</summary>
    private bool StillTrue(ConversationChains chains, Sending sending, Outcome outcome)
    {
        if (outcome.Answer is not { Outcome: RelayOutcome.Accepted } answer)
        {
            log.LogWarning("The lease of sending {Sending} was lost before its outcome could be written.", sending.Id);
            return false;
        }

        // Another attempt would have counted itself.
        if (sending.AcceptedAt is not null && sending.Attempts == outcome.Sending.Attempts + 1)
            return false;
        if (sending is { LeaseId: null, AcceptedAt: null })
            Accept(chains, sending, answer);
        chains.Append(SubjectOf(sending), FactKind.AcceptedByRelay, Said(answer), Actor.MailServer, sending.Id);
        return true;
    }

    private async Task SettleAsync(ConversationChains chains, Sending sending, Outcome outcome, CancellationToken cancel)
    {
        var now = clock.Now();
        switch (outcome)
        {
            case { Answer: { Outcome: RelayOutcome.Accepted } answer }:
                Accept(chains, sending, answer);
                chains.Append(SubjectOf(sending), FactKind.AcceptedByRelay, Said(answer), Actor.MailServer, sending.Id);
                break;
            case { Answer: { Outcome: RelayOutcome.Refused } answer }:
                sending.GaveUp();
                Undelivered(chains, sending, Said(answer));
                break;
            case var _ when chains.Tells(sending.ConversationId, sending.Id, Fates):
                // A report told what became of it meanwhile: a further attempt would only be a double.
                sending.GaveUp();
                break;
            case { HolderDied: true }:
                // The first time at once; a letter that is always there when a worker dies waits longer each time, and not for ever.
                chains.Append(SubjectOf(sending), FactKind.OutcomeUnknown, HolderDied, Actor.Platform, sending.Id);
                if (sending.Attempts == 0)
                {
                    sending.TryAgain(now);
                }
                else if (now < (sending.DeferredSince ?? now) + settings.Delivery.GiveUpAfter)
                {
                    sending.PutOff(now, now + RetryDelay.Before(sending.Attempts));
                }
                else
                {
                    sending.GaveUp();
                    Undelivered(chains, sending, HolderDied with { StatusCode = "4.4.7" });
                }

                break;
            case { Answer: null or { Outcome: RelayOutcome.Unreachable }, Faulted: false }:
                sending.Release();
                break;
            case var _ when now >= (sending.DeferredSince ?? now) + settings.Delivery.GiveUpAfter:
                sending.GaveUp();
                if (outcome.Answer is { Outcome: RelayOutcome.AnswerLost } lost)
                    chains.Append(SubjectOf(sending), FactKind.OutcomeUnknown, Said(lost), Actor.MailServer, sending.Id);
                Undelivered(chains, sending, await LastWordsAsync(sending, outcome, cancel));
                break;
            default:
                sending.PutOff(now, now + RetryDelay.Before(sending.Attempts + 1));

                // What the platform failed to do is the operator's concern; what a server said, or may have taken, is the letter's.
                if (outcome.Answer is { } later)
                    chains.Append(SubjectOf(sending), later.Outcome == RelayOutcome.AnswerLost ? FactKind.OutcomeUnknown : FactKind.Delayed, Said(later), Actor.MailServer, sending.Id);
                break;
        }
    }

    /// <summary>A report may overtake the answer that the relay gave us; then none is awaited.</summary>
    private void Accept(ConversationChains chains, Sending sending, RelayAnswer answer)
    {
        var now = clock.Now();
        sending.Accepted(now, chains.Tells(sending.ConversationId, sending.Id, Fates) ? null : now + settings.Delivery.WaitForReports, answer.DsnRequested);
    }

    private static void Undelivered(ConversationChains chains, Sending sending, ServerSaid said)
    {
        var reason = FailureReason.Of(said.StatusCode, said.Reply);
        chains.Append(SubjectOf(sending), FactKind.Undelivered, said with { Reason = reason.Name, Explanation = said.Explanation ?? reason.French }, Actor.MailServer, sending.Id);
    }

    /// <summary>What is given up is given up with the last thing that a server said of it.</summary>
    private async Task<ServerSaid> LastWordsAsync(Sending sending, Outcome outcome, CancellationToken cancel)
    {
        var said = outcome.Answer is { } answer ? Said(answer) : new ServerSaid(null, null, null, Explanation: "La plateforme n'a pas pu composer ce courrier dans le délai imparti.");
        if (said.Reply is null)
        {
            var facts = await db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => f.ConcernsId == sending.Id && f.Kind == FactKind.Delayed).OrderByDescending(f => f.Sequence).ToListAsync(cancel);
            said = facts.Select(f => f.Content<ServerSaid>()).FirstOrDefault(s => s.Reply is not null) ?? said;
        }

        return said with { StatusCode = said.StatusCode ?? "4.4.7", Report = null };
    }

    private Task WriteAsync(List<Sending> sendings, CancellationToken cancel) => db.UpdateManyAsync<Sending>(
        sendings.ConvertAll(s => s.Id),
        [
            (nameof(Sending.Attempts), sendings.Select(s => (object)s.Attempts)),
            (nameof(Sending.NextAttemptAt), sendings.Select(s => (object?)s.NextAttemptAt)),
            (nameof(Sending.LeaseId), sendings.Select(s => (object?)s.LeaseId)),
            (nameof(Sending.LeaseUntil), sendings.Select(s => (object?)s.LeaseUntil)),
            (nameof(Sending.AcceptedAt), sendings.Select(s => (object?)s.AcceptedAt)),
            (nameof(Sending.ReportsAsked), sendings.Select(s => (object)s.ReportsAsked)),
            (nameof(Sending.DeferredSince), sendings.Select(s => (object?)s.DeferredSince)),
            (nameof(Sending.ReportDueAt), sendings.Select(s => (object?)s.ReportDueAt)),
        ],
        cancel);

    private static Subject SubjectOf(Sending sending) => new(SubjectKind.Conversation, sending.ConversationId, sending.OrganisationId);

    private static ServerSaid Said(RelayAnswer answer) =>
        new(answer.Server, answer.IsServersOwn ? answer.Reply : null, answer.StatusCode, Explanation: InOurWords(answer));

    /// <summary>What happened where no server spoke: nothing is put into a server's mouth. Null where one did.</summary>
    private static string? InOurWords(RelayAnswer answer) => answer switch
    {
        { IsServersOwn: true } => null,
        { Outcome: RelayOutcome.Refused } => answer.Reply,
        { Outcome: RelayOutcome.AnswerLost } => "La connexion au relais s'est coupée après la remise du courrier et avant sa réponse : un double est possible.",
        _ => "La connexion au relais s'est coupée avant la remise du courrier.",
    };
}
