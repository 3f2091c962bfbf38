using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vaguemestre.Core.Journal;

/// <summary>What a chain of facts is about.</summary>
public enum SubjectKind
{
    Organisation,
    Consultation,
    Letter,
    Conversation,
}

/// <summary>The thing a chain of facts is about, and whose it is.</summary>
public sealed record Subject(SubjectKind Kind, Guid Id, Guid OrganisationId);

/// <summary>
/// What a fact tells beyond its kind: the record's properties are its payload. May hold names and addresses.
/// </summary>
public abstract record FactContent;

/// <summary>A fact that has nothing to tell beyond its kind, author and instant.</summary>
public sealed record NothingMore : FactContent;

/// <summary>The last fact of a chain, as far as the next one needs it.</summary>
internal sealed record ChainEnd(int Sequence, byte[] Hash)
{
    public static ChainEnd? Of(Fact? fact) => fact is null ? null : new(fact.Sequence, fact.Hash);
}

/// <summary>
/// One thing that happened, never changed and never erased. The chain of a subject is hash-linked: <see cref="Hash"/>
/// covers the header below, in it the hash of the salted payload and the hash of the fact before. The payload stands in
/// its own table, so that a lawful erasure of personal data leaves the chain whole.
/// </summary>
public sealed class Fact
{
    private Fact()
    {
    }

    public Guid Id { get; private init; }

    public Guid OrganisationId { get; private init; }

    public SubjectKind SubjectKind { get; private init; }

    public Guid SubjectId { get; private init; }

    /// <summary>1 for the first fact of the subject, then without a gap.</summary>
    public int Sequence { get; private init; }

    public FactKind Kind { get; private init; }

    /// <summary>UTC, to the microsecond, by this platform's clock.</summary>
    public DateTimeOffset At { get; private init; }

    public ActorKind ActorKind { get; private init; }

    public Guid? ActorId { get; private init; }

    /// <summary>The part of the subject it concerns: the sending a report is about, the reply that was opened.</summary>
    public Guid? ConcernsId { get; private init; }

    /// <summary>SHA-256 of the payload's salt followed by its canonical JSON.</summary>
    public byte[] PayloadHash { get; private init; } = [];

    /// <summary><see cref="Hash"/> of the fact before in this chain; null for the first.</summary>
    public byte[]? PreviousHash { get; private init; }

    /// <summary>SHA-256 of <see cref="Header"/> in UTF-8.</summary>
    public byte[] Hash { get; private set; } = [];

    public FactPayload? Payload { get; private init; }

    internal static Fact After(ChainEnd? previous, Subject subject, FactKind kind, FactContent content, Actor actor, Guid? concerns, DateTimeOffset at)
    {
        var id = Guid.CreateVersion7(at);
        var payload = new FactPayload(id, RandomNumberGenerator.GetBytes(16), CanonicalJson.Serialize(content));
        var fact = new Fact
        {
            Id = id,
            OrganisationId = subject.OrganisationId,
            SubjectKind = subject.Kind,
            SubjectId = subject.Id,
            Sequence = (previous?.Sequence ?? 0) + 1,
            Kind = kind,
            At = at,
            ActorKind = actor.Kind,
            ActorId = actor.Id,
            ConcernsId = concerns,
            PayloadHash = payload.ComputeHash(),
            PreviousHash = previous?.Hash,
            Payload = payload,
        };
        fact.Hash = fact.ComputeHash();
        return fact;
    }

    /// <summary>A fact as evidence tells it, not yet compared with its hashes; see <see cref="ChainCheck"/>.</summary>
    /// <exception cref="System.Text.Json.JsonException">The header is not that of a fact that this version knows.</exception>
    /// <param name="header">What the hash covers.</param>
    /// <param name="hash">SHA-256 of the header.</param>
    /// <param name="salt">Null, with the payload, where it is withheld or was erased.</param>
    /// <param name="payload">Canonical JSON.</param>
    internal static Fact Read(string header, byte[] hash, byte[]? salt, string? payload)
    {
        var read = CanonicalJson.Deserialize<FactHeader>(header)!;
        return new Fact
        {
            Id = read.Id,
            OrganisationId = read.Organisation,
            SubjectKind = read.SubjectKind,
            SubjectId = read.Subject,
            Sequence = read.Sequence,
            Kind = read.Kind,
            At = read.At,
            ActorKind = read.ActorKind,
            ActorId = read.Actor,
            ConcernsId = read.Concerns,
            PayloadHash = Convert.FromHexString(read.PayloadHash),
            PreviousHash = read.PreviousHash is null ? null : Convert.FromHexString(read.PreviousHash),
            Hash = hash,
            Payload = payload is null || salt is null ? null : new FactPayload(read.Id, salt, payload),
        };
    }

    /// <summary>The canonical JSON (RFC 8785) that <see cref="Hash"/> covers.</summary>
    public string Header() => CanonicalJson.Serialize(new
    {
        Id,
        Organisation = OrganisationId,
        SubjectKind,
        Subject = SubjectId,
        Sequence,
        Kind,
        At,
        ActorKind,
        Actor = ActorId,
        Concerns = ConcernsId,
        PayloadHash = Convert.ToHexStringLower(PayloadHash),
        PreviousHash = PreviousHash is null ? null : Convert.ToHexStringLower(PreviousHash),
    });

    public byte[] ComputeHash() => SHA256.HashData(Encoding.UTF8.GetBytes(Header()));

    /// <summary>The payload as what it was written from; throws when it was lawfully erased or not loaded.</summary>
    public T Content<T>()
        where T : FactContent => CanonicalJson.Deserialize<T>((Payload ?? throw new InvalidOperationException("The payload is not here.")).Json)!;

    private sealed record FactHeader(
        Guid Id, Guid Organisation, SubjectKind SubjectKind, Guid Subject, int Sequence, FactKind Kind, DateTimeOffset At, ActorKind ActorKind, Guid? Actor, Guid? Concerns, string PayloadHash, string? PreviousHash);

    private sealed class Mapping : IEntityTypeConfiguration<Fact>
    {
        public void Configure(EntityTypeBuilder<Fact> fact)
        {
            fact.ToTable("facts");
            fact.HasIndex(f => new { f.SubjectId, f.Sequence }).IsUnique();
            fact.HasIndex(f => new { f.OrganisationId, f.Id });
            fact.HasOne(f => f.Payload).WithOne().HasForeignKey<FactPayload>(p => p.FactId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}

/// <summary>The payload of a fact: canonical JSON (RFC 8785) and the 16-byte salt that keeps its hash from being guessed.</summary>
public sealed class FactPayload(Guid factId, byte[] salt, string json)
{
    public Guid FactId { get; private init; } = factId;

    public byte[] Salt { get; private init; } = salt;

    public string Json { get; private init; } = json;

    public byte[] ComputeHash() => SHA256.HashData([.. Salt, .. Encoding.UTF8.GetBytes(Json)]);

    private sealed class Mapping : IEntityTypeConfiguration<FactPayload>
    {
        public void Configure(EntityTypeBuilder<FactPayload> payload)
        {
            payload.ToTable("fact_payloads");
            payload.HasKey(p => p.FactId);
        }
    }
}
