using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tracking;

/// <summary>A star that one agent, or one key, put on a conversation. Seen by nobody else.</summary>
public sealed class Favourite
{
    public required Guid OwnerId { get; init; }

    public required Guid ConversationId { get; init; }

    public required Guid OrganisationId { get; init; }

    /// <summary>Of the conversation: an agent's stars are asked for within one consultation, whatever their number elsewhere.</summary>
    public required Guid ConsultationId { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<Favourite>
    {
        public void Configure(EntityTypeBuilder<Favourite> favourite)
        {
            favourite.HasKey(f => new { f.OwnerId, f.ConversationId });
            favourite.HasIndex(f => new { f.OwnerId, f.ConsultationId, f.ConversationId });
            favourite.HasOne<Conversation>().WithMany().HasForeignKey(f => f.ConversationId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Puts a star on a conversation or takes it away. Doing it twice changes nothing.</summary>
public sealed class SetFavourite(VaguemestreDb db)
{
    public Task<Result<bool>> RunAsync(Caller caller, Guid conversationId, bool on, CancellationToken cancel) =>
        db.WriteAsync<bool>(
            async () =>
            {
                await db.LockAsync<Conversation>(conversationId, cancel);
                if (await db.Conversations.Where(c => c.Id == conversationId && c.OrganisationId == caller.OrganisationId).Select(c => new { c.ConsultationId, c.IsHistorique }).SingleOrDefaultAsync(cancel) is not { } conversation)
                    return Problem.NotFound("conversation-not-found", "Cette conversation n'existe pas.");
                if (conversation.IsHistorique)
                    return Messages.NoFavourites;
                var owner = caller.OwnerId;
                var mine = await db.Favourites.SingleOrDefaultAsync(f => f.OwnerId == owner && f.ConversationId == conversationId, cancel);
                if (on && mine is null)
                    db.Favourites.Add(new Favourite { OwnerId = owner, ConversationId = conversationId, OrganisationId = caller.OrganisationId, ConsultationId = conversation.ConsultationId });
                else if (!on && mine is not null)
                    db.Favourites.Remove(mine);
                return on;
            },
            cancel);
}
