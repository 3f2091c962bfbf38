using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tracking.Inbox;

/// <summary>
/// Who gave a conversation to whom, and who said that nothing is left to do, the last time each. No fact: it tells how a buyer shares its
/// work, not what became of the letter, and would stand in an attestation that companies and judges read. What is found by it (whose, done
/// or not) stands on the conversation, so that a list reads one table.
/// </summary>
public sealed class Handling
{
    public required Guid ConversationId { get; init; }

    public required Guid OrganisationId { get; init; }

    /// <summary>By name, as it was.</summary>
    public string? AssignedBy { get; private set; }

    public DateTimeOffset? AssignedAt { get; private set; }

    /// <inheritdoc cref="AssignedBy"/>
    public string? DoneBy { get; private set; }

    public DateTimeOffset? DoneAt { get; private set; }

    /// <summary>When any of it changed last, the taking back of what was done included.</summary>
    public DateTimeOffset? ChangedAt { get; private set; }

    public void Assigned(string by, DateTimeOffset at) => (AssignedBy, AssignedAt, ChangedAt) = (by, at, at);

    public void Done(string by, DateTimeOffset at) => (DoneBy, DoneAt, ChangedAt) = (by, at, at);

    public void Undone(DateTimeOffset at) => ChangedAt = at;

    private sealed class Mapping : IEntityTypeConfiguration<Handling>
    {
        public void Configure(EntityTypeBuilder<Handling> handling)
        {
            handling.HasKey(h => h.ConversationId);
            handling.HasIndex(h => new { h.OrganisationId, h.ChangedAt });
            handling.HasOne<Conversation>().WithMany().HasForeignKey(h => h.ConversationId).OnDelete(DeleteBehavior.Cascade);
            handling.Property(h => h.AssignedBy).HasMaxLength(200);
            handling.Property(h => h.DoneBy).HasMaxLength(200);
        }
    }
}

/// <summary>A colleague of the caller's organisation.</summary>
public sealed record Colleague(Guid Id, string Name);

/// <summary>Who takes care of a conversation, and what is done of it.</summary>
/// <param name="Assignee">Null while nobody was named.</param>
/// <param name="AssignedBy">By name, whoever gave it to the assignee; null without one.</param>
/// <param name="DoneAt">Null while something is left to do, or something new came since.</param>
public sealed record HandlingView(Guid ConversationId, Colleague? Assignee, string? AssignedBy, DateTimeOffset? AssignedAt, string? DoneBy, DateTimeOffset? DoneAt);

/// <summary>Reads it. The list of colleagues holds the first <see cref="MostColleagues"/> by name, the caller among them.</summary>
public sealed class ReadHandling(VaguemestreDb db)
{
    public const int MostColleagues = 500;

    public async Task<Result<HandlingView>> RunAsync(Caller caller, Guid conversationId, CancellationToken cancel)
    {
        var found = await db.Conversations.Where(c => c.Id == conversationId && c.OrganisationId == caller.OrganisationId).Select(c => new { c.AssigneeId, c.DoneAt }).SingleOrDefaultAsync(cancel);
        if (found is null)
            return SetHandling.NotFound;
        var handling = found is { AssigneeId: null, DoneAt: null } ? null : await db.Handlings.AsNoTracking().SingleOrDefaultAsync(h => h.ConversationId == conversationId, cancel);
        var assignee = found.AssigneeId is { } id ? await db.Agents.Where(a => a.Id == id).Select(a => new Colleague(a.Id, a.Name)).SingleOrDefaultAsync(cancel) : null;
        return new HandlingView(
            conversationId,
            assignee,
            assignee is null ? null : handling?.AssignedBy,
            assignee is null ? null : handling?.AssignedAt,
            found.DoneAt is null ? null : handling?.DoneBy,
            found.DoneAt);
    }

    public async Task<IReadOnlyList<Colleague>> ColleaguesAsync(Caller caller, CancellationToken cancel) =>
        await db.Agents.Where(a => a.OrganisationId == caller.OrganisationId).OrderBy(a => a.Name).ThenBy(a => a.Id).Take(MostColleagues).Select(a => new Colleague(a.Id, a.Name)).ToListAsync(cancel);
}

/// <summary>Gives a conversation to an agent of the caller's organisation, or to nobody. Doing it twice changes nothing.</summary>
public sealed class AssignConversation(VaguemestreDb db, TimeProvider clock)
{
    public const string NoSuchAgent = "agent-not-found";

