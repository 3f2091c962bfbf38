using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>A colleague whom the recipient gave a link of its own to one letter. Not a recipient: nothing was sent to it by the buyer.</summary>
public sealed class InvitedReader
{
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    public required Guid ConversationId { get; init; }

    public Conversation? Conversation { get; private init; }

    public required string Email { get; init; }

    public string? Name { get; init; }

    /// <summary>SHA-256 of the link's token.</summary>
    public required byte[] LinkHash { get; init; }

    public required DateTimeOffset InvitedAt { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<InvitedReader>
    {
        public void Configure(EntityTypeBuilder<InvitedReader> reader)
        {
            reader.ToTable("invited_readers");
            reader.Property(r => r.Email).HasMaxLength(254);
            reader.Property(r => r.Name).HasMaxLength(200);
            reader.HasOne(r => r.Conversation).WithMany().HasForeignKey(r => r.ConversationId).OnDelete(DeleteBehavior.Restrict);
            reader.HasIndex(r => r.LinkHash).IsUnique();
        }
    }
}
