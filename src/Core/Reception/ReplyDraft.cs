using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>A reply that its recipient is still writing: one for a conversation. No agent sees it, and it is no fact.</summary>
public sealed class ReplyDraft
{
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    public required Guid ConversationId { get; init; }

    /// <summary>As typed: plain text.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Rises with each change of the text, so that two windows do not overwrite each other unseen.</summary>
    public int Version { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public List<ReplyDraftFile> Files { get; private init; } = [];

    /// <summary>Bytes of all its files.</summary>
    public long FilesSize => Files.Sum(f => f.Size);

    /// <summary>Something else of it than its text changed.</summary>
    public void Touch(DateTimeOffset at) => ChangedAt = at;

    public void Write(string text, DateTimeOffset at) => (Text, Version, ChangedAt) = (text, Version + 1, at);

    private sealed class Mapping : IEntityTypeConfiguration<ReplyDraft>
    {
        public void Configure(EntityTypeBuilder<ReplyDraft> draft)
        {
            draft.Ignore(d => d.FilesSize);
            draft.Property(d => d.Version).IsConcurrencyToken();
            draft.HasOne<Conversation>().WithMany().HasForeignKey(d => d.ConversationId).OnDelete(DeleteBehavior.Restrict);
            draft.HasMany(d => d.Files).WithOne().HasForeignKey(f => f.DraftId).OnDelete(DeleteBehavior.Cascade);
            draft.HasIndex(d => d.ConversationId).IsUnique();
        }
    }
}

/// <summary>A file of a reply that is being written; becomes a <see cref="ReplyAttachment"/>.</summary>
public sealed class ReplyDraftFile
{
    public required Guid Id { get; init; }

    public required Guid DraftId { get; init; }

    public required Guid FileId { get; init; }

    public StoredFile? File { get; private init; }

    public required string Name { get; init; }

    public required string ContentType { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    public required byte[] Sha256 { get; init; }

    public required int Rank { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<ReplyDraftFile>
    {
        public void Configure(EntityTypeBuilder<ReplyDraftFile> file)
        {
            file.ToTable("reply_draft_files");
            file.HasOne(f => f.File).WithMany().HasForeignKey(f => f.FileId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
