using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vaguemestre.Core.Files;

/// <summary>
/// A file on its way in by pieces (tus 1.0). Not a file yet: its bytes stand apart from the stored files, and the row goes
/// away when the last of them has come. How much has come is told by the bytes, not by this row.
/// </summary>
public sealed class Upload
{
    /// <summary>Becomes the identifier of the <see cref="StoredFile"/>.</summary>
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    /// <summary>Who sends it: the agent, or the conversation of a reply; nobody else goes on with it.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>What it will be joined to: a draft of a letter, or of a reply.</summary>
    public required Guid TargetId { get; init; }

    /// <summary>Exactly what its sender called it; never a path.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes, once whole.</summary>
    public required long Length { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<Upload>
    {
        public void Configure(EntityTypeBuilder<Upload> upload)
        {
            upload.HasIndex(u => u.TargetId);
            upload.HasIndex(u => u.CreatedAt);
        }
    }
}
