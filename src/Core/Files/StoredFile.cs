using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vaguemestre.Core.Files;

/// <summary>Content kept by the <see cref="FileStore"/>: what a file holds, not what it is called (that is its attachment's).</summary>
public sealed class StoredFile
{
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    /// <summary>Of the content before encryption, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Of the content before encryption.</summary>
    public required byte[] Sha256 { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<StoredFile>
    {
        public void Configure(EntityTypeBuilder<StoredFile> file) => file.ToTable("files");
    }
}
