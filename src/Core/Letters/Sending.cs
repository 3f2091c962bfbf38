using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// One act of sending one conversation's mail: a row of the outbox. Its Message-ID, ENVID and bounce token stay the same
/// over its retries, so that a repeat is recognisable and a late report finds it; a resending is a new one.
/// </summary>
public sealed class Sending
{
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    public required Guid ConversationId { get; init; }

    public Conversation? Conversation { get; private init; }

    /// <summary>What reports come back to: <c>bounces+TOKEN@</c>; 128 random bits in lower-case base32, since mail folds case.</summary>
    public required string BounceToken { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Connections tried so far.</summary>
    public int Attempts { get; private set; }

    /// <summary>When it is due; null once a server took it or it was given up.</summary>
    public DateTimeOffset? NextAttemptAt { get; private set; }

    /// <summary>Who holds it: only the holder of this lease may write its outcome.</summary>
    public Guid? LeaseId { get; private set; }

    public DateTimeOffset? LeaseUntil { get; private set; }

    /// <summary>When our relay took it.</summary>
    public DateTimeOffset? AcceptedAt { get; private set; }

    /// <summary>Whether the relay that took it also took our request for delivery reports (RFC 3461).</summary>
    public bool ReportsAsked { get; private set; }

    /// <summary>When silence becomes a fact, unless a report comes first; null when nothing is awaited.</summary>
    public DateTimeOffset? ReportDueAt { get; private set; }

    /// <summary>
    /// When an attempt that was begun first ended without acceptance: a server put it off (4xx), its connection broke, or its mail
    /// could not be made. Retries end some time after this. Null while none did; a relay that cannot be reached is no attempt. UTC.
    /// </summary>
    public DateTimeOffset? DeferredSince { get; private set; }

    /// <summary>RFC 3461 ENVID, and the left part of the Message-ID.</summary>
    public string EnvelopeId => Id.ToString("N");

    public static Sending Of(Conversation conversation, DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at),
        OrganisationId = conversation.OrganisationId,
        ConversationId = conversation.Id,
        BounceToken = RandomNumberGenerator.GetString(Base32, 26),
        CreatedAt = at,
        NextAttemptAt = at,
    };

    public void Accepted(DateTimeOffset at, DateTimeOffset? reportDueAt, bool reportsAsked)
    {
        Attempts++;
        ReportsAsked = reportsAsked;
        AcceptedAt = at;
        ReportDueAt = reportDueAt;
        End();
    }

    public void TryAgain(DateTimeOffset at)
    {
        Attempts++;
        NextAttemptAt = at;
        Release();
    }

    /// <summary>An attempt came to nothing, for now.</summary>
    public void PutOff(DateTimeOffset now, DateTimeOffset until)
    {
        DeferredSince ??= now;
        TryAgain(until);
    }

    /// <summary>It was not begun: whoever comes next may take it at once.</summary>
    public void Release() => (LeaseId, LeaseUntil) = (null, null);

    /// <summary>Nothing more is tried.</summary>
    public void GaveUp()
    {
        Attempts++;
        End();
    }

    /// <summary>A server told what became of it: nothing is awaited, and a further attempt would only be a double.</summary>
    public void Reported()
    {
        ReportDueAt = null;
        if (LeaseId is null)
            NextAttemptAt = null;
    }

    private void End() => (NextAttemptAt, LeaseId, LeaseUntil) = (null, null, null);

    private sealed class Mapping : IEntityTypeConfiguration<Sending>
    {
        public void Configure(EntityTypeBuilder<Sending> sending)
        {
            sending.Ignore(s => s.EnvelopeId);
            sending.Property(s => s.BounceToken).HasMaxLength(26);
            sending.HasOne(s => s.Conversation).WithMany().HasForeignKey(s => s.ConversationId).OnDelete(DeleteBehavior.Restrict);
            sending.HasIndex(s => s.BounceToken).IsUnique();
            sending.HasIndex(s => s.NextAttemptAt).HasFilter("next_attempt_at IS NOT NULL");
            sending.HasIndex(s => s.ReportDueAt).HasFilter("report_due_at IS NOT NULL");
        }
    }
}
