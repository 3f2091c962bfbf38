using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters.Writing;

/// <summary>
/// Sets the hour at which a draft is sent, in the name of the agent who sets it. Until then the draft does not change; what
/// would keep it from being sent is said now.
/// </summary>
public sealed class ScheduleSending(VaguemestreDb db, Journal.Journal journal, Settings settings, TimeProvider clock)
{
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(365);

    public Task<Result<Letter>> RunAsync(Caller caller, Guid id, DateTimeOffset at, CancellationToken cancel) => db.WriteAsync<Letter>(
        async () =>
        {
            var found = await new FindLetter(db).DraftAsync(caller, id, cancel, evenScheduled: true);
            if (!found.Succeeded)
                return found.Problem!;
            var letter = found.Value;
            if (letter.IsHistorique)
                return Messages.NoScheduling;
            var now = clock.Now();
            if (caller.Actor is not { Kind: ActorKind.Agent, Id: { } agent })
                return Problem.Invalid("sendAt", "Seul un agent programme un envoi.");
            if (at <= now || at > now + Furthest)
                return Problem.Invalid("sendAt", "L'heure d'envoi doit être à venir, et à moins d'un an.");
            var reasons = SendLetter.WhyNot(letter, settings, at).ToList();
            if (reasons.Count > 0)
                return Problem.Invalid(reasons);
            letter.Schedule(at, agent);
            await journal.AppendAsync(letter.JournalSubject, FactKind.SendingScheduled, new ScheduledFor(letter.SendAt!.Value), caller.Actor, cancel: cancel);
            return letter;
        },
        cancel);
}

/// <summary>Makes a scheduled draft an ordinary one again.</summary>
public sealed class UnscheduleSending(VaguemestreDb db, Journal.Journal journal)
{
    public Task<Result<Letter>> RunAsync(Caller caller, Guid id, CancellationToken cancel) => db.WriteAsync<Letter>(
        async () =>
        {
            var found = await new FindLetter(db).DraftAsync(caller, id, cancel, evenScheduled: true);
            if (!found.Succeeded)
                return found.Problem!;
            var letter = found.Value;
            if (letter.SendAt is not { } at)
                return letter;
            letter.Unschedule();
            await journal.AppendAsync(letter.JournalSubject, FactKind.SendingUnscheduled, new ScheduledFor(at), caller.Actor, cancel: cancel);
            return letter;
        },
        cancel);
}

/// <summary>
/// Sends the drafts whose hour has come. One that cannot go any more (its deadline for a reply has passed) becomes an
/// ordinary draft again, with the reasons as a fact.
/// </summary>
public sealed class SendScheduled(VaguemestreDb db, SendLetter send, Journal.Journal journal, TimeProvider clock, ILogger<SendScheduled> log)
{
    private const int Batch = 20;

    /// <summary>One whose sending breaks is left for the next turn, and keeps no other waiting.</summary>
    /// <returns>How many were due and did not break.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var due = await db.Letters.AsNoTracking().Where(l => l.SendAt != null && l.SendAt <= now && l.State == LetterState.Draft && l.DeletedAt == null)
            .OrderBy(l => l.SendAt).Select(l => new { l.Id, l.OrganisationId, l.SendById }).Take(Batch).ToListAsync(cancel);
        var handled = 0;
        foreach (var letter in due)
        {
            try
            {
                await SendAsync(letter.Id, letter.OrganisationId, letter.SendById, cancel);
                handled++;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                log.LogError(fault, "Letter {Letter} was to be sent now and its sending broke", letter.Id);
                db.ChangeTracker.Clear();
            }
        }

        return handled;
    }

    private async Task SendAsync(Guid id, Guid organisationId, Guid? agentId, CancellationToken cancel)
    {
        var agent = await db.Agents.AsNoTracking().SingleOrDefaultAsync(a => a.Id == agentId && a.OrganisationId == organisationId, cancel);
        var sent = agent is null ? GoneAgent : await send.AtItsHourAsync(Caller.Of(agent), id, cancel);
        if (sent.Problem is not { } problem)
            return;
        log.LogWarning("Letter {Letter} was to be sent now and could not: {Code}.", id, problem.Code);
        await db.WriteAsync(() => FailAsync(id, problem, cancel), cancel);
    }

    private static Problem GoneAgent { get; } = Problem.Conflict("agent-gone", "L'agent qui a programmé l'envoi n'existe plus.");

    private async Task<Result<bool>> FailAsync(Guid id, Problem problem, CancellationToken cancel)
    {
        await db.LockAsync<Letter>(id, cancel);
        var now = clock.Now();
        if (await db.Letters.SingleOrDefaultAsync(l => l.Id == id && l.State == LetterState.Draft && l.SendAt <= now, cancel) is not { } letter)
            return false; // sent or unscheduled meanwhile
        letter.Unschedule();
        await journal.AppendAsync(letter.JournalSubject, FactKind.ScheduledSendingFailed, new WhyItStayed(problem.Errors.Count > 0 ? [.. problem.Errors.Select(e => e.Message)] : [problem.Message]), Actor.Platform, cancel: cancel);
        return true;
    }
}
