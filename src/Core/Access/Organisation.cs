using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Access;

/// <summary>A public buyer. Everything an agent sees belongs to exactly one; others' things do not exist for it.</summary>
public sealed class Organisation
{
    public required Guid Id { get; init; }

    public required string Name { get; set; }

    /// <summary>What makes a receipt; null: as the platform's settings say.</summary>
    public ReceiptTrigger? ReceiptsTrigger { get; set; }

    /// <summary>What becomes of a reply after its deadline.</summary>
    public LateReplies LateReplies { get; set; }

    /// <summary>Years for which letters about supplies or services are kept; null: what the law asks for at least.</summary>
    public int? RetentionYears { get; set; }

    /// <summary>The same for works.</summary>
    public int? WorksRetentionYears { get; set; }

    public Subject JournalSubject => new(SubjectKind.Organisation, Id, Id);

    private sealed class Mapping : IEntityTypeConfiguration<Organisation>
    {
        public void Configure(EntityTypeBuilder<Organisation> organisation)
        {
            organisation.Ignore(o => o.JournalSubject);
            organisation.Property(o => o.Name).HasMaxLength(200);
            organisation.HasIndex(o => o.Name).IsUnique();
        }
    }
}

/// <summary>What makes a receipt of a tracked letter.</summary>
public enum ReceiptTrigger
{
    /// <summary>The button « Ouvrir le courrier », pressed by a person.</summary>
    Button,

    /// <summary>Following the link, when it looks like a person's navigation: the guide's way, weaker as a proof.</summary>
    Link,
}

/// <summary>What becomes of a reply that comes after the letter's deadline.</summary>
public enum LateReplies
{
    /// <summary>It is taken and marked as late.</summary>
    Marked,

    /// <summary>It is not taken: the form is closed.</summary>
    Closed,
}
