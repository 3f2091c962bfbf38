using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vaguemestre.Core.Access;

/// <summary>What an agent may do in its organisation.</summary>
public enum AgentRole
{
    /// <summary>Émetteur: writes letters and follows them.</summary>
    Writer,

    /// <summary>Writes letters, and sets what all agents of the organisation start from.</summary>
    Administrator,
}

/// <summary>A clerk of a buyer, who writes letters. Signs in with an address and a password.</summary>
public sealed class Agent
{
    private static readonly PasswordHasher<Agent> Hasher = new();

    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    public Organisation? Organisation { get; private init; }

    public required string Name { get; set; }

    /// <summary>In lower case: it is the name under which one signs in.</summary>
    public required string Email { get; set; }

    public AgentRole Role { get; set; }

    public string? PasswordHash { get; private set; }

    public void SetPassword(string password) => PasswordHash = Hasher.HashPassword(this, password);

    public bool HasPassword(string password) =>
        PasswordHash is not null && Hasher.VerifyHashedPassword(this, PasswordHash, password) != PasswordVerificationResult.Failed;

    private sealed class Mapping : IEntityTypeConfiguration<Agent>
    {
        public void Configure(EntityTypeBuilder<Agent> agent)
        {
            agent.Property(a => a.Name).HasMaxLength(200);
            agent.Property(a => a.Email).HasMaxLength(254);
            agent.HasIndex(a => a.Email).IsUnique();
        }
    }
}
