using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vaguemestre.Core.Reception.Space;

/// <summary>
/// « Mes courriers »: what was sent to the addresses that one company has proven to be its own. No account: it has no
/// password and no name, and belongs to no organisation.
/// </summary>
public sealed class CompanySpace
{
    public required Guid Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public List<CompanyAddress> Addresses { get; private init; } = [];

    private sealed class Mapping : IEntityTypeConfiguration<CompanySpace>
    {
        public void Configure(EntityTypeBuilder<CompanySpace> space)
        {
            space.ToTable("company_spaces");
            space.HasMany(s => s.Addresses).WithOne().HasForeignKey(a => a.SpaceId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>An address proven by following a link sent to it; in one space at a time.</summary>
public sealed class CompanyAddress
{
    public required Guid Id { get; init; }

    public required Guid SpaceId { get; set; }

    /// <summary>As <see cref="Consultations.EmailAddress.Folded"/>.</summary>
    public required string EmailKey { get; init; }

    public required DateTimeOffset ProvenAt { get; set; }

    private sealed class Mapping : IEntityTypeConfiguration<CompanyAddress>
    {
        public void Configure(EntityTypeBuilder<CompanyAddress> address)
        {
            address.ToTable("company_addresses");
            address.Property(a => a.EmailKey).HasMaxLength(254);
            address.HasIndex(a => a.EmailKey).IsUnique();
        }
    }
}

/// <summary>A link to the space, sent to one address: good once, for ten minutes.</summary>
public sealed class CompanySignIn
{
    public required Guid Id { get; init; }

    /// <summary>Where the link was sent, as <see cref="Consultations.EmailAddress.Folded"/>.</summary>
    public required string EmailKey { get; init; }

    /// <summary>The space that the address is to join once it is proven; null for an ordinary sign-in.</summary>
    public Guid? SpaceId { get; init; }

    /// <summary>SHA-256 of the link's token.</summary>
    public required byte[] TokenHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; private set; }

    public bool IsGoodAt(DateTimeOffset at) => UsedAt is null && at < ExpiresAt;

    public void Use(DateTimeOffset at) => UsedAt ??= at;

    private sealed class Mapping : IEntityTypeConfiguration<CompanySignIn>
    {
        public void Configure(EntityTypeBuilder<CompanySignIn> signIn)
        {
            signIn.ToTable("company_sign_ins");
            signIn.Property(s => s.EmailKey).HasMaxLength(254);
            signIn.HasIndex(s => s.TokenHash).IsUnique();
            signIn.HasIndex(s => new { s.EmailKey, s.CreatedAt });
        }
    }
}
