using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Files;

namespace Vaguemestre.Core.Letters.Historique;

public enum ImportedKind
{
    /// <summary>The buyer wrote it.</summary>
    Sent,

    /// <summary>A company wrote it.</summary>
    Reply,
}

/// <summary>
/// A message that another platform exchanged before, as its export tells it: read only, and no evidence of ours. It has no link,
/// no outbox, no facts of its own; that it was imported is a fact of its consultation.
/// </summary>
public sealed class ImportedMessage
{
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    public required Guid ConsultationId { get; init; }

    public Consultation? Consultation { get; private init; }

    /// <summary>The identifier that the export gives it, unique within the consultation.</summary>
    public required string SourceId { get; init; }

    public required ImportedKind Kind { get; init; }

    /// <summary>When it was sent, as the export says.</summary>
    public required DateTimeOffset At { get; init; }

    public required string? SenderName { get; init; }

    public required string? SenderEmail { get; init; }

    public required string? SenderCompany { get; init; }

    public List<ImportedRecipient> Recipients { get; init; } = [];

    /// <summary><see cref="SourceId"/> of the message that a reply answers; null where the export does not say.</summary>
    public required string? InReplyTo { get; init; }

    public required string Subject { get; init; }

    /// <summary>Plain text.</summary>
    public required string Text { get; init; }

    public required DateTimeOffset ImportedAt { get; init; }

    /// <summary>SHA-256 of what the export says of it, in canonical JSON (RFC 8785): whether a later import says the same.</summary>
    public required byte[] ContentHash { get; init; }

    public List<ImportedFile> Files { get; init; } = [];

    private sealed class Mapping : IEntityTypeConfiguration<ImportedMessage>
    {
        public void Configure(EntityTypeBuilder<ImportedMessage> message)
        {
            message.ToTable("imported_messages");
            message.Property(m => m.SourceId).HasMaxLength(HistoriqueReader.LongestId);
            message.HasOne(m => m.Consultation).WithMany().HasForeignKey(m => m.ConsultationId).OnDelete(DeleteBehavior.Restrict);
            message.OwnsMany(m => m.Recipients, recipients => recipients.ToJson());
            message.HasMany(m => m.Files).WithOne().HasForeignKey(f => f.MessageId).OnDelete(DeleteBehavior.Restrict);
            message.HasIndex(m => new { m.ConsultationId, m.SourceId }).IsUnique();
            message.HasIndex(m => new { m.ConsultationId, m.At, m.Id });
        }
    }
}

/// <summary>Whom an imported message went to.</summary>
/// <param name="AcknowledgedAt">When the export says that its receipt was acknowledged; null where it does not.</param>
public sealed record ImportedRecipient(string Email, string? Name, string? Company, DateTimeOffset? AcknowledgedAt);

/// <summary>A file of an imported message: at least its name; its content where the export brought it.</summary>
public sealed class ImportedFile
{
    public required Guid Id { get; init; }

    public required Guid MessageId { get; init; }

    public required string Name { get; init; }

    /// <summary>Bytes; null where the export does not say.</summary>
    public required long? Size { get; init; }

    /// <summary>Null where the export neither says it nor brings the content.</summary>
    public required byte[]? Sha256 { get; init; }

    /// <summary>The content; null where the export did not bring it.</summary>
    public required Guid? FileId { get; init; }

    public StoredFile? File { get; private init; }

    public required string? ContentType { get; init; }

    public required int Rank { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<ImportedFile>
    {
        public void Configure(EntityTypeBuilder<ImportedFile> file)
        {
            file.ToTable("imported_files");
            file.HasOne(f => f.File).WithMany().HasForeignKey(f => f.FileId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
