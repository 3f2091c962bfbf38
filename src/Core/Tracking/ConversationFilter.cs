using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking.Search;

namespace Vaguemestre.Core.Tracking;

/// <summary>What the tracking table is narrowed to; null leaves out nothing. Filters combine.</summary>
public sealed record ConversationFilter
{
    /// <summary>Reference of the consultation; null for all of the organisation's.</summary>
    public string? Reference { get; init; }

    /// <summary>Only the conversations of this letter.</summary>
    public Guid? LetterId { get; init; }

    /// <summary>
    /// Words of the subject, the text, the recipient, the replies and the names of files: see <see cref="SearchQuery"/>. Found a moment
    /// after they were written.
    /// </summary>
    public string? Text { get; init; }

    public Status? Status { get; init; }

    public LetterType? Type { get; init; }

    public DeliveryMode? Mode { get; init; }

    /// <summary>Part of the recipient's address, name or company; case and accents do not count. A draft is found by any of its recipients, who must be all that <see cref="Company"/> and <see cref="Lot"/> ask for too.</summary>
    public string? Recipient { get; init; }

    /// <summary>Part of the recipient's company; case and accents do not count.</summary>
    public string? Company { get; init; }

    /// <summary>Number of a lot of the consultation <see cref="Reference"/>: only who a register lists for it, or for all lots.</summary>
    public string? Lot { get; init; }

    /// <summary>Part of the author's name.</summary>
    public string? Sender { get; init; }

    public DateTimeOffset? SentFrom { get; init; }

    /// <summary>Before this instant.</summary>
    public DateTimeOffset? SentTo { get; init; }

    /// <summary>Opened by a recipient at this instant or later.</summary>
    public DateTimeOffset? ReadFrom { get; init; }

    /// <summary>Opened by a recipient before this instant; with <see cref="ReadFrom"/>, one opening between the two.</summary>
    public DateTimeOffset? ReadTo { get; init; }

    /// <summary>Replied to at this instant or later.</summary>
    public DateTimeOffset? RepliedFrom { get; init; }

    /// <summary>Replied to before this instant; with <see cref="RepliedFrom"/>, one reply between the two.</summary>
    public DateTimeOffset? RepliedTo { get; init; }

    public bool? ReplyExpected { get; init; }

    /// <summary>Whether a reply is still awaited at <see cref="LateAt"/>, after its deadline. A reply that came late is awaited no more. Of a letter that went to a corrected address too, it is awaited there; by a link that was ended, not at all.</summary>
    public bool? Late { get; init; }

    public DateTimeOffset LateAt { get; init; }

    /// <summary>Only where a reply is still awaited, and its deadline is this instant or later.</summary>
    public DateTimeOffset? DueFrom { get; init; }

    /// <summary>Only where a reply is still awaited, and its deadline is before this instant.</summary>
    public DateTimeOffset? DueBefore { get; init; }

    /// <summary>True: only the caller's favourites.</summary>
    public bool? Favourite { get; init; }

    public bool? WithAttachments { get; init; }

    /// <summary>Whether the letter went to a corrected address too.</summary>
    public bool? Corrected { get; init; }

    /// <summary>Drafts are sent to nobody yet: they have recipients, but no sending, awaited reply or star to be found by.</summary>
    public bool AdmitsDrafts => Located is null or { LatestDraftAt: not null } && !IsSaidByNone && (Status is null || Status == Letters.Status.Draft) && LetterId is null && SentFrom is null && SentTo is null
        && ReadFrom is null && ReadTo is null && RepliedFrom is null && RepliedTo is null && DueFrom is null && DueBefore is null && Late is not true && Favourite is not true && Corrected is not true;

    /// <summary>The field that holds what no stored text can, and that no database can be asked for.</summary>
    internal Problem? Fault() =>
        Lot is not null && Reference is null
            ? Problem.Invalid("lot", "Un lot se cherche dans sa consultation. Précisez-la, ou retirez ce filtre.")
            : new (string Field, string? Text)[] { ("q", Text), ("recipient", Recipient), ("company", Company), ("lot", Lot), ("sender", Sender), ("reference", Reference) }
                .Where(given => given.Text is { } text && !SoundText.CanBeKept(text))
                .Select(given => Problem.Invalid(given.Field, "Cette recherche contient un caractère illisible. Saisissez-la à nouveau."))
                .FirstOrDefault();

    /// <summary>What <see cref="LocateAsync"/> found; null before, and where no consultation is asked for.</summary>
    internal LocatedConsultation? Located { get; private init; }

    /// <summary>
    /// The consultation is asked for by its key and not by its reference, which would leave a database to read all the organisation's conversations in their order until a page
    /// of this consultation's is full. One that does not exist, or is another organisation's, leaves nothing.
    /// </summary>
    private Guid? ConsultationId => Located?.Id;

