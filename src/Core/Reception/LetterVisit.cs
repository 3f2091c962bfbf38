using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;

namespace Vaguemestre.Core.Reception;

/// <summary>What the holder of a personal link may see. The content only once <see cref="OpenedAt"/> is known.</summary>
public sealed record LetterVisit(Conversation Conversation, DateTimeOffset? OpenedAt, IReadOnlyList<Reply> Replies)
{
    /// <summary>The colleague whose own link was followed; null for the recipient's.</summary>
    public InvitedReader? Reader { get; init; }

    /// <summary>What the organisation chose; null: as the platform's settings say.</summary>
    public ReceiptTrigger? OwnTrigger { get; init; }

    public LateReplies LateReplies { get; init; }

    /// <summary>The colleagues with links of their own, oldest first; none before the letter is opened.</summary>
    public IReadOnlyList<InvitedReader> Readers { get; init; } = [];

    /// <summary>When the recipient said not to be the right one; null where it did not.</summary>
    public DateTimeOffset? WrongRecipientAt { get; init; }

    public Letter Letter => Conversation.Letter!;

    /// <summary>The buyer, by the name it wrote under.</summary>
    public string Organisation => Letter.OrganisationName!;

    /// <summary>The address that the followed link was sent to, and to none other.</summary>
    public string Email => Reader?.Email ?? Conversation.Email;

    /// <summary>The person that the followed link was sent to, where it is known.</summary>
    public string? Name => Reader is null ? Conversation.Name : Reader.Name;

    /// <summary>For whom one declares to open the letter.</summary>
    public string Capacity => Conversation.Company ?? Email;

    /// <summary>Whom the platform tells of what was done by this link.</summary>
    internal NoticeReader NoticeTo(string language) => new(Email, Name, Reader?.Id, language);

    public bool Opened => OpenedAt is not null;

    public bool MayReply => Opened && (Letter.ReplyExpected || Letter.IsHistorique);

    /// <summary>Whether a reply sent at that instant is no longer taken: the deadline is over, and the organisation closes then.</summary>
    public bool RepliesClosedAt(DateTimeOffset at) => LateReplies == LateReplies.Closed && Letter.ReplyDue < at;
}

/// <summary>Finds what a personal link leads to: the recipient's, or an invited colleague's. A token that is unknown, malformed or ended answers alike.</summary>
public sealed class FindVisit(VaguemestreDb db)
{
    public static Problem UnknownLink { get; } = Problem.NotFound("link-not-found", "Ce lien ne mène à aucun courrier.");

    public async Task<Result<LetterVisit>> RunAsync(string token, CancellationToken cancel)
    {
        if (LinkToken.HashOf(token) is not { } hash)
            return UnknownLink;
        var conversations = db.Conversations.AsNoTracking()
            .Include(c => c.Letter!.Attachments.OrderBy(a => a.Rank)).Include(c => c.Letter!.Consultation).Include(c => c.Recipient!.Attachments).AsSplitQuery();
        var conversation = await conversations.SingleOrDefaultAsync(c => c.LinkHash == hash, cancel);
        var reader = conversation is null ? await db.InvitedReaders.AsNoTracking().SingleOrDefaultAsync(r => r.LinkHash == hash, cancel) : null;
        if (reader is not null)
            conversation = await conversations.SingleAsync(c => c.Id == reader.ConversationId, cancel);
        if (conversation is null or { LinkEndedAt: not null })
            return UnknownLink;
        var told = await db.Facts.Where(f => f.SubjectId == conversation.Id && (f.Kind == FactKind.Opened || f.Kind == FactKind.WrongRecipient)).Select(f => new { f.Kind, f.At }).ToListAsync(cancel);
        DateTimeOffset? At(FactKind kind) => told.Find(f => f.Kind == kind)?.At;
        var replies = await db.Replies.AsNoTracking().Include(r => r.Attachments.OrderBy(a => a.Rank)).Where(r => r.ConversationId == conversation.Id).OrderBy(r => r.At).ToListAsync(cancel);
        var chosen = await db.Organisations.Where(o => o.Id == conversation.OrganisationId).Select(o => new { o.ReceiptsTrigger, o.LateReplies }).SingleAsync(cancel);
        var openedAt = At(FactKind.Opened);
        var readers = openedAt is null ? [] : await db.InvitedReaders.AsNoTracking().Where(r => r.ConversationId == conversation.Id).OrderBy(r => r.Id).ToListAsync(cancel);
        return new LetterVisit(conversation, openedAt, replies)
        {
            Readers = readers,
            Reader = reader,
            OwnTrigger = chosen.ReceiptsTrigger,
            LateReplies = chosen.LateReplies,
            WrongRecipientAt = At(FactKind.WrongRecipient),
        };
    }
}
