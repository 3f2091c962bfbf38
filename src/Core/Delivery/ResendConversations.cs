using Vaguemestre.Core.Access;

namespace Vaguemestre.Core.Delivery;

/// <summary>
/// Relance of a selection: each undelivered conversation goes again, in a transaction of its own, whatever becomes of the
/// others. Saying it twice sends once.
/// </summary>
public sealed class ResendConversations(ResendConversation resend)
{
    /// <returns>One outcome a conversation, in the order given; or <c>invalid</c> for none, or more than <see cref="Selection.Most"/>.</returns>
    public Task<Result<IReadOnlyList<SelectionOutcome>>> RunAsync(Caller caller, IEnumerable<Guid> conversationIds, CancellationToken cancel) => Selection.EachAsync(
        conversationIds,
        "Cochez au moins un courrier non délivré.",
        $"Relancez au plus {Selection.Most} courriers à la fois.",
        async id => (await resend.RunAsync(caller, id, cancel)).Problem);
}
