using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Access;

/// <summary>
/// Who asks for an operation, and for which organisation. Every operation of Core takes one and finds only what is that
/// organisation's; the rest answers as if it did not exist.
/// </summary>
/// <param name="OrganisationId">The organisation the caller belongs to.</param>
/// <param name="Actor">The caller as the journal writes it.</param>
/// <param name="Name">Shown name.</param>
/// <param name="Email">Address for answers; null for a key.</param>
/// <param name="IsAdministrator">May change what all agents of the organisation start from. Never true for a key.</param>
public sealed record Caller(Guid OrganisationId, Actor Actor, string Name, string? Email, bool IsAdministrator = false)
{
    /// <summary>Whose favourites: an agent's, or a key's own.</summary>
    public Guid OwnerId => Actor.Id ?? throw new InvalidOperationException("The platform has no favourites.");

    public static Caller Of(Agent agent) => new(agent.OrganisationId, new Actor(ActorKind.Agent, agent.Id), agent.Name, agent.Email, agent.Role == AgentRole.Administrator);

    public static Caller Of(ApiKey key) => new(key.OrganisationId, new Actor(ActorKind.Key, key.Id), key.Name, null);
}
