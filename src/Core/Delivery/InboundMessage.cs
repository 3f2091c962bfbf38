using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Delivery;

/// <summary>What a message that came back changed.</summary>
public enum InboundOutcome
{
    /// <summary>A delivery report that became a fact of its conversation.</summary>
    Applied,

    /// <summary>No delivery report; noted in its conversation, changes no status.</summary>
    Noted,

    /// <summary>A delivery report for a sending of ours that names another recipient: changes nothing, for the operator to see.</summary>
    Unmatched,

    /// <summary>It came to a token that no sending has: changes nothing, for the operator to see, as long as <see cref="UnclaimedMail"/> has room.</summary>
    UnknownToken,
}

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

    /// <summary>What it changed.</summary>
    public required InboundOutcome Outcome { get; init; }

    /// <summary>The address it announces in From, at most 254 characters; anybody can write any.</summary>
    public string? From { get; init; }

    /// <summary>At most 200 characters of its subject.</summary>
    public string? Subject { get; init; }

    /// <summary>The bytes received after DATA.</summary>
    public required byte[] Raw { get; init; }

    /// <summary>
    /// SHA-256 of what follows the header: a message that comes twice, by whatever ways, gathers other header fields on each; its
    /// body stays. It is kept once and applied once.
    /// </summary>
    public required byte[] BodyDigest { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<InboundMessage>
    {
        public void Configure(EntityTypeBuilder<InboundMessage> message)
        {
            message.ToTable("inbound_messages");
            message.HasOne<Sending>().WithMany().HasForeignKey(m => m.SendingId).OnDelete(DeleteBehavior.Restrict);
            message.HasIndex(m => new { m.BodyDigest, m.Recipient }).IsUnique();
            message.HasIndex(m => m.ReceivedAt);
            message.Property(m => m.From).HasMaxLength(254);
            message.Property(m => m.Subject).HasMaxLength(200);
            message.HasIndex(m => new { m.Outcome, m.ReceivedAt });
        }
    }
}
