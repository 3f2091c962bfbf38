using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vaguemestre.Core.Consultations;

/// <summary>
/// The lists of contacts that a consultation holds. The recipients field shows five registers; its <c>prior-phase</c>
/// is computed from <see cref="Selected"/> or from the <see cref="Awardees"/> upstream.
/// </summary>
public enum Register
{
    /// <summary>Registre des retraits: who took the documents.</summary>
    Withdrawals,

    /// <summary>Registre des questions.</summary>
    Questions,

    /// <summary>Registre des dépôts: who tendered.</summary>
    Deposits,

    /// <summary>Candidates retained at the end of the candidature phase.</summary>
    Selected,

    /// <summary>Titulaires: to whom the contract was awarded.</summary>
    Awardees,

    /// <summary>Destinataires libres saisis précédemment.</summary>
    FreeEntries,
}

/// <summary>One entry of a register. Not a recipient yet: choosing it makes one.</summary>
public sealed class Contact
{
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    public required Guid ConsultationId { get; init; }

    public required Register Register { get; init; }

    /// <summary>The company's name exactly as the source gave it.</summary>
    public required string Company { get; init; }

    public string? Siret { get; init; }

    public string? Name { get; init; }

    /// <summary>Null when the source had none, or none that is an address: shown, and not to be chosen.</summary>
    public string? Email { get; init; }

    /// <summary>The address in lower case: what a letter's recipient is found by in the registers.</summary>
    public string? EmailKey { get => Email?.ToLowerInvariant(); private init => _ = value; }

    /// <summary>When it entered the register.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Numbers of the lots it concerns; empty for all.</summary>
    public List<string> Lots { get; init; } = [];

    /// <summary>Place in its register.</summary>
    public required int Rank { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<Contact>
    {
        public void Configure(EntityTypeBuilder<Contact> contact)
        {
            contact.HasOne<Consultation>().WithMany().HasForeignKey(c => c.ConsultationId).OnDelete(DeleteBehavior.Restrict);
            contact.HasIndex(c => new { c.ConsultationId, c.Register, c.Rank });
            contact.HasIndex(c => new { c.ConsultationId, c.EmailKey });
        }
    }
}
