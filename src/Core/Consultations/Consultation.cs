using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Consultations;

/// <summary>How the contract is awarded. The words are the API's; none is an OCDS code.</summary>
public enum Procedure
{
    Open,
    Restricted,
    Negotiated,
    CompetitiveDialogue,
    Adapted,

    /// <summary>Marché subséquent d'un accord-cadre.</summary>
    FrameworkCallOff,

    /// <summary>Marché spécifique d'un système d'acquisition dynamique.</summary>
    DpsCallOff,
}

/// <summary>Where a procedure stands. A one-stage procedure is in <see cref="Offre"/> from the start.</summary>
public enum Phase
{
    Candidature,
    Offre,
}

/// <summary>Which messaging a consultation uses, for its whole life.</summary>
public enum Edition
{
    /// <summary>Messagerie historique: initialised before the cut-over.</summary>
    Historique,
    V2,
}

/// <summary>A part of a consultation that is awarded by itself.</summary>
public sealed record Lot(string Number, string Title);

/// <summary>One procurement procedure of one organisation.</summary>
public sealed class Consultation
{
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    /// <summary>The buyer's own, unique within the organisation, any characters.</summary>
    public required string Reference { get; init; }

    public required string Title { get; set; }

    /// <summary>When its creation was initialised: decides the <see cref="Edition"/>.</summary>
    public required DateTimeOffset InitialisedAt { get; set; }

    public required Procedure Procedure { get; set; }

    public required Phase Phase { get; set; }

    /// <summary>References of the framework agreements or dynamic purchasing systems it calls off.</summary>
    public List<string> Upstream { get; set; } = [];

    public List<Lot> Lots { get; set; } = [];

    /// <summary>The OCDS identifier of the contracting process, when it was imported.</summary>
    public string? Ocid { get; set; }

    public Subject Subject => new(SubjectKind.Consultation, Id, OrganisationId);

    public Edition EditionBy(Settings settings) => EditionBy(settings.Messaging.V2From);

    /// <param name="v2From">The cut-over.</param>
    public Edition EditionBy(DateTimeOffset v2From) => InitialisedAt >= v2From ? Edition.V2 : Edition.Historique;

    private sealed class Mapping : IEntityTypeConfiguration<Consultation>
    {
        public void Configure(EntityTypeBuilder<Consultation> consultation)
        {
            consultation.Ignore(c => c.Subject);
            consultation.Property(c => c.Reference).HasMaxLength(200);
            consultation.Property(c => c.Title).HasMaxLength(1000);
            consultation.Property(c => c.Ocid).HasMaxLength(200);
            consultation.HasIndex(c => new { c.OrganisationId, c.Reference }).IsUnique();
            consultation.HasIndex(c => new { c.OrganisationId, c.InitialisedAt, c.Id });
            consultation.OwnsMany(c => c.Lots, lots => lots.ToJson());
        }
    }
}
