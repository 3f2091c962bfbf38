using Vaguemestre.Core.Access;

namespace Vaguemestre.Core.Tracking.Inbox;

/// <summary>What became of one conversation of a selection.</summary>
/// <param name="Problem">Why nothing was changed; null where it is as it was to be.</param>
public sealed record HandlingOutcome(Guid ConversationId, Problem? Problem);

/// <summary>A conversation of a selection, and the last event of it that was shown; see <see cref="MarkDone"/>.</summary>
public sealed record ShownConversation(Guid Id, DateTimeOffset? SeenAt);

/// <summary>Gives each conversation of a selection to one agent, or to nobody: each for itself, whatever becomes of the others.</summary>
public sealed class AssignConversations(AssignConversation assign)
{
    /// <returns>One outcome a conversation, in the order given; <c>invalid</c> for none or more than <see cref="Selection.Most"/>; <c>agent-not-found</c>.</returns>
    public Task<Result<IReadOnlyList<HandlingOutcome>>> RunAsync(Caller caller, IEnumerable<Guid> conversationIds, Guid? agentId, CancellationToken cancel) =>
        Selection.EachAsync(conversationIds, async id => (await assign.RunAsync(caller, id, agentId, cancel)).Problem);
}

/// <summary>Says of each conversation of a selection that nothing is left to do, or that something is: each for itself.</summary>
public sealed class MarkConversationsDone(MarkDone mark)
{
    /// <returns>One outcome a conversation, in the order given; or <c>invalid</c> for none or more than <see cref="Selection.Most"/>.</returns>
    public Task<Result<IReadOnlyList<HandlingOutcome>>> RunAsync(Caller caller, IEnumerable<ShownConversation> conversations, bool done, CancellationToken cancel)
    {
        var shown = conversations.DistinctBy(c => c.Id).Take(Selection.Most + 1).ToDictionary(c => c.Id, c => c.SeenAt);
        return Selection.EachAsync(shown.Keys, async id => (await mark.RunAsync(caller, id, done, shown[id], cancel)).Problem);
    }
}

/// <summary>Conversations that are ticked.</summary>
public static class Selection
{
    /// <summary>That one act takes.</summary>
    public const int Most = 200;

    internal static async Task<Result<IReadOnlyList<HandlingOutcome>>> EachAsync(IEnumerable<Guid> conversationIds, Func<Guid, Task<Problem?>> act)
    {
        var ids = conversationIds.Distinct().Take(Most + 1).ToList();
        if (ids.Count == 0)
            return Problem.Invalid("ids", "Cochez au moins un échange.");
        if (ids.Count > Most)
            return Problem.Invalid("ids", $"Choisissez au plus {Most} échanges à la fois.");
        var outcomes = new List<HandlingOutcome>(ids.Count);
        foreach (var id in ids)
        {
            var problem = await act(id);
            if (problem?.Code == AssignConversation.NoSuchAgent)
                return problem;
            outcomes.Add(new HandlingOutcome(id, problem));
        }

        return outcomes;
    }
}
