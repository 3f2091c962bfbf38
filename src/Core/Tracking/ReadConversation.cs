using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Examining;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Tracking;

/// <summary>One fact of a conversation as its reader sees it.</summary>
/// <param name="Said">What a mail server said, for the facts of delivery.</param>
public sealed record ConversationEvent(Fact Fact, ServerSaid? Said)
{
    public FactKind Kind => Fact.Kind;

    public DateTimeOffset At => Fact.At;

    public static ConversationEvent Of(Fact fact) => new(fact, TellsWhatAServerSaid(fact.Kind) ? fact.Content<ServerSaid>() : null);

    private static bool TellsWhatAServerSaid(FactKind kind) =>
        kind is FactKind.AcceptedByRelay or FactKind.Relayed or FactKind.Delivered or FactKind.Delayed or FactKind.Undelivered or FactKind.ReportUnmatched or FactKind.OutcomeUnknown;
}

/// <summary>A conversation whole: the letter as it was sent, what happened, what was replied.</summary>
/// <param name="Recipients">How many the letter was sent to; a corrected address is none more.</param>
/// <param name="Corrects">The undelivered conversation that this one continues at a corrected address; null for most.</param>
/// <param name="CorrectedBy">Those that continue this one at a corrected address, oldest first.</param>
/// <param name="Answers">The conversation whose reply the letter answers; null for most.</param>
/// <param name="AnsweredBy">The letters that answer a reply of this one, drafts included, oldest first.</param>
public sealed record ConversationDetail(
    Conversation Conversation,
    string Organisation,
    int Recipients,
    bool Favourite,
    IReadOnlyList<ConversationEvent> Events,
    IReadOnlyList<Reply> Replies,
    LinkedConversation? Corrects,
    IReadOnlyList<LinkedConversation> CorrectedBy,
    LinkedConversation? Answers,
    IReadOnlyList<LinkedLetter> AnsweredBy)
{
    /// <summary>Relancé: the letter was sent again, as it was, at least once.</summary>
    public bool Resent => Events.Any(e => e.Kind == FactKind.Resubmitted);

    /// <summary>The recipient's word that it is not the right one; null where it gave none.</summary>
    public Fact? WrongRecipient => Events.FirstOrDefault(e => e.Kind == FactKind.WrongRecipient)?.Fact;

    /// <summary>Whether the letter may go to a corrected address.</summary>
    public bool CanBeReaddressed => !Letter.IsHistorique && (Conversation.Status == Status.Undelivered || WrongRecipient is not null);

    public Letter Letter => Conversation.Letter!;

    /// <summary>Whether an agent may be shown what the reply holds: reading it is an act, which the messagerie historique has not.</summary>
    public bool IsOpen(Reply reply) => reply.OpenedAt is not null || Letter.IsHistorique;

    /// <summary>What may be shown of what happened: in the messagerie historique nothing of delivery, nor who opened a reply.</summary>
    public IEnumerable<ConversationEvent> Shown => Letter.IsHistorique ? Events.Where(e => Conversation.IsShownOfMessage(e.Kind)) : Events;
}

/// <summary>Another conversation, to be named and led to.</summary>
public sealed record LinkedConversation(Guid Id, string Email, Status Status, DateTimeOffset SentAt);

/// <summary>A letter that answers a reply.</summary>
/// <param name="SentAt">Null for a draft.</param>
/// <param name="ConversationId">Its conversation with the company that replied; null for a draft, and where it went to others only.</param>
public sealed record LinkedLetter(Guid Id, string Subject, string Author, DateTimeOffset? SentAt, Guid? ConversationId);

/// <summary>Reads a conversation of the caller's organisation. Reading the list of replies does not open them.</summary>
public sealed class ReadConversation(VaguemestreDb db, Journal.Journal journal)
{
    private const int MostLetters = 50;

    public async Task<Result<ConversationDetail>> RunAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        var conversation = await db.Conversations.AsNoTracking()
            .Include(c => c.Letter!.Attachments.OrderBy(a => a.Rank)).Include(c => c.Letter!.Consultation).Include(c => c.Recipient!.Attachments).AsSplitQuery()
            .SingleOrDefaultAsync(c => c.Id == id && c.OrganisationId == caller.OrganisationId, cancel);
        if (conversation is null)
            return Problem.NotFound("conversation-not-found", "Cette conversation n'existe pas.");
        var organisation = await db.Organisations.Where(o => o.Id == caller.OrganisationId).Select(o => o.Name).SingleAsync(cancel);
        var recipients = await db.Conversations.CountAsync(c => c.LetterId == conversation.LetterId && c.CorrectsId == null, cancel);
        var owner = caller.OwnerId;
        var favourite = await db.Favourites.AnyAsync(f => f.OwnerId == owner && f.ConversationId == id, cancel);
        var facts = await journal.OfAsync(id, cancel);
        var replies = await db.Replies.AsNoTracking().Include(r => r.Attachments.OrderBy(a => a.Rank)).Where(r => r.ConversationId == id).OrderBy(r => r.At).ToListAsync(cancel);
        var answers = conversation.Letter!.AnswersId;
        var linked = await db.Conversations.Where(c => c.CorrectsId == id || c.Id == conversation.CorrectsId || c.Id == answers).OrderBy(c => c.SentAt).ThenBy(c => c.Id)
            .Select(c => new LinkedConversation(c.Id, c.Email, c.Status, c.SentAt)).ToListAsync(cancel);
        return new ConversationDetail(
            conversation,
            organisation,
            recipients,
            favourite,
            [.. facts.Select(ConversationEvent.Of)],
            replies,
            linked.Find(c => c.Id == conversation.CorrectsId),
            [.. linked.Where(c => c.Id != conversation.CorrectsId && c.Id != answers)],
            linked.Find(c => c.Id == answers),
            await AnsweringAsync(conversation, cancel));
    }

    private async Task<IReadOnlyList<LinkedLetter>> AnsweringAsync(Conversation conversation, CancellationToken cancel)
    {
        var (id, email) = (conversation.Id, conversation.EmailKey);
        return await db.Letters.Where(l => l.AnswersId == id && l.DeletedAt == null).OrderBy(l => l.CreatedAt).ThenBy(l => l.Id).Take(MostLetters)
            .Select(l => new LinkedLetter(l.Id, l.Subject, l.AuthorName, l.SentAt, db.Conversations.Where(c => c.LetterId == l.Id && c.EmailKey == email && c.CorrectsId == null).Select(c => (Guid?)c.Id).FirstOrDefault()))
            .ToListAsync(cancel);
    }
}
