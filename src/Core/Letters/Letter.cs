using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// What an agent writes, once, to one or more recipients. A draft until it is sent; from then on it never changes and is
/// never erased.
/// </summary>
public sealed class Letter
{
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    public required Guid ConsultationId { get; init; }

    public Consultation? Consultation { get; private init; }

    public required Guid AuthorId { get; init; }

    /// <summary>As it was when the letter was made.</summary>
    public required string AuthorName { get; init; }

    public required string? AuthorEmail { get; init; }

    public LetterState State { get; private set; }

    public LetterType Type { get; private set; }

    public DeliveryMode Mode { get; private set; }

    public bool ReplyExpected { get; private set; }

    /// <summary>Null when a reply is expected without a deadline, or not expected.</summary>
    public DateTimeOffset? ReplyDue { get; private set; }

    public string Subject { get; private set; } = "";

    /// <summary>Sanitised: see <see cref="BodyHtml"/>.</summary>
    public string Body { get; private set; } = "";

    /// <summary>Counts the writings of the draft; the API's <c>ETag</c>.</summary>
    public int Version { get; private set; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ChangedAt { get; private set; }

    public DateTimeOffset? SentAt { get; private set; }

    /// <summary>SHA-256 of the canonical content, once sent. See <see cref="LetterContent"/>.</summary>
    public byte[]? ContentHash { get; private set; }

    public List<LetterRecipient> Recipients { get; private init; } = [];

    public List<LetterAttachment> Attachments { get; private init; } = [];

    public Subject JournalSubject => new(SubjectKind.Letter, Id, OrganisationId);

    public long AttachmentsSize => Attachments.Sum(a => a.Size);

    public void Write(DraftContent content, DateTimeOffset at)
    {
        if (State != LetterState.Draft)
            throw new InvalidOperationException("A sent letter does not change.");
        Type = content.Type;
        Mode = content.Mode;
        ReplyExpected = content is { Mode: DeliveryMode.Tracked, ReplyExpected: true };
        ReplyDue = ReplyExpected ? content.ReplyDue?.ToMicroseconds() : null;
        Subject = content.Subject;
        Body = content.Body;
        if (!Recipients.Select(r => r.AsInput()).SequenceEqual(content.Recipients))
        {
            Recipients.Clear();
            Recipients.AddRange(content.Recipients.Select((r, rank) => LetterRecipient.From(r, rank)));
        }

        Touch(at);
    }

    /// <summary>Something of the draft changed.</summary>
    public void Touch(DateTimeOffset at)
    {
        Version++;
        ChangedAt = at;
    }

    public void MarkSent(byte[] contentHash, DateTimeOffset at)
    {
        if (State != LetterState.Draft)
            throw new InvalidOperationException("A letter is sent once.");
        State = LetterState.Sent;
        SentAt = at;
        ContentHash = contentHash;
        Touch(at);
    }

    private sealed class Mapping : IEntityTypeConfiguration<Letter>
    {
        public void Configure(EntityTypeBuilder<Letter> letter)
        {
            letter.Ignore(l => l.JournalSubject).Ignore(l => l.AttachmentsSize);
            letter.Property(l => l.Subject).HasMaxLength(DraftContent.LongestSubject);
            letter.Property(l => l.Version).IsConcurrencyToken();
            letter.HasOne(l => l.Consultation).WithMany().HasForeignKey(l => l.ConsultationId).OnDelete(DeleteBehavior.Restrict);
            letter.HasIndex(l => new { l.ConsultationId, l.State, l.ChangedAt });
            letter.HasIndex(l => new { l.OrganisationId, l.State, l.ChangedAt });
            letter.HasMany(l => l.Recipients).WithOne().HasForeignKey(r => r.LetterId).OnDelete(DeleteBehavior.Cascade);
            letter.HasMany(l => l.Attachments).WithOne().HasForeignKey(a => a.LetterId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Somebody a draft is to be sent to. Sending makes a <see cref="Conversation"/> of it.</summary>
public sealed class LetterRecipient
{
    public Guid Id { get; init; }

    public Guid LetterId { get; private init; }

    public required string Email { get; init; }

    public string? Name { get; init; }

    public string? Company { get; init; }

    /// <summary>Word of the register it was chosen from; null when typed.</summary>
    public string? Register { get; init; }

    public required int Rank { get; init; }

    public static LetterRecipient From(RecipientInput input, int rank) =>
        new() { Email = input.Email, Name = input.Name, Company = input.Company, Register = input.Register, Rank = rank };

    public RecipientInput AsInput() => new(Email, Name, Company, Register);

    private sealed class Mapping : IEntityTypeConfiguration<LetterRecipient>
    {
        public void Configure(EntityTypeBuilder<LetterRecipient> recipient)
        {
            recipient.ToTable("letter_recipients");
            recipient.Property(r => r.Id).ValueGeneratedOnAdd();
            recipient.Property(r => r.Email).HasMaxLength(254);
        }
    }
}

/// <summary>A file joined to a letter. Its name is exactly what its sender called it, and is never a path.</summary>
public sealed class LetterAttachment
{
    public required Guid Id { get; init; }

    public required Guid LetterId { get; init; }

    public required Guid FileId { get; init; }

    public StoredFile? File { get; private init; }

    public required string Name { get; init; }

    public required string ContentType { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    public required byte[] Sha256 { get; init; }

    public required int Rank { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<LetterAttachment>
    {
        public void Configure(EntityTypeBuilder<LetterAttachment> attachment)
        {
            attachment.ToTable("letter_attachments");
            attachment.HasOne(a => a.File).WithMany().HasForeignKey(a => a.FileId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
