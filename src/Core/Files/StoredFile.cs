using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vaguemestre.Core.Files;

/// <summary>What an antivirus said of a file.</summary>
public enum FileScan
{
    /// <summary>It did not answer when the file came in. Nobody gets the file until it does.</summary>
    Waiting,

    /// <summary>It found nothing.</summary>
    Clean,

    /// <summary>It found something, or cannot look through it, after the file waited: the content is gone.</summary>
    Refused,
}

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

    internal const int LongestFinding = 200;

    /// <summary>Null where no antivirus was configured when it came in.</summary>
    public FileScan? Scan { get; private set; }

    /// <summary>What the antivirus calls what it found in one that waited; null where it could not look through it, and for all others.</summary>
    public string? Finding { get; private set; }

    internal void Clear() => Scan = FileScan.Clean;

    internal void Hold() => Scan = FileScan.Waiting;

    private sealed class Mapping : IEntityTypeConfiguration<StoredFile>
    {
        public void Configure(EntityTypeBuilder<StoredFile> file)
        {
            file.ToTable("files");
            file.Property(f => f.Finding).HasMaxLength(LongestFinding);
            file.HasIndex(f => f.CreatedAt, "ix_files_waiting").HasDatabaseName("ix_files_waiting").HasFilter("scan = 'waiting'");
        }
    }
}
