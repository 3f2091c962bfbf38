using Vaguemestre.Core.Access;

namespace Vaguemestre.Core.Tracking.Inbox;

/// <summary>A conversation of a selection, and the last event of it that was shown; see <see cref="MarkDone"/>.</summary>
public sealed record ShownConversation(Guid Id, DateTimeOffset? SeenAt);

/// <summary>Gives each conversation of a selection to one agent, or to nobody: each for itself, whatever becomes of the others.</summary>
public sealed class AssignConversations(AssignConversation assign)
{
    /// <returns>One outcome a conversation, in the order given; <c>invalid</c> for none or more than <see cref="Selection.Most"/>; <c>agent-not-found</c>.</returns>
    public async Task<Result<IReadOnlyList<SelectionOutcome>>> RunAsync(Caller caller, IEnumerable<Guid> conversationIds, Guid? agentId, CancellationToken cancel)
    {
        var outcomes = await HandledSelection.EachAsync(conversationIds, async id => (await assign.RunAsync(caller, id, agentId, cancel)).Problem);
        return outcomes.Succeeded && outcomes.Value.FirstOrDefault(o => o.Problem?.Code == AssignConversation.NoSuchAgent)?.Problem is { } nobody ? nobody : outcomes;
    }
}

/// <summary>Says of each conversation of a selection that nothing is left to do, or that something is: each for itself.</summary>
public sealed class MarkConversationsDone(MarkDone mark)
{
    /// <returns>One outcome a conversation, in the order given; or <c>invalid</c> for none or more than <see cref="Selection.Most"/>.</returns>
    public Task<Result<IReadOnlyList<SelectionOutcome>>> RunAsync(Caller caller, IEnumerable<ShownConversation> conversations, bool done, CancellationToken cancel)
    {
        var shown = conversations.DistinctBy(c => c.Id).Take(Selection.Most + 1).ToDictionary(c => c.Id, c => c.SeenAt);
        return HandledSelection.EachAsync(shown.Keys, async id => (await mark.RunAsync(caller, id, done, shown[id], cancel)).Problem);
    }
}

internal static class HandledSelection
{
    public static Task<Result<IReadOnlyList<SelectionOutcome>>> EachAsync(IEnumerable<Guid> conversationIds, Func<Guid, Task<Problem?>> act) =>
        Selection.EachAsync(conversationIds, "Cochez au moins un échange.", $"Choisissez au plus {Selection.Most} échanges à la fois.", act);
}
