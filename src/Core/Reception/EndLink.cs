using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>
/// Ends the personal link of a conversation, and those of colleagues that came of it: they open nothing any more, for good. What was
/// opened before stays opened; the letter can still go to a corrected address, by a link of its own.
/// </summary>
public sealed class EndLink(VaguemestreDb db, ConversationJournal journal, TimeProvider clock)
{
    /// <returns>The conversation, its link ended now or before; or <c>conversation-not-found</c>, <c>no-link</c> for a plain letter.</returns>
    public Task<Result<Conversation>> RunAsync(Caller caller, Guid conversationId, CancellationToken cancel) =>
        db.WriteAsync<Conversation>(
            async () =>
            {
                if (await journal.LockAsync(conversationId, cancel) is not { } conversation || conversation.OrganisationId != caller.OrganisationId)
                    return Problem.NotFound("conversation-not-found", "Cette conversation n'existe pas.");
                if (conversation.LinkHash is null)
                    return Problem.Conflict("no-link", "Ce courrier est parti en courrier simple : il n'a pas de lien personnel.");
                if (conversation.LinkEndedAt is not null)
                    return conversation;
                conversation.EndLink(clock.Now());
                conversation.AwaitedUntil = null; // no reply can come by it
                await journal.AppendAsync(conversation, FactKind.LinkEnded, new LinkEndedBy(caller.Name), caller.Actor, cancel: cancel);
                return conversation;
            },
            cancel);
}

/// <summary>A link that was ended: by whom, and whom to ask.</summary>
/// <param name="Agent">Who wrote the letter.</param>
/// <param name="By">Who ended the link.</param>
public sealed record EndedLink(string Organisation, string Agent, string Reference, DateTimeOffset At, string By);

/// <summary>Says of a link that leads nowhere whether it was ended; null where it is unknown. It shows nothing of the letter.</summary>
public sealed class FindEndedLink(VaguemestreDb db)
{
    public async Task<EndedLink?> RunAsync(string token, CancellationToken cancel)
    {
        if (LinkToken.HashOf(token) is not { } hash)
            return null;
        var ended = await db.Conversations
            .Where(c => c.LinkEndedAt != null && (c.LinkHash == hash || db.InvitedReaders.Any(r => r.LinkHash == hash && r.ConversationId == c.Id)))
            .Select(c => new { c.Id, Organisation = c.Letter!.OrganisationName!, Agent = c.Letter.AuthorName, c.Letter.Consultation!.Reference, At = c.LinkEndedAt!.Value })
            .FirstOrDefaultAsync(cancel);
        if (ended is null)
            return null;
        var fact = await db.Facts.AsNoTracking().Include(f => f.Payload).FirstOrDefaultAsync(f => f.SubjectId == ended.Id && f.Kind == FactKind.LinkEnded, cancel);
        return new EndedLink(ended.Organisation, ended.Agent, ended.Reference, ended.At, fact?.Content<LinkEndedBy>().Agent ?? ended.Agent);
    }
}
