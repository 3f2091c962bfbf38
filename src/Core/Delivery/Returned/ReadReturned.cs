using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Delivery.Examining;

namespace Vaguemestre.Core.Delivery.Returned;

/// <summary>A message that came back, without its content and without the address it came to, whose token is a secret.</summary>
/// <param name="ConversationId">The conversation of the sending it came to; null where no sending has its token.</param>
public sealed record ReturnedMessage(Guid Id, DateTimeOffset ReceivedAt, string Kind, InboundOutcome Outcome, string? From, string? Subject, Guid? ConversationId);

/// <summary>The latest messages that came back, newest first.</summary>
/// <param name="Reports">Those that were noted in a conversation.</param>
/// <param name="Unmatched">Those that changed nothing.</param>
public sealed record ReturnedMessages(IReadOnlyList<ReturnedMessage> Reports, IReadOnlyList<ReturnedMessage> Unmatched);

/// <summary>
/// Lists what came back lately. An administrator sees what came to the organisation's sendings and, with its header alone, what came
/// to nobody's; never another organisation's. The operator sees all. Never the message itself: a bounce may bring back the whole mail, and
/// with it the recipient's personal link.
/// </summary>
public sealed class ReadReturned(VaguemestreDb db)
{
    /// <summary>How many of each kind.</summary>
    public const int Most = 20;

    /// <param name="caller">An administrator; null for the operator. Problem <c>administrator-only</c>.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<Result<ReturnedMessages>> RunAsync(Caller? caller, CancellationToken cancel)
    {
        if (caller is { IsAdministrator: false })
            return ReturnedProblems.AdministratorOnly;
        var own = db.Sendings.Where(s => caller == null || s.OrganisationId == caller.OrganisationId);
        var known = ExamineOutbox.Known(db.InboundMessages.AsNoTracking(), caller, own);
        return new ReturnedMessages(
            await LatestAsync(known.Where(m => m.Outcome == InboundOutcome.Applied || m.Outcome == InboundOutcome.Noted), cancel),
            await LatestAsync(known.Where(m => m.Outcome == InboundOutcome.Unmatched || m.Outcome == InboundOutcome.UnknownToken), cancel));
    }

    private Task<List<ReturnedMessage>> LatestAsync(IQueryable<InboundMessage> messages, CancellationToken cancel) =>
        messages.OrderByDescending(m => m.ReceivedAt).ThenByDescending(m => m.Id).Take(Most)
            .Select(m => new ReturnedMessage(m.Id, m.ReceivedAt, m.Kind, m.Outcome, m.From, m.Subject, db.Sendings.Where(s => s.Id == m.SendingId).Select(s => (Guid?)s.ConversationId).FirstOrDefault()))
            .ToListAsync(cancel);
}

internal static class ReturnedProblems
{
    public static Problem AdministratorOnly { get; } = Problem.Forbidden("administrator-only", "L'acheminement se regarde avec un compte d'administration.");
}
