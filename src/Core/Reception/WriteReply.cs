using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Reception;

/// <summary>A reply in writing. <paramref name="Draft"/> is null until something of it is kept.</summary>
public sealed record ReplyInWriting(LetterVisit Visit, ReplyDraft? Draft);

/// <summary>Finds what a recipient has written so far. After the deadline too: what was typed is shown even where it can no longer be sent.</summary>
public sealed class FindReplyDraft(VaguemestreDb db, Settings settings, TimeProvider clock)
{
    /// <returns><c>link-not-found</c>, <c>not-opened</c> or <c>no-reply-expected</c> where there is nothing to write.</returns>
    public async Task<Result<ReplyInWriting>> RunAsync(string token, CancellationToken cancel)
    {
        var desk = new ReplyDesk(db, settings, clock);
        var visit = await desk.AdmitAsync(token, cancel);
        return visit.Succeeded ? new ReplyInWriting(visit.Value, await desk.FindAsync(visit.Value, cancel)) : visit.Problem!;
    }
}

/// <summary>
/// Keeps the text of a reply in writing, by hand or by itself. It is no fact. After the deadline it is still kept, so that nothing typed is
/// lost; only sending is refused then.
/// </summary>
public sealed class WriteReply(VaguemestreDb db, Settings settings, TimeProvider clock)
{
    /// <param name="token">Of the personal link.</param>
    /// <param name="shown">What the window was shown: another window's words are not overwritten unseen.</param>
    /// <param name="text">As typed.</param>
    /// <param name="cancel">Stops the operation.</param>
    /// <returns><c>reply-changed</c> or <c>reply-sent</c> where another window came first; nothing is kept then.</returns>
    public async Task<Result<ReplyDraft>> RunAsync(string token, ReplyShown shown, string text, CancellationToken cancel)
    {
        var desk = new ReplyDesk(db, settings, clock);
        var visit = await desk.AdmitAsync(token, cancel);
        if (!visit.Succeeded)
            return visit.Problem!;
        if (Check(text) is { } refused)
            return refused;
        return await db.WriteAsync(() => InTransactionAsync(desk, visit.Value, shown, text, cancel), cancel);
    }

    private async Task<Result<ReplyDraft>> InTransactionAsync(ReplyDesk desk, LetterVisit visit, ReplyShown shown, string text, CancellationToken cancel)
    {
        var draft = await desk.LockAsync(visit, cancel);
        if (draft?.Id != shown.Draft && await db.Replies.FindAsync([shown.Draft], cancel) is { } sent && sent.ConversationId == visit.Conversation.Id)
            return ReplyProblems.Sent;
        draft ??= desk.Begin(visit);
        if (draft.Text == text)
            return draft;
        if (draft.Version > 0 && ReplyShown.Of(draft) != shown)
            return ReplyProblems.Changed;
        draft.Write(text, clock.Now());
        return draft;
    }

    private static Problem? Check(string text) =>
        text.Length > DraftContent.LongestBody ? Problem.Invalid("text", $"Votre réponse dépasse {DraftContent.LongestBody} caractères. Joignez-la plutôt en fichier.", ReplyProblems.TooLongCode)
            : SoundText.CanBeKept(text) ? null
            : Problem.Invalid("text", "Votre réponse contient un caractère que la plateforme ne peut pas conserver (nul, incomplet ou réservé). Retirez-le.", ReplyProblems.UnreadableCode);
}
