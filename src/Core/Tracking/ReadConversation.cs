using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
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
/// <param name="Recipients">How many the letter went to, this one among them.</param>
public sealed record ConversationDetail(Conversation Conversation, string Organisation, int Recipients, bool Favourite, IReadOnlyList<ConversationEvent> Events, IReadOnlyList<Reply> Replies)
{
    public Letter Letter => Conversation.Letter!;
}

/// <summary>Reads a conversation of the caller's organisation. Reading the list of replies does not open them.</summary>
public sealed class ReadConversation(VaguemestreDb db, Journal.Journal journal)
{
    public async Task<Result<ConversationDetail>> RunAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        var conversation = await db.Conversations.AsNoTracking()
            .Include(c => c.Letter!.Attachments.OrderBy(a => a.Rank)).Include(c => c.Letter!.Consultation).Include(c => c.Recipient!.Attachments).AsSplitQuery()
            .SingleOrDefaultAsync(c => c.Id == id && c.OrganisationId == caller.OrganisationId, cancel);
        if (conversation is null)
            return Problem.NotFound("conversation-not-found", "Cette conversation n'existe pas.");
        var organisation = await db.Organisations.Where(o => o.Id == caller.OrganisationId).Select(o => o.Name).SingleAsync(cancel);
        var recipients = await db.Conversations.CountAsync(c => c.LetterId == conversation.LetterId, cancel);
        var owner = caller.OwnerId;
        var favourite = await db.Favourites.AnyAsync(f => f.OwnerId == owner && f.ConversationId == id, cancel);
        var facts = await journal.OfAsync(id, cancel);
        var replies = await db.Replies.AsNoTracking().Include(r => r.Attachments.OrderBy(a => a.Rank)).Where(r => r.ConversationId == id).OrderBy(r => r.At).ToListAsync(cancel);
        return new ConversationDetail(conversation, organisation, recipients, favourite, [.. facts.Select(ConversationEvent.Of)], replies);
    }
}
