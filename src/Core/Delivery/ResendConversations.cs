using Vaguemestre.Core.Access;

namespace Vaguemestre.Core.Delivery;

/// <summary>What became of one conversation of a selection.</summary>
/// <param name="Problem">Why it was not sent again; null where it was.</param>
public sealed record ResendOutcome(Guid ConversationId, Problem? Problem);

/// <summary>
/// Relance of a selection: each undelivered conversation goes again, in a transaction of its own, whatever becomes of the
/// others. Saying it twice sends once.
/// </summary>
public sealed class ResendConversations(ResendConversation resend)
{
    public const int Most = 200;

    /// <returns>One outcome a conversation, in the order given; or <c>invalid</c> for none, or more than <see cref="Most"/>.</returns>
    public async Task<Result<IReadOnlyList<ResendOutcome>>> RunAsync(Caller caller, IEnumerable<Guid> conversationIds, CancellationToken cancel)
    {
        var ids = conversationIds.Distinct().Take(Most + 1).ToList();
        if (ids.Count == 0)
            return Problem.Invalid("ids", "Cochez au moins un courrier non délivré.");
        if (ids.Count > Most)
            return Problem.Invalid("ids", $"Relancez au plus {Most} courriers à la fois.");
        var outcomes = new List<ResendOutcome>(ids.Count);
        foreach (var id in ids)
            outcomes.Add(new ResendOutcome(id, (await resend.RunAsync(caller, id, cancel)).Problem));
        return outcomes;
    }
}
