using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Letters.Notices;

namespace Vaguemestre.Core.Tracking.Notifying;

/// <summary>How soon an agent is told of a kind of news by mail.</summary>
public enum NoticePace
{
    /// <summary>As soon as what comes together has come.</summary>
    AtOnce,

    /// <summary>In the mail of the day.</summary>
    Daily,

    None,
}

/// <summary>What an agent chose to be told by mail, and who is told instead while it is away. An agent without a row has <see cref="Defaults"/>.</summary>
public sealed class AgentNotices
{
    /// <summary>What no agent chose otherwise: what asks for somebody at once, readings not at all.</summary>
    public static NoticePaces Defaults { get; } = new(NoticePace.AtOnce, NoticePace.None, NoticePace.AtOnce, NoticePace.AtOnce);

    public required Guid AgentId { get; init; }

    public required Guid OrganisationId { get; init; }

    public NoticePace Undelivered { get; private set; } = Defaults.Undelivered;

    public NoticePace Read { get; private set; } = Defaults.Read;

    public NoticePace Replied { get; private set; } = Defaults.Replied;

    public NoticePace WrongRecipient { get; private set; } = Defaults.WrongRecipient;

    /// <summary>The first instant of the absence; null without one.</summary>
    public DateTimeOffset? AbsentFrom { get; private set; }

    /// <summary>The first instant after it.</summary>
    public DateTimeOffset? AbsentUntil { get; private set; }

    /// <summary>The colleague who is told meanwhile.</summary>
    public Guid? SubstituteId { get; private set; }

    /// <summary>When it was last told at once; further news waits a while after that.</summary>
    public DateTimeOffset? ToldAt { get; private set; }

    public NoticePaces Paces => new(Undelivered, Read, Replied, WrongRecipient);

    public void Choose(NoticePaces paces) => (Undelivered, Read, Replied, WrongRecipient) = paces;

    public void Away(DateTimeOffset? from, DateTimeOffset? until, Guid? substitute) => (AbsentFrom, AbsentUntil, SubstituteId) = (from, until, substitute);

    public void Told(DateTimeOffset at) => ToldAt = at;

    private sealed class Mapping : IEntityTypeConfiguration<AgentNotices>
    {
        public void Configure(EntityTypeBuilder<AgentNotices> notices)
        {
            notices.HasKey(n => n.AgentId);
            notices.Ignore(n => n.Paces);
            notices.HasIndex(n => new { n.OrganisationId, n.AbsentUntil }).HasFilter("absent_until IS NOT NULL");
        }
    }
}

/// <summary>How soon for each kind.</summary>
public sealed record NoticePaces(NoticePace Undelivered, NoticePace Read, NoticePace Replied, NoticePace WrongRecipient)
{
    public NoticePace Of(NewsKind kind) => kind switch
    {
        NewsKind.Undelivered => Undelivered,
        NewsKind.Read => Read,
        NewsKind.Replied => Replied,
        NewsKind.WrongRecipient => WrongRecipient,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no choice for this kind of news."),
    };

    /// <summary>The later of what was chosen for the kind and for the consultation.</summary>
    public NoticePace Of(NewsKind kind, NoticePace ofConsultation) => Of(kind) is var own && own > ofConsultation ? own : ofConsultation;
}

/// <summary>An agent's word about one consultation: told of all its letters, at once or in the mail of the day, or of none. Without it, of those it wrote or was given.</summary>
public sealed class ConsultationChoice
{
    public required Guid AgentId { get; init; }

    public required Guid ConsultationId { get; init; }

    public required Guid OrganisationId { get; init; }

    /// <summary>How soon at most: a kind that the agent chose to be told of later, or never, stays so. None: the consultation is muted.</summary>
    public required NoticePace Pace { get; set; }

    private sealed class Mapping : IEntityTypeConfiguration<ConsultationChoice>
    {
        public void Configure(EntityTypeBuilder<ConsultationChoice> choice)
        {
            choice.HasKey(c => new { c.AgentId, c.ConsultationId });
            choice.HasIndex(c => c.ConsultationId);
            choice.HasOne<Consultations.Consultation>().WithMany().HasForeignKey(c => c.ConsultationId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>News that one agent is to be told; gone once it stands in a mail.</summary>
public sealed class AgentNews
{
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    /// <summary>Whose news it is; whoever stands in for it is found when it is told.</summary>
    public required Guid AgentId { get; init; }

    public required Guid ConversationId { get; init; }

    public required NewsKind Kind { get; init; }

    /// <inheritdoc cref="News.ConcernsId"/>
    public Guid? ConcernsId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>In the mail of the day, not at once.</summary>
    public required bool Daily { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<AgentNews>
    {
        public void Configure(EntityTypeBuilder<AgentNews> news)
        {
            news.ToTable("agent_news");
            news.HasIndex(n => new { n.DueAt, n.AgentId });
            news.HasIndex(n => n.AgentId);
        }
    }
}
