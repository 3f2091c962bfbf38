using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters.Notices;

namespace Vaguemestre.Core.Letters;

/// <summary>One letter × one recipient, with its facts and replies: one row of the tracking table.</summary>
public sealed class Conversation
{
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    public required Guid ConsultationId { get; init; }

    public required Guid LetterId { get; init; }

    public Letter? Letter { get; private init; }

    /// <summary>As its letter's: see <see cref="Letter.IsHistorique"/>. Beside the status, which such a message does not show.</summary>
    public bool IsHistorique { get; init; }

    public required string Email
    {
        get;
        init
        {
            field = value;
            EmailKey = value.ToLowerInvariant();
        }
    }

    /// <summary>The address in lower case: what a company's space finds its letters by.</summary>
    public string EmailKey { get; private init; } = "";

    public string? Name { get; init; }

    public string? Company { get; init; }

    /// <summary>What lists are sorted by recipient by: the company, else the name, else the address.</summary>
    public string RecipientKey { get => SortKey.Of(Company ?? Name ?? Email); private init => _ = value; }

    /// <summary>Address, name and company, each in a line of its own, folded as search folds them: what a part of the recipient is looked for in.</summary>
    public string RecipientText { get => RecipientLines.Of(Email, Name, Company); private init => _ = value; }

    public string? Register { get; init; }

    /// <summary>The recipient of the draft it was made from, whose own files are its files.</summary>
    public Guid? RecipientId { get; init; }

    public LetterRecipient? Recipient { get; private init; }

    /// <summary>The undelivered conversation whose address this one corrects; null for one that sending made.</summary>
    public Guid? CorrectsId { get; init; }

    /// <summary>The subject as this recipient got it, where it differs from the letter's; else null.</summary>
    public string? OwnSubject { get; init; }

    /// <summary>What <see cref="OwnSubject"/> is sorted by; null without one.</summary>
    public string? OwnSubjectKey { get => OwnSubject is null ? null : SortKey.Of(OwnSubject); private init => _ = value; }

    /// <summary>The body as this recipient got it, where it differs from the letter's; else null.</summary>
    public string? OwnBody { get; init; }

    /// <summary>The last projection of <see cref="ConversationStatus"/> over the facts.</summary>
    public Status Status { get; private set; } = Status.Sending;

    public required DateTimeOffset SentAt { get; init; }

    /// <summary>The last fact of the exchange itself: see <see cref="TellsOfTheExchange"/>.</summary>
    public DateTimeOffset LastEventAt { get; private set; }

    /// <summary>SHA-256 of the personal link's token; null for a plain letter, which has no link.</summary>
    public byte[]? LinkHash { get; init; }

    /// <summary>When an agent ended the personal link: it opens nothing since. Null while it is good.</summary>
    public DateTimeOffset? LinkEndedAt { get; private set; }

    /// <summary>Until when a reply is awaited, for a letter that expects one by a set hour; null once it came, or can not come any more: the letter went to a corrected address, or its link was ended.</summary>
    public DateTimeOffset? AwaitedUntil { get; set; }

    /// <summary>The agent who takes care of it; null while nobody was named.</summary>
    public Guid? AssigneeId { get; private set; }

    /// <summary>When an agent said that nothing is left to do; null again once a reply comes or it becomes undelivered.</summary>
    public DateTimeOffset? DoneAt { get; private set; }

    public Subject JournalSubject => new(SubjectKind.Conversation, Id, OrganisationId);

    /// <summary>As this recipient got it.</summary>
    public string Subject => OwnSubject ?? Letter!.Subject;

    /// <summary>As this recipient got it, sanitised.</summary>
    public string Body => OwnBody ?? Letter!.Body;

    /// <summary>The files of the whole letter, then this recipient's own. Needs both loaded.</summary>
    public IReadOnlyList<LetterAttachment> Files =>
        [.. Letter!.Attachments.OrderBy(a => a.Rank), .. (Recipient?.Attachments ?? []).OrderBy(a => a.Rank)];

    public void EndLink(DateTimeOffset at) => LinkEndedAt ??= at;

    public void Assign(Guid? agentId) => AssigneeId = agentId;

    public void Done(DateTimeOffset? at) => DoneAt = at;

    /// <summary>
    /// Whether a fact gives somebody something to do, whatever was done before: a reply, or a failure that leaves the conversation undelivered when it
    /// was not. One that is reported twice, or of a sending that another one made good, is nothing to do.
    /// </summary>
    public static bool AsksForSomebody(FactKind kind, Status before, Status after) =>
        kind == FactKind.Replied || (kind == FactKind.Undelivered && after == Status.Undelivered && before != Status.Undelivered);

    /// <summary>
    /// Whether a fact moves the conversation among the others. An attestation of it brings nobody anything new, and one archive makes one of each; of a message of the
    /// messagerie historique only what is shown does.
    /// </summary>
    public static bool TellsOfTheExchange(FactKind kind, bool historique) => historique ? IsShownOfMessage(kind) : kind is not FactKind.AttestationIssued;

    /// <summary>The messagerie historique tells no delivery and no opening of replies.</summary>
    public static bool IsShownOfMessage(FactKind kind) => kind is FactKind.Submitted or FactKind.Opened or FactKind.Replied or FactKind.WrongRecipient or FactKind.LinkEnded;

    public void Project(Status status, DateTimeOffset at)
    {
        Status = status;
        LastEventAt = at;
        if (status is Status.ReplyUnread or Status.ReplyRead)
            AwaitedUntil = null;
    }