    /// <summary>Whether the consultation has deleted drafts. Known after <see cref="LocateFilter"/>.</summary>
    public bool HasDeletedDrafts => Located is { HasDeletedDrafts: true };

    /// <inheritdoc cref="LocatedConsultation.HoldsMessages"/>
    public bool HoldsMessages => Located is { HoldsMessages: true };

    /// <summary>Whether nobody says what is looked for, which needs no further asking.</summary>
    internal bool IsSaidByNone => Located?.Sayers?.Subjects is [];

    /// <summary>Whether no draft was changed at this instant or later.</summary>
    internal bool HasNoDraftSince(DateTimeOffset at) => Located?.LatestDraftAt < at;

    /// <summary>Whether so many found conversations are all that say what is looked for, and no draft does.</summary>
    internal bool AreAllThatSay(int conversations) => Located?.Sayers?.Subjects?.Count == conversations;

    /// <summary>
    /// Whether thousands of conversations may have to be asked one by one to be counted by status, which takes longer than to list a page of them. Known after
    /// <see cref="LocateFilter"/>.
    /// </summary>
    public bool TakesLongToCount => Located is { IsLarge: true };

    /// <summary>How many drafts the filter leaves, whatever status it asks for, where they were counted with their consultation; null where they have to be asked.</summary>
    internal int? CountedDrafts => AsksOfEach ? null : Located?.Drafts;

    /// <summary>Something is asked that no index of statuses tells.</summary>
    private bool AsksOfEach => (this with { Reference = null, Located = null, LetterId = null, Status = null, LateAt = default }) != new ConversationFilter();

    /// <summary>The same filter with what it takes to ask the database well, asked once. Its consultation and its words stay as they are from then on.</summary>
    /// <param name="toCount">Whether <see cref="Countable"/> is to be asked, which has to know more.</param>
    internal async Task<ConversationFilter> LocateAsync(VaguemestreDb db, Caller caller, CancellationToken cancel, bool toCount = false)
    {
        if (Reference is null || (Located is not null && (Located.IsMixed is not null || !toCount)) || Fault() is not null)
            return this;
        var located = await (!toCount ? LocatedConsultation.ToList : AsksOfEach ? LocatedConsultation.ToCountEach : LocatedConsultation.ToCount)(db, caller.OrganisationId, Reference, cancel) ?? new LocatedConsultation();
        var sayers = located.Id is not null && Query(caller) is { FindsNothing: false } words ? Located?.Sayers ?? await db.AskWhoSaysAsync(caller.OrganisationId, Reference, words, cancel) : null;
        return this with { Located = located with { Sayers = sayers } };
    }

    /// <summary>After <see cref="LocateAsync"/>.</summary>
    /// <param name="db">Where they are.</param>
    /// <param name="caller">Whose they are.</param>
    /// <param name="latestFirst">A page of them is taken, by their last events, the latest first.</param>
    /// <param name="of">Only those of these letters, which it has found before: an index tells them.</param>
    internal IQueryable<Conversation> Conversations(VaguemestreDb db, Caller caller, bool latestFirst = false, IReadOnlyList<Guid>? of = null)
    {
        Func<SearchQuery, IQueryable<Conversation>> thatSay = Located?.Sayers switch
        {
            { Subjects: { } subjects } => _ => db.Conversations.Where(c => subjects.Contains(c.Id)),
            { HowMany: HowMany.MostOfTheLatest } when latestFirst => db.EachThatSays,
            { HowMany: HowMany.MostOfTheLatest or HowMany.Many } => db.ManyThatSay,
            _ => db.ConversationsThatSay,
        };
        var said = ThatSay(db.Conversations, thatSay, caller).AsNoTracking();
        var found = of is null ? Within(said, caller) : said.Where(c => of.Contains(c.LetterId));
        if (AsksOfLetters)
        {
            var letters = OfLetters(Reference is null ? db.Letters : db.Letters.Where(l => l.ConsultationId == ConsultationId));
            found = found.Where(c => letters.Any(l => l.Id == c.LetterId) == IsSo);
        }

        return OfConversations(db, caller, found);
    }

    /// <summary>
    /// The same for who counts them: from the letters to their conversations, where something is asked of letters, which are few. The messagerie
    /// historique, which tells no statuses, is left out.
    /// </summary>
    internal IQueryable<Conversation> Countable(VaguemestreDb db, Caller caller)
    {
        if (ConsultationId is { } consultation && AsksOfLetters && string.IsNullOrWhiteSpace(Text))
        {
            var letters = OfLetters(db.Letters).Where(l => l.ConsultationId == consultation && l.State == LetterState.Sent && !l.IsHistorique);
            return OfConversations(db, caller, letters.Join(db.Conversations.AsNoTracking(), l => l.Id, c => c.LetterId, (l, c) => c));
        }

        return WithoutHistorique(Conversations(db, caller));
    }

