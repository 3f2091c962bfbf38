using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;

namespace Vaguemestre.Core.Reception;

/// <summary>What a recipient sends back on the platform. Never changed; a further one completes it.</summary>
public sealed class Reply
{
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    public required Guid ConversationId { get; init; }

    public Conversation? Conversation { get; private init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Sanitised, as <see cref="BodyHtml"/>.</summary>
    public required string Body { get; init; }

    /// <summary>When an agent first opened it; null while none has.</summary>
    public DateTimeOffset? OpenedAt { get; private set; }

    public List<ReplyAttachment> Attachments { get; private init; } = [];

    public void Open(DateTimeOffset at) => OpenedAt ??= at;

    private sealed class Mapping : IEntityTypeConfiguration<Reply>
    {
        public void Configure(EntityTypeBuilder<Reply> reply)
        {
            reply.HasOne(r => r.Conversation).WithMany().HasForeignKey(r => r.ConversationId).OnDelete(DeleteBehavior.Restrict);
            reply.HasMany(r => r.Attachments).WithOne().HasForeignKey(a => a.ReplyId).OnDelete(DeleteBehavior.Restrict);
            reply.HasIndex(r => new { r.ConversationId, r.At });
        }
    }
}

/// <summary>A file joined to a reply; see <see cref="LetterAttachment"/>.</summary>
public sealed class ReplyAttachment
{
    public required Guid Id { get; init; }

    public required Guid ReplyId { get; init; }

    public required Guid FileId { get; init; }

    public StoredFile? File { get; private init; }

    public required string Name { get; init; }

    public required string ContentType { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    public required byte[] Sha256 { get; init; }

    public required int Rank { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<ReplyAttachment>
    {
        public void Configure(EntityTypeBuilder<ReplyAttachment> attachment)
        {
            attachment.ToTable("reply_attachments");
            attachment.HasOne(a => a.File).WithMany().HasForeignKey(a => a.FileId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