    private sealed class Mapping : IEntityTypeConfiguration<Conversation>
    {
        public void Configure(EntityTypeBuilder<Conversation> conversation)
        {
            conversation.Ignore(c => c.JournalSubject).Ignore(c => c.Subject).Ignore(c => c.Body).Ignore(c => c.Files);
            conversation.HasOne(c => c.Recipient).WithMany().HasForeignKey(c => c.RecipientId).OnDelete(DeleteBehavior.Restrict);
            conversation.HasOne<Conversation>().WithMany().HasForeignKey(c => c.CorrectsId).OnDelete(DeleteBehavior.Restrict);
            conversation.Property(c => c.Email).HasMaxLength(254);
            conversation.Property(c => c.EmailKey).HasMaxLength(254);
            conversation.Property(c => c.RecipientKey).HasMaxLength(SortKey.Longest);
            conversation.Property(c => c.OwnSubjectKey).HasMaxLength(SortKey.Longest);
            conversation.HasIndex(c => new { c.EmailKey, c.SentAt });
            conversation.HasOne(c => c.Letter).WithMany().HasForeignKey(c => c.LetterId).OnDelete(DeleteBehavior.Restrict);
            conversation.HasIndex(c => c.LinkHash).IsUnique().HasFilter("link_hash IS NOT NULL");
            conversation.HasIndex(c => c.CorrectsId).HasFilter("corrects_id IS NOT NULL");
            conversation.HasIndex(c => new { c.ConsultationId, c.Status, c.LastEventAt, c.Id });
            conversation.HasIndex(c => new { c.ConsultationId, c.AwaitedUntil }).HasFilter("awaited_until IS NOT NULL");
            conversation.HasIndex(c => new { c.OrganisationId, c.LastEventAt, c.Id });
            conversation.HasIndex(c => new { c.OrganisationId, c.Status });

            // What waits is little among what was, and is counted on every page.
            conversation.HasIndex(c => new { c.OrganisationId, c.LastEventAt, c.Id }, "ix_conversations_unread_replies").HasDatabaseName("ix_conversations_unread_replies").HasFilter("status = 'reply-unread' AND done_at IS NULL AND NOT (is_historique)");
            conversation.HasIndex(c => new { c.OrganisationId, c.LastEventAt, c.Id }, "ix_conversations_failures").HasDatabaseName("ix_conversations_failures").HasFilter("status = 'undelivered' AND done_at IS NULL AND NOT (is_historique)");
            conversation.HasIndex(c => new { c.OrganisationId, c.AwaitedUntil, c.Id }).HasFilter("awaited_until IS NOT NULL");
            conversation.HasIndex(c => new { c.OrganisationId, c.DoneAt, c.Id }).HasFilter("done_at IS NOT NULL");
            conversation.HasIndex(c => c.AssigneeId).HasFilter("assignee_id IS NOT NULL");
            conversation.HasIndex(c => new { c.LetterId, c.Status });
            conversation.HasIndex(c => c.LetterId, "ix_conversations_ended_links").HasDatabaseName("ix_conversations_ended_links").HasFilter("link_ended_at IS NOT NULL");
        }
    }
}

/// <summary>
/// Writes a fact of a conversation and projects its status again, in the caller's transaction; the caller holds the
/// conversation's lock or has just made it.
/// </summary>
public sealed class ConversationJournal(VaguemestreDb db, Journal.Journal journal)
{
    public async Task<Fact> AppendAsync(Conversation conversation, FactKind kind, FactContent content, Actor actor, Guid? concerns = null, CancellationToken cancel = default)
    {
        var chain = await db.Facts.AsNoTracking().Where(f => f.SubjectId == conversation.Id).OrderBy(f => f.Sequence).Select(f => new { f.Sequence, f.Kind, f.ConcernsId, f.Hash }).ToListAsync(cancel);
        var end = chain is [.., var last] ? new ChainEnd(last.Sequence, last.Hash) : null;
        var fact = await journal.AppendAsync(end, conversation.JournalSubject, kind, content, actor, concerns, cancel);
        var before = conversation.Status;
        conversation.Project(ConversationStatus.From([.. chain.Select(f => (f.Kind, f.ConcernsId)), (kind, concerns)]), Conversation.TellsOfTheExchange(kind, conversation.IsHistorique) ? fact.At : conversation.LastEventAt);
        if (Conversation.AsksForSomebody(kind, before, conversation.Status))
            conversation.Done(null);
        if (News.Of(fact, before, conversation.Status) is { } news)
            db.News.Add(news);
        return fact;
    }

    /// <summary>The conversation, locked until the caller's transaction ends.</summary>
    public async Task<Conversation?> LockAsync(Guid id, CancellationToken cancel)
    {
        await db.LockAsync<Conversation>(id, cancel);
        return await Whole.SingleOrDefaultAsync(c => c.Id == id, cancel);
    }

    /// <summary>The conversation to be read, not changed.</summary>
    public Task<Conversation?> FindAsync(Guid id, CancellationToken cancel) => Whole.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancel);

    /// <summary>With its letter, its recipient and the files of both.</summary>
    private IQueryable<Conversation> Whole => db.Conversations.Include(c => c.Letter!).ThenInclude(l => l.Attachments).Include(c => c.Recipient!).ThenInclude(r => r.Attachments).AsSplitQuery();
}