    /// <summary>An index tells what is asked of a consultation where none of it has to be asked for its edition.</summary>
    internal IQueryable<Conversation> WithoutHistorique(IQueryable<Conversation> found) => Located?.IsMixed == false ? found : found.Where(c => !c.IsHistorique);

    /// <summary>Whether <see cref="Countable"/> goes from an index, of words or of letters, to the conversations: a database that takes them for few reads all there are instead.</summary>
    internal bool IsCountedByIndex => !string.IsNullOrWhiteSpace(Text) || (ConsultationId is not null && AsksOfLetters);

    /// <summary>Whether drafts are asked for their recipients, whom a database that takes them for few would rather read whole.</summary>
    internal bool AsksOfDraftsRecipients => AdmitsDrafts && (RecipientLines.PatternOfAny(Recipient) ?? RecipientLines.PatternOfCompany(Company) ?? Lot) is not null;

    /// <summary>After <see cref="LocateAsync"/>.</summary>
    internal IQueryable<Letter> Drafts(VaguemestreDb db, Caller caller)
    {
        Func<SearchQuery, IQueryable<Letter>> thatSay = Located?.Sayers?.Subjects is { } subjects ? _ => db.Letters.Where(l => subjects.Contains(l.Id)) : db.DraftsThatSay;
        var found = OfLetters(ThatSay(db.Letters, thatSay, caller).AsNoTracking().Where(l => l.OrganisationId == caller.OrganisationId && l.State == LetterState.Draft && l.DeletedAt == null && !l.IsHistorique));
        if (Reference is not null)
            found = found.Where(l => l.ConsultationId == ConsultationId);
        if (WithAttachments is { } with)
            found = found.Where(l => (l.Attachments.Count != 0 || l.Recipients.Any(r => r.Attachments.Count != 0)) == with);
        return ToRecipient(db, found);
    }

    /// <summary>Drafts of which one recipient is what is asked for. They keep no folded text of theirs: they are few, and folded as they are read.</summary>
    private IQueryable<Letter> ToRecipient(VaguemestreDb db, IQueryable<Letter> drafts)
    {
        var (any, company) = (RecipientLines.PatternOfAny(Recipient), RecipientLines.PatternOfCompany(Company));
        if (any is null && company is null && Lot is null)
            return drafts;
        var recipients = any is null && company is null ? db.Set<LetterRecipient>() : db.RecipientsLike(any ?? "%", company ?? "%");
        if (Lot is { } lot)
        {
            var listed = ListedFor(db, lot);
            recipients = recipients.Where(r => listed.Any(k => k.EmailKey == r.Email.ToLower()));
        }

        return drafts.Where(l => recipients.Any(r => r.LetterId == l.Id));
    }

    /// <summary>Who a register of the consultation lists for a lot, or for all.</summary>
    private IQueryable<Contact> ListedFor(VaguemestreDb db, string lot) =>
        db.Contacts.Where(k => k.ConsultationId == ConsultationId && k.Register != Register.FreeEntries && (k.Lots.Count == 0 || k.Lots.Contains(lot)));

    /// <summary>What the words ask for; without any, all there is.</summary>
    private IQueryable<T> ThatSay<T>(IQueryable<T> all, Func<SearchQuery, IQueryable<T>> thatSay, Caller caller) => Query(caller) switch
    {
        null => all,
        { FindsNothing: true } => all.Where(_ => false),
        var query => thatSay(query),
    };

    private SearchQuery? Query(Caller caller) => string.IsNullOrWhiteSpace(Text) ? null : SearchQuery.Of(Text, caller.OrganisationId, Reference);

    /// <summary>
    /// What is compared with it is asked of each conversation in their order. As a condition of its own PostgreSQL would turn it round: it takes a part of a name, or a lot, for rare,
    /// and would read and sort all the conversations that have it.
    /// </summary>
    private bool IsSo { get; } = true;

    private bool AsksOfLetters => Type is not null || Mode is not null || ReplyExpected is not null || Pattern(Sender) is not null;

    /// <summary>What is asked of letters, sent or not.</summary>
    private IQueryable<Letter> OfLetters(IQueryable<Letter> found)
    {
        if (Type is { } type)
            found = found.Where(l => l.Type == type);
        if (Mode is { } mode)
            found = found.Where(l => l.Mode == mode);
        if (ReplyExpected is { } expected)
            found = found.Where(l => (l.ReplyExpected && !l.IsHistorique) == expected);
        if (Pattern(Sender) is { } sender)
            found = found.Where(l => EF.Functions.Like(l.AuthorName.ToLower(), sender, LikePattern.EscapedBy));
        return found;
    }

