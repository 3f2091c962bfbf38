using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Files.Scanning;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>
/// Joins a file to a reply in writing, streamed. Over the sum that a reply may have, or refused for what it is, nothing changes. The same
/// content under the same name, as a form brings it that was sent twice, is one file.
/// </summary>
public sealed class AddReplyFile(VaguemestreDb db, FileStore files, Antivirus antivirus, Settings settings, TimeProvider clock)
{
    public async Task<Result<ReplyDraftFile>> RunAsync(string token, string name, Stream content, CancellationToken cancel)
    {
        if (AttachmentName.Check(name) is { } refused)
            return refused;
        var desk = new ReplyDesk(db, settings, clock);
        var admitted = await desk.AdmitAsync(token, cancel);
        if (!admitted.Succeeded)
            return admitted.Problem!;
        var visit = admitted.Value;
        var before = await desk.FindAsync(visit, cancel);
        if (desk.WhyNot(visit, before, 0) is { } full)
            return full;

        var limit = settings.Limits.TrackedAttachments;
        var saved = await files.SaveAsync(content, visit.Conversation.OrganisationId, limit - (before?.FilesSize ?? 0), cancel);
        if (!saved.Succeeded)
            return AttachmentLimits.TooLarge(limit);
        var file = saved.Value;
        var kind = await files.KindOfAsync(file.Id, file.Size, CancellationToken.None);
        var added = (AttachmentName.WhyNot(name, file, kind) ?? await antivirus.ScanAsync(name, file, cancel)) is { } problem
            ? problem
            : await db.WriteAsync<ReplyDraftFile>(
                async () =>
                {
                    var draft = await desk.LockAsync(visit, cancel) ?? desk.Begin(visit);
                    return draft.Files.Find(f => f.Name == name && f.Sha256.AsSpan().SequenceEqual(file.Sha256)) is { } same ? same : desk.Join(visit, draft, name, kind, file);
                },
                cancel);
        if (!added.Succeeded || added.Value.FileId != file.Id)
            files.Delete(file.Id);
        return added;
    }
}

/// <summary>Takes a file off a reply in writing; its content goes away. One that is off already is as good as removed.</summary>
public sealed class RemoveReplyFile(VaguemestreDb db, FileStore files, Settings settings, TimeProvider clock)
{
    public async Task<Result<ReplyInWriting>> RunAsync(string token, Guid fileId, CancellationToken cancel)
    {
        var desk = new ReplyDesk(db, settings, clock);
        var visit = await desk.AdmitAsync(token, cancel);
        if (!visit.Succeeded)
            return visit.Problem!;
        Guid? orphan = null;
        var removed = await db.WriteAsync<ReplyInWriting>(
            async () =>
            {
                var draft = await desk.LockAsync(visit.Value, cancel);
                if (draft?.Files.Find(f => f.Id == fileId) is not { } file)
                    return new ReplyInWriting(visit.Value, draft);
                draft.Files.Remove(file);
                draft.Touch(clock.Now());
                db.Remove(file);
                await db.SaveChangesAsync(cancel);
                await db.Files.Where(f => f.Id == file.FileId).ExecuteDeleteAsync(cancel);
                orphan = file.FileId;
                return new ReplyInWriting(visit.Value, draft);
            },
            cancel);
        if (removed.Succeeded && orphan is { } content)
            files.Delete(content);
        return removed;
    }
}

/// <summary>The reply that the holder of a personal link writes, as what uploads go to: the link is all the right there is.</summary>
public sealed class UploadToReply(VaguemestreDb db, Settings settings, TimeProvider clock)
{
    /// <param name="token">Of the personal link.</param>
    /// <param name="begin">Begins a draft where there is none yet; otherwise there is no upload to find.</param>
    /// <param name="cancel">Stops the operation.</param>
    public async Task<Result<UploadTarget>> RunAsync(string token, bool begin, CancellationToken cancel)
    {
        var desk = new ReplyDesk(db, settings, clock);
        var visit = await desk.AdmitAsync(token, cancel);
        if (!visit.Succeeded)
            return visit.Problem!;
        var draft = await desk.FindAsync(visit.Value, cancel);
        if (draft is null && begin)
            draft = (await db.WriteAsync<ReplyDraft>(async () => await desk.LockAsync(visit.Value, cancel) ?? desk.Begin(visit.Value), cancel)).Value;
        return draft is null ? UploadProblems.NotFound : new Target(desk, visit.Value, draft);
    }

    private sealed class Target(ReplyDesk desk, LetterVisit visit, ReplyDraft draft) : UploadTarget
    {
        public override Guid Id => draft.Id;

        public override Guid OrganisationId => draft.OrganisationId;

        public override Guid OwnerId => draft.ConversationId;

        public override Problem? WhyNot(long length) => desk.WhyNot(visit, draft, length);

        public override async Task<Problem?> JoinAsync(string name, FileKind kind, StoredFile file, CancellationToken cancel) =>
            await desk.LockAsync(visit, cancel) is { } now && now.Id == Id ? desk.Join(visit, now, name, kind, file).Problem : ReplyProblems.Sent;

        public override (string Name, long Size)? FileOf(Guid upload) =>
            draft.Files.Find(f => f.FileId == upload) is { } joined ? (joined.Name, joined.Size) : null;
    }
}
