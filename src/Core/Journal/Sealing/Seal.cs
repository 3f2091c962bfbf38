using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vaguemestre.Core.Journal.Sealing;

/// <summary>
/// A tree over facts that no seal held before, and an authority's word on when it existed. Seals are chained: each one's statement
/// holds the hash of the one before. Shows that its facts existed at the token's instant, not that what they tell is true.
/// </summary>
public sealed class Seal
{
    public const string Format = "vaguemestre-seal/1";

    /// <summary>1 for the first, then without a gap.</summary>
    public required int Number { get; init; }

    /// <summary>By this platform's clock; the authority's instant stands in <see cref="Token"/>.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How many facts it holds: the leaves of its tree.</summary>
    public required int Facts { get; init; }

    /// <summary><see cref="MerkleTree"/> over the hashes of its facts.</summary>
    public required byte[] Root { get; init; }

    /// <summary><see cref="Hash"/> of the seal before; null for the first.</summary>
    public required byte[]? PreviousHash { get; init; }

    /// <summary>SHA-256 of <see cref="Statement"/> in UTF-8.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>The authority's RFC 3161 token over <see cref="Hash"/>, in DER, as it came.</summary>
    public byte[] Token { get; private set; } = [];

    internal static Seal After(Seal? previous, IReadOnlyList<byte[]> facts, DateTimeOffset at)
    {
        var seal = new Seal
        {
            Number = (previous?.Number ?? 0) + 1,
            At = at,
            Facts = facts.Count,
            Root = MerkleTree.Root(facts),
            PreviousHash = previous?.Hash,
        };
        seal.Hash = seal.ComputeHash();
        return seal;
    }

    /// <summary>The canonical JSON (RFC 8785) that <see cref="Hash"/> covers.</summary>
    public string Statement() => CanonicalJson.Serialize(new
    {
        Format,
        Number,
        At,
        Facts,
        Root = Convert.ToHexStringLower(Root),
        PreviousHash = PreviousHash is null ? null : Convert.ToHexStringLower(PreviousHash),
    });

    public byte[] ComputeHash() => SHA256.HashData(Encoding.UTF8.GetBytes(Statement()));

    internal void Bear(byte[] token) => Token = token;

    private sealed class Mapping : IEntityTypeConfiguration<Seal>
    {
        public void Configure(EntityTypeBuilder<Seal> seal)
        {
            seal.ToTable("seals");
            seal.HasKey(s => s.Number);
            seal.Property(s => s.Number).ValueGeneratedNever();
        }
    }
}

/// <summary>
/// Which seal holds a fact, and where. Keeps the fact's hash as it was sealed and does not lean on the fact: one that was changed or
/// removed since is missed here.
/// </summary>
public sealed class SealedFact(Guid factId, int sealNumber, int leaf, byte[] hash)
{
    public Guid FactId { get; private init; } = factId;

    public int SealNumber { get; private init; } = sealNumber;

    /// <summary>Its place among the leaves, from zero.</summary>
    public int Leaf { get; private init; } = leaf;

    /// <summary><see cref="Fact.Hash"/> as it was sealed.</summary>
    public byte[] Hash { get; private init; } = hash;

    private sealed class Mapping : IEntityTypeConfiguration<SealedFact>
    {
        public void Configure(EntityTypeBuilder<SealedFact> fact)
        {
            fact.ToTable("sealed_facts");
            fact.HasKey(f => f.FactId);
            fact.Property(f => f.FactId).ValueGeneratedNever();
            fact.HasIndex(f => new { f.SealNumber, f.Leaf }).IsUnique();
            fact.HasOne<Seal>().WithMany().HasForeignKey(f => f.SealNumber).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