    private IQueryable<Conversation> Within(IQueryable<Conversation> found, Caller caller) =>
        Reference is null ? found.Where(c => c.OrganisationId == caller.OrganisationId) : found.Where(c => c.ConsultationId == ConsultationId);

    /// <summary>What is asked of conversations themselves.</summary>
    private IQueryable<Conversation> OfConversations(VaguemestreDb db, Caller caller, IQueryable<Conversation> found)
    {
        if (LetterId is { } letter)
            found = found.Where(c => c.LetterId == letter);
        if (Status is { } status)
            found = found.Where(c => c.Status == status && !c.IsHistorique);
        if (Corrected is { } corrected)
            found = found.Where(c => db.Conversations.Any(next => next.CorrectsId == c.Id) == corrected);
        if (SentFrom is { } from)
            found = found.Where(c => c.SentAt >= from.ToUniversalTime());
        if (SentTo is { } to)
            found = found.Where(c => c.SentAt < to.ToUniversalTime());
        if (WithAttachments is { } with)
            found = found.Where(c => (c.Letter!.Attachments.Count != 0 || c.Recipient!.Attachments.Count != 0) == with);
        return OfRecipient(db, caller, WithEvents(db, Awaited(found)));
    }

    private IQueryable<Conversation> Awaited(IQueryable<Conversation> found)
    {
        var at = LateAt.ToUniversalTime();
        if (Late is true)
            found = found.Where(c => c.AwaitedUntil < at);
        else if (Late is false)
            found = found.Where(c => c.AwaitedUntil == null || c.AwaitedUntil >= at);
        if (DueFrom is { } dueFrom)
            found = found.Where(c => c.AwaitedUntil >= dueFrom.ToUniversalTime());
        if (DueBefore is { } dueBefore)
            found = found.Where(c => c.AwaitedUntil < dueBefore.ToUniversalTime());
        return found;
    }

    /// <summary>One event is looked for and not whether there is any: PostgreSQL would turn that round, and read the events of all conversations.</summary>
    private IQueryable<Conversation> WithEvents(VaguemestreDb db, IQueryable<Conversation> found)
    {
        if (ReadFrom is not null || ReadTo is not null)
        {
            var (from, to) = (ReadFrom?.ToUniversalTime() ?? DateTimeOffset.MinValue, ReadTo?.ToUniversalTime() ?? DateTimeOffset.MaxValue);
            found = found.Where(c => (c.Status == Letters.Status.Read || c.Status == Letters.Status.ReplyUnread || c.Status == Letters.Status.ReplyRead)
                && db.Facts.Where(f => f.SubjectId == c.Id && f.Kind == FactKind.Opened && f.At >= from && f.At < to).Select(f => (int?)f.Sequence).FirstOrDefault() != null);
        }

        if (RepliedFrom is not null || RepliedTo is not null)
        {
            var (from, to) = (RepliedFrom?.ToUniversalTime() ?? DateTimeOffset.MinValue, RepliedTo?.ToUniversalTime() ?? DateTimeOffset.MaxValue);
            found = found.Where(c => (c.Status == Letters.Status.ReplyUnread || c.Status == Letters.Status.ReplyRead) && db.Replies.Where(r => r.ConversationId == c.Id && r.At >= from && r.At < to).Select(r => (DateTimeOffset?)r.At).FirstOrDefault() != null);
        }

        return found;
    }

    private IQueryable<Conversation> OfRecipient(VaguemestreDb db, Caller caller, IQueryable<Conversation> found)
    {
        if (Favourite is { } favourite)
        {
            var owner = caller.OwnerId;
            var mine = db.Favourites.Where(f => f.OwnerId == owner);
            if (Reference is not null)
                mine = mine.Where(f => f.ConsultationId == ConsultationId);
            found = found.Where(c => mine.Any(f => f.ConversationId == c.Id) == favourite);
        }

        if (RecipientLines.Part(Recipient) is { } recipient)
            found = found.Where(c => c.RecipientText.IndexOf(recipient) >= 0);
        if (RecipientLines.PatternOfCompany(Company) is { } company)
            found = found.Where(c => EF.Functions.Like(c.RecipientText, company, LikePattern.EscapedBy));
        if (Lot is { } lot)
        {
            var listed = ListedFor(db, lot);
            found = found.Where(c => listed.Any(k => k.EmailKey == c.EmailKey) == IsSo);
        }

        return found;
    }

    private static string? Pattern(string? text) => string.IsNullOrWhiteSpace(text) ? null : $"%{LikePattern.Literal(text.Trim().ToLowerInvariant())}%";
}
