using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;

namespace Vaguemestre.Core.Retention;

/// <summary>What the contract is for, as far as the law keeps its file longer (Code de la commande publique, R. 2184-12 and R. 2184-13).</summary>
public enum RetentionKind
{
    /// <summary>Supplies or services: five years at least.</summary>
    SuppliesAndServices,

    /// <summary>Works, their design and their technical control: ten years at least.</summary>
    Works,
}

/// <summary>
/// How long a consultation's letters are kept. Nothing ends by itself: without a date that an agent entered they are kept for ever, and a hold
/// keeps them whatever the date.
/// </summary>
public sealed class ConsultationRetention
{
    public required Guid ConsultationId { get; init; }

    public required Guid OrganisationId { get; init; }

    public Consultation? Consultation { get; private init; }

    /// <summary>Null until an agent entered it, as <see cref="From"/>, <see cref="Years"/> and <see cref="Until"/>.</summary>
    public RetentionKind? Kind { get; private set; }

    /// <summary>The day from which the years run, in Paris: the end of the contract's execution.</summary>
    public DateOnly? From { get; private set; }

    /// <summary>As the organisation had it when the date was entered.</summary>
    public int? Years { get; private set; }

    /// <summary>The end of the last day of the retention, in Paris.</summary>
    public DateTimeOffset? Until { get; private set; }

    /// <summary>Since when an administrator holds it; null without a hold.</summary>
    public DateTimeOffset? HeldSince { get; private set; }

    public string? HeldBy { get; private set; }

    public string? HoldReason { get; private set; }

    /// <summary>When the retention was seen to have ended: what is to be erased is announced from then on. Null while it has not, and again where the clock went back.</summary>
    public DateTimeOffset? AnnouncedAt { get; private set; }

    /// <summary>When the first piece was erased.</summary>
    public DateTimeOffset? BegunAt { get; private set; }

    /// <summary>When the last piece was erased: nothing is left but the journal.</summary>
    public DateTimeOffset? PurgedAt { get; private set; }

    /// <summary>Letters and drafts erased so far.</summary>
    public int Letters { get; private set; }

    /// <summary>Conversations erased so far.</summary>
    public int Conversations { get; private set; }

    /// <summary>Stored files whose rows are gone and whose content may still be on the disk: a kill came between.</summary>
    public List<Guid> Leftover { get; private set; } = [];

    public void Enter(RetentionKind kind, DateOnly from, int years)
    {
        (Kind, From, Years) = (kind, from, years);
        Until = ParisTime.From(from.AddYears(years).AddDays(1).ToDateTime(TimeOnly.MinValue));
        AnnouncedAt = null;
    }

    public void Hold(string reason, string by, DateTimeOffset at) => (HeldSince, HeldBy, HoldReason, AnnouncedAt) = (at, by, reason, null);

    /// <summary>What is to be erased is announced anew.</summary>
    public void LiftHold() => (HeldSince, HeldBy, HoldReason, AnnouncedAt) = (null, null, null, null);

    /// <summary>Whether it may be erased now: the retention is over, nothing holds it, and it was announced for long enough.</summary>
    public bool IsDue(DateTimeOffset now, TimeSpan notice) =>
        PurgedAt is null && HeldSince is null && Until <= now && AnnouncedAt is { } announced && announced <= now - notice;

    public void Erased(int letters, int conversations, IReadOnlyList<Guid> files, DateTimeOffset at)
    {
        BegunAt ??= at;
        (Letters, Conversations) = (Letters + letters, Conversations + conversations);
        Leftover = [.. Leftover, .. files];
    }

    public void FilesGone() => Leftover = [];

    public void Purged(DateTimeOffset at) => (BegunAt, PurgedAt) = (BegunAt ?? at, at);

    private sealed class Mapping : IEntityTypeConfiguration<ConsultationRetention>
    {
        public void Configure(EntityTypeBuilder<ConsultationRetention> retention)
        {
            retention.ToTable("retentions");
            retention.HasKey(r => r.ConsultationId);
            retention.HasOne(r => r.Consultation).WithMany().HasForeignKey(r => r.ConsultationId).OnDelete(DeleteBehavior.Restrict);
            retention.Property(r => r.HeldBy).HasMaxLength(200);
            retention.Property(r => r.HoldReason).HasMaxLength(HoldConsultation.LongestReason);
            retention.HasIndex(r => r.Until).HasFilter("until IS NOT NULL AND purged_at IS NULL");
            retention.HasIndex(r => new { r.OrganisationId, r.Until });
        }
    }
}

/// <summary>How many years each kind is kept.</summary>
public static class RetentionYears
{
    public const int Most = 100;

    /// <summary>What the law asks for at least.</summary>
    public static int LeastOf(RetentionKind kind) => kind == RetentionKind.Works ? 10 : 5;

    /// <summary>What an organisation chose, or the least.</summary>
    public static int Of(RetentionKind kind, Organisation organisation) =>
        Math.Max(LeastOf(kind), (kind == RetentionKind.Works ? organisation.WorksRetentionYears : organisation.RetentionYears) ?? 0);

    /// <summary>« Travaux, maîtrise d’œuvre ou contrôle technique ».</summary>
    public static string InFrench(this RetentionKind kind) => kind == RetentionKind.Works ? "Travaux, maîtrise d’œuvre ou contrôle technique" : "Fournitures ou services";
}
