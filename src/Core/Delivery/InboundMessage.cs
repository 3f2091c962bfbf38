using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Delivery;

/// <summary>A message that came back on the return path, kept as it came: the evidence behind a delivery fact.</summary>
public sealed class InboundMessage
{
    public required Guid Id { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The envelope recipient it came to.</summary>
    public required string Recipient { get; init; }

    /// <summary>What it was read as: the word of <c>Vaguemestre.Mail.InboundKind</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The sending whose token it came to; null when no sending has it.</summary>
    public Guid? SendingId { get; init; }

    /// <summary>The bytes received after DATA.</summary>
    public required byte[] Raw { get; init; }

    /// <summary>SHA-256 of <see cref="Raw"/>: a message that comes twice is kept once.</summary>
    public required byte[] Digest { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<InboundMessage>
    {
        public void Configure(EntityTypeBuilder<InboundMessage> message)
        {
            message.ToTable("inbound_messages");
            message.HasOne<Sending>().WithMany().HasForeignKey(m => m.SendingId).OnDelete(DeleteBehavior.Restrict);
            message.HasIndex(m => new { m.Digest, m.Recipient }).IsUnique();
            message.HasIndex(m => m.ReceivedAt);
        }
    }
}
