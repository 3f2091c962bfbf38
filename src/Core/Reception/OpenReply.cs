using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;

namespace Vaguemestre.Core.Reception;

/// <summary>An agent opens a reply: the first opening is a fact and is told to the company, later ones change nothing.</summary>
public sealed class OpenReply(VaguemestreDb db, ConversationJournal journal, TimeProvider clock)
{
    internal static Problem NotFound { get; } = Problem.NotFound("reply-not-found", "Cette réponse n'existe pas.");

    public Task<Result<Reply>> RunAsync(Caller caller, Guid conversationId, Guid replyId, CancellationToken cancel) =>
        db.WriteAsync<Reply>(
            async () =>
            {
                var conversation = await journal.LockAsync(conversationId, cancel);
                var reply = await db.Replies.Include(r => r.Attachments).SingleOrDefaultAsync(r => r.Id == replyId && r.ConversationId == conversationId && r.OrganisationId == caller.OrganisationId, cancel);
                if (conversation is null || reply is null)
                    return NotFound;
                if (conversation.IsHistorique)
                    return Messages.NoReplyStatus;
                if (reply.OpenedAt is null)
                {
                    reply.Open(clock.Now());
                    var opened = await journal.AppendAsync(conversation, FactKind.ReplyOpened, new ReplyOpenedContent(caller.Name), caller.Actor, replyId, cancel);
                    await new WriteNotice(db, clock).ReplyOpenedAsync(conversation, replyId, reply.At, opened.At, cancel);
                }

                return reply;
            },
            cancel);
}
