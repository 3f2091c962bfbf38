using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Files.Scanning;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Notices;

namespace Vaguemestre.Core.Reception;

/// <summary>
/// Sends a reply as it was written: from then on nothing of it changes, and a further one completes it. It takes the identifier of its
/// draft, so that a button pressed twice sends one.
/// </summary>
public sealed class SendReply(VaguemestreDb db, ConversationJournal journal, PartialFiles partial, Settings settings, TimeProvider clock)
{
    /// <param name="token">Of the personal link.</param>
    /// <param name="shown">The draft that the sender saw and confirmed; that, and nothing else, is sent.</param>
    /// <param name="files">Its files (<see cref="ReplyDraftFile.Id"/>), in any order.</param>
    /// <param name="cancel">Stops the operation.</param>
    /// <param name="language">Of its acknowledgement by mail, ISO 639-1.</param>
    /// <returns>
    /// The reply, the same one for every press; <c>replies-closed</c> when the deadline is over at the instant of sending,
    /// <c>reply-changed</c> when what was confirmed is no longer what is written; <c>file-unscanned</c>, <c>file-infected</c> for a file that
    /// the antivirus did not pass. The draft stays as it is then.
    /// </returns>
    public async Task<Result<Reply>> RunAsync(string token, ReplyShown shown, IReadOnlyCollection<Guid> files, CancellationToken cancel, string language = "fr")
    {
        var desk = new ReplyDesk(db, settings, clock);
        var visit = await desk.AdmitAsync(token, cancel);
        if (!visit.Succeeded)
            return visit.Problem!;
        List<Guid> unfinished = [];
        var sent = await db.WriteAsync(() => InTransactionAsync(desk, visit.Value, shown, files, language, unfinished, cancel), cancel);
        if (sent.Succeeded)
            unfinished.ForEach(partial.Delete);
        return sent;
    }

    /// <summary>A reply's text as it is shown and kept.</summary>
    public static string BodyOf(string text) => BodyHtml.Sanitise(BodyHtml.FromText(text));

    private async Task<Result<Reply>> InTransactionAsync(ReplyDesk desk, LetterVisit visit, ReplyShown shown, IReadOnlyCollection<Guid> files, string language, List<Guid> unfinished, CancellationToken cancel)
    {
        var draft = await desk.LockAsync(visit, cancel);
        if (await db.Replies.Include(r => r.Attachments.OrderBy(a => a.Rank)).SingleOrDefaultAsync(r => r.Id == shown.Draft && r.ConversationId == visit.Conversation.Id, cancel) is { } already)
            return already;
        if (draft is null || ReplyShown.Of(draft) != shown || !draft.Files.Select(f => f.Id).ToHashSet().SetEquals(files))
            return ReplyProblems.Changed;
        if (visit.RepliesClosedAt(clock.GetUtcNow()))
            return ReplyProblems.Closed;
        if (string.IsNullOrWhiteSpace(draft.Text) && draft.Files.Count == 0)
            return Problem.Invalid("text", "Saisissez votre réponse ou joignez au moins un fichier.", ReplyProblems.EmptyCode);
        if (draft.Files.Select(f => HeldFiles.WhyNot(f.Name, f.File!)).OfType<Problem>().FirstOrDefault() is { } held)
            return held;
        var reply = await WriteAsync(visit, draft, language, cancel);

        // What was still on its way when the reply left does not come after it.
        unfinished.AddRange(await db.Uploads.Where(u => u.TargetId == draft.Id).Select(u => u.Id).ToListAsync(cancel));
        await db.Uploads.Where(u => u.TargetId == draft.Id).ExecuteDeleteAsync(cancel);
        return reply;
    }

    private async Task<Reply> WriteAsync(LetterVisit visit, ReplyDraft draft, string language, CancellationToken cancel)
    {
        var conversation = (await journal.LockAsync(visit.Conversation.Id, cancel))!;
        var now = clock.Now();
        var reply = new Reply { Id = draft.Id, OrganisationId = conversation.OrganisationId, ConversationId = conversation.Id, At = now, Body = BodyOf(draft.Text) };
        reply.Attachments.AddRange(draft.Files.Select(f => new ReplyAttachment
        {
            Id = f.Id,
            ReplyId = reply.Id,
            FileId = f.FileId,
            Name = f.Name,
            ContentType = f.ContentType,
            Size = f.Size,
            Sha256 = f.Sha256,
            Rank = f.Rank,
        }));
        db.ReplyDrafts.Remove(draft);
        db.Replies.Add(reply);
        var content = new ReplyContent(
            visit.Email,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reply.Body))),
            [.. reply.Attachments.Select(a => new FileDigest(a.Name, a.Size, Convert.ToHexStringLower(a.Sha256)))],
            AfterDue: visit.Letter.ReplyDue < now);
        await journal.AppendAsync(conversation, FactKind.Replied, content, Actor.Recipient, reply.Id, cancel);
        await new WriteNotice(db, clock).ReplyAcknowledgedAsync(conversation, visit.NoticeTo(language), reply.Id, now, content.AfterDue, reply.Body.Length == 0 ? null : content.BodySha256, content.Attachments, cancel);
        return reply;
    }
}
