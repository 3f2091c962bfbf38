using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Access;

/// <summary>A public buyer. Everything an agent sees belongs to exactly one; others' things do not exist for it.</summary>
public sealed class Organisation
{
    public required Guid Id { get; init; }

    public required string Name { get; set; }

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
