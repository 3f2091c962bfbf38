using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.Core.Letters.Writing;

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

    /// <summary>The conversation whose reply it answers; null for most.</summary>
    public Guid? AnswersId { get; private init; }

    public required Guid AuthorId { get; init; }

    /// <summary>As it was when the letter was made.</summary>
    public required string AuthorName { get; init; }

    public required string? AuthorEmail { get; init; }

    /// <summary>
    /// A message of the messagerie historique: written and sent in one act, in no list while it is not sent, without status of delivery
    /// or of replies; whoever opened it may reply.
    /// </summary>
    public bool IsHistorique { get; private init; }

    public LetterState State { get; private set; }

    public LetterType Type { get; private set; }

    /// <summary>Which version of its organisation's template it was made from; 0 for the product's default, and where the type was changed and the words kept.</summary>
    public int TemplateNumber { get; private set; }

    public DeliveryMode Mode { get; private set; }

    public bool ReplyExpected { get; private set; }

    /// <summary>Null when a reply is expected without a deadline, or not expected.</summary>
    public DateTimeOffset? ReplyDue { get; private set; }

    public string Subject { get; private set; } = "";

    /// <summary>What lists are sorted by subject by.</summary>
    public string SubjectKey { get => SortKey.Of(Subject); private set => _ = value; }

    /// <summary>Sanitised: see <see cref="BodyHtml"/>. Its <see cref="LetterVariables"/> are filled in for each recipient.</summary>
    public string Body { get; private set; } = "";

    /// <summary>Counts the writings of the draft; the API's <c>ETag</c>.</summary>
    public int Version { get; private set; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ChangedAt { get; private set; }

    public DateTimeOffset? SentAt { get; private set; }

    /// <summary>A draft that was deleted: in no list, kept until it is purged.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>When a draft is to be sent; until then it does not change.</summary>
    public DateTimeOffset? SendAt { get; private set; }

    /// <summary>The agent in whose name it will be sent at that hour.</summary>
    public Guid? SendById { get; private set; }

    /// <summary>The last change of each field of the draft.</summary>
    public List<DraftChange> Changes { get; private init; } = [];

    /// <summary>SHA-256 of the canonical content, once sent. See <see cref="LetterContent"/>.</summary>
    public byte[]? ContentHash { get; private set; }

    /// <summary>What its mails and pages call the buyer: the organisation's name as it was at the sending. Null for a draft.</summary>
    public string? OrganisationName { get; private set; }

    /// <summary>What its mails and pages call the consultation, beside its reference: the title as it was at the sending. Null for a draft.</summary>
    public string? ConsultationTitle { get; private set; }

    /// <summary>What its mails add to the buyer's name in From, as it was set at the sending. Null for a draft, and for what was sent before it was kept.</summary>
    public string? SenderName { get; private set; }

    public List<LetterRecipient> Recipients { get; private init; } = [];

    public List<LetterAttachment> Attachments { get; private init; } = [];

    public Subject JournalSubject => new(SubjectKind.Letter, Id, OrganisationId);

    /// <summary>A file of the letter or of one of its recipients, by its identifier.</summary>
    public LetterAttachment? FileOf(Guid id) => Attachments.Concat(Recipients.SelectMany(r => r.Attachments)).SingleOrDefault(a => a.Id == id);

    /// <summary>Of the files that go to every recipient, in bytes.</summary>
    public long AttachmentsSize => Attachments.Sum(a => a.Size);

    /// <summary>An empty draft.</summary>
    public static Letter Begin(Caller caller, Consultation consultation, DateTimeOffset at, bool historique = false, Guid? answers = null) => new()
    {
        IsHistorique = historique,
        AnswersId = answers,
        Id = Guid.CreateVersion7(at),
        OrganisationId = consultation.OrganisationId,
        ConsultationId = consultation.Id,
        AuthorId = caller.OwnerId,
        AuthorName = caller.Name,
        AuthorEmail = caller.Email,
        CreatedAt = at,
    };

    /// <summary>A letter that is in no database, to be looked at.</summary>
    internal static Letter Example(Caller caller, Consultation consultation, DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at),
        OrganisationId = consultation.OrganisationId,
        ConsultationId = consultation.Id,
        Consultation = consultation,
        AuthorId = caller.OwnerId,
        AuthorName = caller.Name,
        AuthorEmail = caller.Email,
        CreatedAt = at,
    };

    /// <summary>Makes the draft be as given. Writing the same again changes nothing.</summary>
    /// <returns>The fields that changed.</returns>
    public IReadOnlyList<DraftField> Write(DraftContent content, string by, DateTimeOffset at)
    {
        if (State != LetterState.Draft)
            throw new InvalidOperationException("A sent letter does not change.");
        var before = new { Type, Options = (Mode, ReplyExpected, ReplyDue), Subject, Body };
        Type = content.Type;
        Mode = content.Mode;
        ReplyExpected = content is { Mode: DeliveryMode.Tracked, ReplyExpected: true };
        ReplyDue = ReplyExpected ? content.ReplyDue?.ToMicroseconds() : null;
        Subject = content.Subject;
        Body = content.Body;
        var fields = new List<DraftField>();
        if (before.Type != Type)
        {
            fields.Add(DraftField.Type);
            TemplateNumber = 0;
        }

        if (before.Options != (Mode, ReplyExpected, ReplyDue))
            fields.Add(DraftField.Options);
        if (before.Subject != Subject)
            fields.Add(DraftField.Subject);
        if (before.Body != Body)
            fields.Add(DraftField.Body);
        if (!Recipients.Select(r => r.AsInput()).SequenceEqual(content.Recipients))
        {
            Replace(content.Recipients);
            fields.Add(DraftField.Recipients);
        }

        if (fields.Count > 0)
            Touch(by, at, [.. fields]);
        return fields;
    }

    public void MadeFrom(int templateNumber) => TemplateNumber = templateNumber;

    /// <summary>Fields of the draft changed.</summary>
    public void Touch(string by, DateTimeOffset at, params ReadOnlySpan<DraftField> fields)
    {
        Version++;
        ChangedAt = at;
        foreach (var field in fields)
        {
            Changes.RemoveAll(c => c.Field == field);
            Changes.Add(new DraftChange { Field = field, By = by, At = at });
        }
    }

    public void Delete(DateTimeOffset at) => DeletedAt = at;

    public void Restore() => DeletedAt = null;

    public void Schedule(DateTimeOffset at, Guid agentId) => (SendAt, SendById) = (at.ToMicroseconds(), agentId);

    public void Unschedule() => (SendAt, SendById) = (null, null);

    /// <summary>Who stays keeps its row, and with it its own words and files.</summary>
    private void Replace(IReadOnlyList<RecipientInput> recipients)
    {
        var here = Recipients.ToDictionary(r => EmailAddress.Fold(r.Email), StringComparer.Ordinal);
        var after = recipients.Select((input, rank) =>
        {
            if (!here.Remove(EmailAddress.Fold(input.Email), out var kept) && !(input.Formerly is { } before && here.Remove(EmailAddress.Fold(before), out kept)))
                return LetterRecipient.From(input, rank);
            kept.Become(input, rank);
            return kept;
        }).ToList();
        var gone = here.Values.ToHashSet();
        Recipients.RemoveAll(gone.Contains);
        Recipients.AddRange(after.Except(Recipients));
        Recipients.Sort((a, b) => a.Rank.CompareTo(b.Rank));
    }

    /// <summary>
    /// Words that are the same for every recipient are filled in, and who writes about what keeps its names; from here on they stand,
    /// whatever is renamed or set otherwise. Needs its consultation.
    /// </summary>
    public void Freeze(string subject, string body, string organisation, string sender) =>
        (Subject, Body, OrganisationName, ConsultationTitle, SenderName) = (subject, body, organisation, Consultation!.Title, sender);

    public void MarkSent(byte[] contentHash, DateTimeOffset at)
    {
        if (State != LetterState.Draft)
            throw new InvalidOperationException("A letter is sent once.");
        State = LetterState.Sent;
        SentAt = at;
        ContentHash = contentHash;
        Unschedule();
        Version++;
        ChangedAt = at;
    }

    private sealed class Mapping : IEntityTypeConfiguration<Letter>
    {
        public void Configure(EntityTypeBuilder<Letter> letter)
        {
            letter.Ignore(l => l.JournalSubject).Ignore(l => l.AttachmentsSize);
            letter.Property(l => l.Subject).HasMaxLength(DraftContent.LongestSubject);
            letter.Property(l => l.SubjectKey).HasMaxLength(SortKey.Longest);
            letter.Property(l => l.OrganisationName).HasMaxLength(200);
            letter.Property(l => l.ConsultationTitle).HasMaxLength(1000);
            letter.Property(l => l.Version).IsConcurrencyToken();
            letter.HasOne(l => l.Consultation).WithMany().HasForeignKey(l => l.ConsultationId).OnDelete(DeleteBehavior.Restrict);
            letter.HasOne<Conversation>().WithMany().HasForeignKey(l => l.AnswersId).OnDelete(DeleteBehavior.SetNull);
            letter.HasIndex(l => l.AnswersId).HasFilter("answers_id IS NOT NULL");
            letter.OwnsMany(l => l.Changes, changes => changes.ToJson());
            letter.HasIndex(l => l.SendAt);
            letter.HasIndex(l => l.DeletedAt);
            letter.HasIndex(l => new { l.ConsultationId, l.State, l.ChangedAt });
            letter.HasIndex(l => new { l.OrganisationId, l.State, l.ChangedAt });
            letter.HasIndex(l => l.ConsultationId, "ix_letters_historique").HasDatabaseName("ix_letters_historique").HasFilter("is_historique");
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

    public required string Email { get; set; }

    public string? Name { get; private set; }

    public string? Company { get; private set; }

    /// <summary>Word of the register it was chosen from; null when typed.</summary>
    public string? Register { get; private set; }

    /// <summary>Words for this recipient alone, as plain text; where the letter says <c>recipient.paragraph</c>, else at its end.</summary>
    public string? Paragraph { get; set; }

    /// <summary>Files for this recipient alone.</summary>
    public List<LetterAttachment> Attachments { get; private init; } = [];

    public int Rank { get; private set; }

    public bool HasOwn => Paragraph is not null || Attachments.Count > 0;

    public static LetterRecipient From(RecipientInput input, int rank) =>
        new() { Email = input.Email, Name = input.Name, Company = input.Company, Register = input.Register, Rank = rank };

    public void Become(RecipientInput input, int rank) => (Email, Name, Company, Register, Rank) = (input.Email, input.Name, input.Company, input.Register, rank);

    public RecipientInput AsInput() => new(Email, Name, Company, Register);

    private sealed class Mapping : IEntityTypeConfiguration<LetterRecipient>
    {
        public void Configure(EntityTypeBuilder<LetterRecipient> recipient)
        {
            recipient.ToTable("letter_recipients");
            recipient.Property(r => r.Id).ValueGeneratedOnAdd();
            recipient.Ignore(r => r.HasOwn);
            recipient.Property(r => r.Email).HasMaxLength(254);
            recipient.HasMany(r => r.Attachments).WithOne().HasForeignKey(a => a.RecipientId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>A file joined to a letter. Its name is exactly what its sender called it, and is never a path.</summary>
public sealed class LetterAttachment
{
    public required Guid Id { get; init; }

    /// <summary>The letter, for a file that goes to every recipient; null for one recipient's own.</summary>
    public required Guid? LetterId { get; init; }

    /// <summary>The recipient whose own file it is, and nobody else's; null for a file of the whole letter.</summary>
    public Guid? RecipientId { get; init; }

    public required Guid FileId { get; init; }

    public StoredFile? File { get; private init; }

    public required string Name { get; init; }

    public required string ContentType { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    public required byte[] Sha256 { get; init; }

    /// <summary>Its place among the files, from zero.</summary>
    public required int Rank { get; set; }

    private sealed class Mapping : IEntityTypeConfiguration<LetterAttachment>
    {
        public void Configure(EntityTypeBuilder<LetterAttachment> attachment)
        {
            attachment.ToTable("letter_attachments");
            attachment.HasOne(a => a.File).WithMany().HasForeignKey(a => a.FileId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
