using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Reception;

/// <summary>
/// Starts a letter to the company that replied, linked to the conversation that it answers: a free one, with its subject after « Re : », in
/// the same consultation. Pressed again before that letter is sent, it leads to the same draft.
/// </summary>
public sealed partial class AnswerReply(VaguemestreDb db, ConversationJournal journal, CreateDraft create)
{
    /// <returns>
    /// The draft; or <c>reply-not-found</c>, <c>reply-not-opened</c> while no agent has read the reply, <c>not-in-historique</c>.
    /// </returns>
    public Task<Result<Letter>> RunAsync(Caller caller, Guid conversationId, Guid replyId, CancellationToken cancel) =>
        db.WriteAsync(() => InTransactionAsync(caller, conversationId, replyId, cancel), cancel);

    private async Task<Result<Letter>> InTransactionAsync(Caller caller, Guid conversationId, Guid replyId, CancellationToken cancel)
    {
        var conversation = await journal.LockAsync(conversationId, cancel);
        var reply = await db.Replies.AsNoTracking().SingleOrDefaultAsync(r => r.Id == replyId && r.ConversationId == conversationId && r.OrganisationId == caller.OrganisationId, cancel);
        if (conversation is null || reply is null)
            return OpenReply.NotFound;
        if (conversation.IsHistorique)
            return Messages.NoDrafts;
        if (reply.OpenedAt is null)
            return ReplyProblems.Unread;
        var me = caller.OwnerId;
        if (await db.Letters.Where(l => l.AnswersId == conversationId && l.AuthorId == me && l.State == LetterState.Draft && l.DeletedAt == null).Select(l => (Guid?)l.Id).FirstOrDefaultAsync(cancel) is { } begun)
            return await new FindLetter(db).RunAsync(caller, begun, cancel);

        var reference = await db.Consultations.Where(c => c.Id == conversation.ConsultationId).Select(c => c.Reference).SingleAsync(cancel);
        var input = new DraftInput
        {
            Type = LetterType.Free,
            Subject = SubjectAfter(conversation.Subject),
            Recipients = [new RecipientInput(conversation.Email, conversation.Name, conversation.Company)],
        };
        return await create.InTransactionAsync(caller, reference, input, conversationId, cancel);
    }

    /// <summary>« Re : » before it, once, and no longer than a subject may be. What was filled in for the recipient is no variable again.</summary>
    private static string SubjectAfter(string subject)
    {
        var plain = Opening().Replace(subject, "{ ");
        var after = Already().IsMatch(plain) ? plain : "Re\u00a0: " + plain;
        return after.Length <= DraftContent.LongestSubject ? after : SoundText.Beginning(after, DraftContent.LongestSubject - 1).TrimEnd() + "…";
    }

    [GeneratedRegex(@"\{(?=\{)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Opening();

    [GeneratedRegex(@"^\s*(re|rép)\s*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Already();
}