    /// <param name="agentId">Null takes it off whoever has it.</param>
    /// <returns>The agent's name, null for nobody; or <c>conversation-not-found</c>, <c>not-in-historique</c>, <see cref="NoSuchAgent"/>.</returns>
    public Task<Result<Colleague?>> RunAsync(Caller caller, Guid conversationId, Guid? agentId, CancellationToken cancel) =>
        db.WriteAsync<Colleague?>(
            async () =>
            {
                var found = await SetHandling.FindAsync(db, caller, conversationId, cancel);
                if (!found.Succeeded)
                    return found.Problem!;
                var conversation = found.Value;
                var colleague = agentId is null ? null
                    : await db.Agents.Where(a => a.Id == agentId && a.OrganisationId == caller.OrganisationId).Select(a => new Colleague(a.Id, a.Name)).SingleOrDefaultAsync(cancel);
                if (agentId is not null && colleague is null)
                    return Problem.NotFound(NoSuchAgent, "Cet agent n’existe pas dans votre organisation.");
                if (conversation.AssigneeId == agentId)
                    return colleague;
                conversation.Assign(agentId);
                (await SetHandling.OfAsync(db, conversation, cancel)).Assigned(caller.Name, clock.Now());
                return colleague;
            },
            cancel);
}

/// <summary>
/// Says that nothing is left to do about a conversation, or that something is. It stays done until a reply comes or it becomes undelivered.
/// </summary>
public sealed class MarkDone(VaguemestreDb db, TimeProvider clock)
{
    public const string Changed = "conversation-changed";

    /// <param name="seenAt">The last event that the caller saw: what came after it is not done by this. Null: all is.</param>
    /// <returns>Whether it is done now; or <c>conversation-not-found</c>, <c>not-in-historique</c>, <see cref="Changed"/>.</returns>
    public Task<Result<bool>> RunAsync(Caller caller, Guid conversationId, bool done, DateTimeOffset? seenAt, CancellationToken cancel) =>
        db.WriteAsync<bool>(
            async () =>
            {
                var found = await SetHandling.FindAsync(db, caller, conversationId, cancel);
                if (!found.Succeeded)
                    return found.Problem!;
                var conversation = found.Value;
                if (done == conversation.DoneAt is not null)
                    return done;
                if (done && seenAt is { } seen && conversation.LastEventAt > seen && await CameAfterAsync(conversation, seen, cancel))
                    return Problem.Conflict(Changed, "Une réponse ou un échec de remise est arrivé entre-temps. L’échange reste à traiter.");
                var now = clock.Now();
                conversation.Done(done ? now : null);
                var handling = await SetHandling.OfAsync(db, conversation, cancel);
                if (done)
                    handling.Done(caller.Name, now);
                else
                    handling.Undone(now);
                return done;
            },
            cancel);

    private async Task<bool> CameAfterAsync(Conversation conversation, DateTimeOffset seen, CancellationToken cancel)
    {
        var chain = new List<(FactKind, Guid?)>();
        foreach (var fact in await db.Facts.Where(f => f.SubjectId == conversation.Id).OrderBy(f => f.Sequence).Select(f => new { f.Kind, f.ConcernsId, f.At }).ToListAsync(cancel))
        {
            var before = fact.At > seen ? ConversationStatus.From(chain) : default;
            chain.Add((fact.Kind, fact.ConcernsId));
            if (fact.At > seen && Conversation.AsksForSomebody(fact.Kind, before, ConversationStatus.From(chain)))
                return true;
        }

        return false;
    }
}

internal static class SetHandling
{
    public static Problem NotFound { get; } = Problem.NotFound("conversation-not-found", "Cette conversation n'existe pas.");

    /// <summary>The conversation, locked: two agents who change it at once both see what the first did.</summary>
    public static async Task<Result<Conversation>> FindAsync(VaguemestreDb db, Caller caller, Guid conversationId, CancellationToken cancel)
    {
        await db.LockAsync<Conversation>(conversationId, cancel);
        var found = await db.Conversations.Where(c => c.Id == conversationId && c.OrganisationId == caller.OrganisationId).Select(c => new { Conversation = c, c.IsHistorique }).SingleOrDefaultAsync(cancel);
        return found is null ? NotFound : found.IsHistorique ? Messages.NoHandling : found.Conversation;
    }

    /// <summary>Its row, made where there is none. The caller holds the conversation.</summary>
    public static async Task<Handling> OfAsync(VaguemestreDb db, Conversation conversation, CancellationToken cancel)
    {
        if (await db.Handlings.SingleOrDefaultAsync(h => h.ConversationId == conversation.Id, cancel) is { } found)
            return found;
        var made = new Handling { ConversationId = conversation.Id, OrganisationId = conversation.OrganisationId };
        db.Handlings.Add(made);
        return made;
    }
}
