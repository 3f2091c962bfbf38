using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Reception;

/// <summary>What keeps a reply from being written or sent. Pages tell them by their codes, in the reader's language.</summary>
public static class ReplyProblems
{
    public const string NotOpenedCode = "not-opened", NotExpectedCode = "no-reply-expected", ClosedCode = "replies-closed", ChangedCode = "reply-changed", SentCode = "reply-sent";
    public const string EmptyCode = "reply-empty", TooLongCode = "reply-too-long", UnreadableCode = "reply-unreadable";

    /// <summary>No agent has opened the reply.</summary>
    public static Problem Unread { get; } = Problem.Conflict("reply-not-opened", "Ouvrez d'abord la réponse.");

    public static Problem NotOpened { get; } = Problem.Conflict(NotOpenedCode, "Ouvrez d'abord le courrier.");

    public static Problem NotExpected { get; } = Problem.Conflict(NotExpectedCode, "Aucune réponse n'est attendue à ce courrier.");

    public static Problem Closed { get; } = Problem.Conflict(ClosedCode, "La date limite est passée : l'acheteur ne reçoit plus de réponse par ce lien. Rien n'est envoyé ; votre texte est conservé.");

    public static Problem Changed { get; } = Problem.Stale(ChangedCode, "Cette réponse a été modifiée dans une autre fenêtre. Votre texte n'est pas enregistré et rien n'a été remplacé.");

    public static Problem Sent { get; } = Problem.Conflict(SentCode, "Cette réponse a été envoyée depuis une autre fenêtre : elle ne peut plus être modifiée.");
}

/// <summary>What a window was shown of a reply in writing: which draft, and its version. <c>0.0</c> where there was none.</summary>
public readonly record struct ReplyShown(Guid Draft, int Version)
{
    public static ReplyShown Of(ReplyDraft? draft) => draft is null ? default : new(draft.Id, draft.Version);

    /// <summary>Anything else than what <see cref="ToString"/> writes is nothing shown.</summary>
    public static ReplyShown Parse(string? text) =>
        text?.Split('.') is [var draft, var version] && Guid.TryParseExact(draft, "N", out var id) && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(id, number)
            : default;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Draft:N}.{Version}");
}

/// <summary>Where a reply is written: the letter that it answers, and the draft so far.</summary>
internal sealed class ReplyDesk(VaguemestreDb db, Settings settings, TimeProvider clock)
{
    /// <summary>The letter of a personal link, once it is opened and where a reply is expected; after the deadline too.</summary>
    public async Task<Result<LetterVisit>> AdmitAsync(string token, CancellationToken cancel)
    {
        var found = await new FindVisit(db).RunAsync(token, cancel);
        return found switch
        {
            { Succeeded: false } => found,
            { Value.Opened: false } => ReplyProblems.NotOpened,
            { Value.MayReply: false } => ReplyProblems.NotExpected,
            _ => found,
        };
    }

    public Task<ReplyDraft?> FindAsync(LetterVisit visit, CancellationToken cancel) =>
        db.ReplyDrafts.AsNoTracking().Include(d => d.Files.OrderBy(f => f.Rank)).ThenInclude(f => f.File).SingleOrDefaultAsync(d => d.ConversationId == visit.Conversation.Id, cancel);

    /// <summary>The draft, its conversation locked until the caller's transaction ends.</summary>
    public async Task<ReplyDraft?> LockAsync(LetterVisit visit, CancellationToken cancel)
    {
        await db.LockAsync<Conversation>(visit.Conversation.Id, cancel);
        db.ChangeTracker.Clear(); // what this scope read before it had the lock may be old
        return await db.ReplyDrafts.Include(d => d.Files.OrderBy(f => f.Rank)).ThenInclude(f => f.File).SingleOrDefaultAsync(d => d.ConversationId == visit.Conversation.Id, cancel);
    }

    public ReplyDraft Begin(LetterVisit visit)
    {
        var now = clock.Now();
        var draft = new ReplyDraft { Id = Guid.CreateVersion7(now), OrganisationId = visit.Conversation.OrganisationId, ConversationId = visit.Conversation.Id };
        draft.Touch(now);
        db.ReplyDrafts.Add(draft);
        return draft;
    }

    /// <summary>Why the reply takes no file of this length now; null: it does.</summary>
    public Problem? WhyNot(LetterVisit visit, ReplyDraft? draft, long length) =>
        visit.RepliesClosedAt(clock.GetUtcNow()) ? ReplyProblems.Closed
            : AttachmentLimits.WhyNot(draft?.Files.Count ?? 0, draft?.FilesSize ?? 0, length, settings.Limits.TrackedAttachments, "Une réponse");

    /// <summary>A stored file becomes the draft's.</summary>
    /// <param name="draft">Locked.</param>
    public Result<ReplyDraftFile> Join(LetterVisit visit, ReplyDraft draft, string name, FileKind kind, StoredFile file)
    {
        if (WhyNot(visit, draft, file.Size) is { } full)
            return full;
        var now = clock.Now();
        var joined = new ReplyDraftFile
        {
            Id = Guid.CreateVersion7(now),
            DraftId = draft.Id,
            FileId = file.Id,
            Name = name,
            ContentType = kind.ContentTypeFor(name),
            Size = file.Size,
            Sha256 = file.Sha256,
            Rank = draft.Files.Count == 0 ? 0 : draft.Files.Max(f => f.Rank) + 1,
        };
        db.Files.Add(file);
        db.Add(joined);
        draft.Touch(now);
        return joined;
    }
}
