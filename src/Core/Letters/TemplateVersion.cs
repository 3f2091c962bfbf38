using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Access;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// One version of an organisation's template for a letter type. Versions are added, never changed: the highest number
/// stands, and a letter names the one it was made from.
/// </summary>
public sealed class TemplateVersion
{
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    public required LetterType Type { get; init; }

    /// <summary>From 1, without a gap within organisation and type.</summary>
    public required int Number { get; init; }

    /// <summary>The product's default was restored; the content is that default's as it was then.</summary>
    public required bool IsDefault { get; init; }

    public required DeliveryMode Mode { get; init; }

    public required bool ReplyExpected { get; init; }

    /// <summary>Liquid.</summary>
    public required string Subject { get; init; }

    /// <summary>Liquid in sanitised HTML.</summary>
    public required string Body { get; init; }

    public required string AuthorName { get; init; }

    public required DateTimeOffset At { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<TemplateVersion>
    {
        public void Configure(EntityTypeBuilder<TemplateVersion> version)
        {
            version.HasOne<Organisation>().WithMany().HasForeignKey(v => v.OrganisationId).OnDelete(DeleteBehavior.Restrict);
            version.HasIndex(v => new { v.OrganisationId, v.Type, v.Number }).IsUnique();
        }
    }
}
