namespace Vaguemestre.Core;

/// <summary>What became of one conversation of a selection.</summary>
/// <param name="Problem">Why nothing was done; null where it was, or already stands.</param>
public sealed record SelectionOutcome(Guid ConversationId, Problem? Problem);

/// <summary>Conversations that are ticked: one act for each, in a transaction of its own, whatever becomes of the others.</summary>
public static class Selection
{
    /// <summary>That one act takes.</summary>
    public const int Most = 200;

    /// <param name="conversationIds">In their order; one that is given twice counts once.</param>
    /// <param name="none">What is said where none is ticked.</param>
    /// <param name="tooMany">What is said beyond <see cref="Most"/>.</param>
    /// <param name="act">On one; its problem, or null.</param>
    /// <returns>One outcome a conversation; or <c>invalid</c> on <c>ids</c>.</returns>
    internal static async Task<Result<IReadOnlyList<SelectionOutcome>>> EachAsync(IEnumerable<Guid> conversationIds, string none, string tooMany, Func<Guid, Task<Problem?>> act)
    {
        var ids = conversationIds.Distinct().Take(Most + 1).ToList();
        if (ids.Count == 0)
            return Problem.Invalid("ids", none);
        if (ids.Count > Most)
            return Problem.Invalid("ids", tooMany);
        var outcomes = new List<SelectionOutcome>(ids.Count);
        foreach (var id in ids)
            outcomes.Add(new SelectionOutcome(id, await act(id)));
        return outcomes;
    }
}
