using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking.Search;

namespace Vaguemestre.Core.Retention;

/// <summary>One piece that is erased, in the transaction of the caller, who has locked it: its rows, its facts' payloads, and the fact that says so.</summary>
internal sealed class PurgedPiece(VaguemestreDb db, Journal.Journal journal, ConsultationRetention retention)
{
    public int Letters { get; private set; }

    public int Conversations { get; private set; }

    /// <summary>Whose content the caller removes once this is committed.</summary>
    public List<Guid> Files { get; } = [];

    public async Task ConversationAsync(Guid id, CancellationToken cancel)
    {
        if (!await db.Conversations.AnyAsync(c => c.Id == id, cancel))
            return;
        var facts = await journal.OfAsync(id, cancel);
        var replies = facts.Where(f => f is { Kind: FactKind.Replied, Payload: not null }).Select(f => f.Content<ReplyContent>()).ToList();
        var sent = facts.FirstOrDefault(f => f is { Kind: FactKind.Submitted, Payload: not null })?.Content<SubmittedContent>();
        await EraseAsync(new Subject(SubjectKind.Conversation, id, retention.OrganisationId), sent?.ContentSha256, [.. sent?.Attachments ?? [], .. replies.SelectMany(r => r.Attachments)], [.. replies.Select(r => r.BodySha256)], facts, cancel);
        await db.SearchNews.AddAsync(new SearchNews { Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), SubjectId = id }, cancel);
        await RepliesAsync(id, cancel);
        await db.InvitedReaders.Where(r => r.ConversationId == id).ExecuteDeleteAsync(cancel);
        await db.Notices.Where(n => n.ConversationId == id).ExecuteDeleteAsync(cancel);
        await db.News.Where(n => n.ConversationId == id).ExecuteDeleteAsync(cancel);
        await db.AgentNews.Where(n => n.ConversationId == id).ExecuteDeleteAsync(cancel);
        await db.InboundMessages.Where(m => db.Sendings.Any(s => s.Id == m.SendingId && s.ConversationId == id)).ExecuteDeleteAsync(cancel);
        await db.Sendings.Where(s => s.ConversationId == id).ExecuteDeleteAsync(cancel);
        await db.Conversations.Where(c => c.CorrectsId == id).ExecuteUpdateAsync(c => c.SetProperty(x => x.CorrectsId, (Guid?)null), cancel);
        await db.Conversations.Where(c => c.Id == id).ExecuteDeleteAsync(cancel);
        Conversations++;
    }

    public async Task LetterAsync(Guid id, CancellationToken cancel)
    {
        var letter = await db.Letters.Include(l => l.Attachments).Include(l => l.Recipients).ThenInclude(r => r.Attachments).AsSplitQuery().SingleOrDefaultAsync(l => l.Id == id, cancel);
        if (letter is null)
            return;
        List<LetterAttachment> attachments = [.. letter.Attachments, .. letter.Recipients.SelectMany(r => r.Attachments)];
        await EraseAsync(
            letter.JournalSubject, letter.ContentHash is { } hash ? Convert.ToHexStringLower(hash) : null, [.. attachments.Select(a => new FileDigest(a.Name, a.Size, Convert.ToHexStringLower(a.Sha256)))], [], await journal.OfAsync(id, cancel), cancel);
        db.Letters.Remove(letter);
        await db.SaveChangesAsync(cancel);
        await UploadsAsync(id, cancel);
        await StoredAsync([.. attachments.Select(a => a.FileId)], cancel);
        Letters++;
    }

    public async Task ImportedAsync(Guid id, CancellationToken cancel)
    {
        var message = await db.ImportedMessages.Include(m => m.Files).SingleOrDefaultAsync(m => m.Id == id, cancel);
        if (message is null)
            return;
        List<Guid> content = [.. message.Files.Select(f => f.FileId).OfType<Guid>()];
        db.RemoveRange(message.Files);
        db.Remove(message);
        await db.SaveChangesAsync(cancel);
        await StoredAsync(content, cancel);
    }

    /// <summary>
    /// What is left beside letters: the registers' contacts, and mails of the platform as old that told of several consultations. Then the
    /// consultation's own chain says that nothing is.
    /// </summary>
    public async Task EndAsync(DateTimeOffset at, CancellationToken cancel)
    {
        var old = at.AddYears(-retention.Years!.Value);
        await db.Notices.Where(n => n.OrganisationId == retention.OrganisationId && n.ConversationId == null && n.NextAttemptAt == null && n.CreatedAt <= old).ExecuteDeleteAsync(cancel);
        await db.Contacts.Where(c => c.ConsultationId == retention.ConsultationId).ExecuteDeleteAsync(cancel);
        retention.Purged(at);
        var content = new ConsultationPurged(retention.Kind!.Value, retention.From!.Value, retention.Years.Value, retention.Until!.Value, retention.Letters, retention.Conversations);
        await journal.AppendAsync(retention.Consultation!.Subject, FactKind.ConsultationPurged, content, Actor.Platform, cancel: cancel);
    }

    private async Task RepliesAsync(Guid conversation, CancellationToken cancel)
    {
        var replies = await db.Replies.Include(r => r.Attachments).Where(r => r.ConversationId == conversation).ToListAsync(cancel);
        var draft = await db.ReplyDrafts.Include(d => d.Files).SingleOrDefaultAsync(d => d.ConversationId == conversation, cancel);
        List<Guid> content = [.. replies.SelectMany(r => r.Attachments).Select(a => a.FileId), .. draft?.Files.Select(f => f.FileId) ?? []];
        db.RemoveRange(replies.SelectMany(r => r.Attachments));
        db.RemoveRange(replies);
        if (draft is not null)
            db.Remove(draft);
        await db.SaveChangesAsync(cancel);
        if (draft is not null)
            await UploadsAsync(draft.Id, cancel);
        await StoredAsync(content, cancel);
    }

    private async Task UploadsAsync(Guid target, CancellationToken cancel)
    {
        Files.AddRange(await db.Uploads.Where(u => u.TargetId == target).Select(u => u.Id).ToListAsync(cancel));
        await db.Uploads.Where(u => u.TargetId == target).ExecuteDeleteAsync(cancel);
    }

    private async Task StoredAsync(List<Guid> content, CancellationToken cancel)
    {
        await db.Files.Where(f => content.Contains(f.Id)).ExecuteDeleteAsync(cancel);
        Files.AddRange(content);
    }

    /// <summary>Writes the fact first: the database lets no payload go that no later fact of its chain says is gone.</summary>
    private async Task EraseAsync(Subject subject, string? content, IReadOnlyList<FileDigest> attached, IReadOnlyList<string> replies, IReadOnlyList<Fact> facts, CancellationToken cancel)
    {
        if (facts.Count == 0)
            return;
        var purged = new ContentPurged(
            retention.Kind!.Value, retention.From!.Value, retention.Years!.Value, retention.Until!.Value, facts.Count, Convert.ToHexStringLower(facts[^1].Hash), content, [.. attached.Select(a => a.Sha256)], replies, retention.ConsultationId);
        var said = await journal.AppendAsync(subject, FactKind.ContentPurged, purged, Actor.Platform, cancel: cancel);
        await db.SaveChangesAsync(cancel);
        await db.Set<FactPayload>().Where(p => db.Facts.Any(f => f.Id == p.FactId && f.SubjectId == subject.Id && f.Sequence < said.Sequence)).ExecuteDeleteAsync(cancel);
    }
}
