using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vaguemestre.Core.Journal.Sealing;

/// <summary>
/// A later authority's word on seals and their tokens, given while those tokens were still good: it shows that they existed before their
/// authority's certificate ended (the renewal of timestamps of RFC 4998 §5, in the form of the seals). Renewals are chained as seals are.
/// </summary>
public sealed class Renewal
{
    public const string Format = "vaguemestre-renewal/1";

    /// <summary>1 for the first, then without a gap.</summary>
    public required int Number { get; init; }

    /// <summary>By this platform's clock; the authority's instant stands in <see cref="Token"/>.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The first seal that it covers; the others follow without a gap.</summary>
    public required int FirstSeal { get; init; }

    public required int LastSeal { get; init; }

    /// <summary><see cref="MerkleTree"/> over the <see cref="LeafOf"/> of each seal.</summary>
    public required byte[] Root { get; init; }

    /// <summary><see cref="Hash"/> of the renewal before; null for the first.</summary>
    public required byte[]? PreviousHash { get; init; }

    /// <summary>SHA-256 of <see cref="Statement"/> in UTF-8.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>The authority's RFC 3161 token over <see cref="Hash"/>, in DER, as it came.</summary>
    public byte[] Token { get; private set; } = [];

    internal static Renewal After(Renewal? previous, int firstSeal, IReadOnlyList<byte[]> leaves, DateTimeOffset at)
    {
        var renewal = new Renewal
        {
            Number = (previous?.Number ?? 0) + 1,
            At = at,
            FirstSeal = firstSeal,
            LastSeal = firstSeal + leaves.Count - 1,
            Root = MerkleTree.Root(leaves),
            PreviousHash = previous?.Hash,
        };
        renewal.Hash = renewal.ComputeHash();
        return renewal;
    }

    /// <summary>What stands for a seal in a renewal's tree: its hash and its token, then each earlier renewal of it with its token.</summary>
    /// <param name="marks">The hash and the token of each, the seal's first.</param>
    public static byte[] LeafOf(IEnumerable<(byte[] Hash, byte[] Token)> marks) => SHA256.HashData([.. marks.SelectMany(m => m.Hash.Concat(SHA256.HashData(m.Token)))]);

    /// <summary>The canonical JSON (RFC 8785) that <see cref="Hash"/> covers.</summary>
    public string Statement() => CanonicalJson.Serialize(new
    {
        Format,
        Number,
        At,
        FirstSeal,
        LastSeal,
        Root = Convert.ToHexStringLower(Root),
        PreviousHash = PreviousHash is null ? null : Convert.ToHexStringLower(PreviousHash),
    });

    public byte[] ComputeHash() => SHA256.HashData(Encoding.UTF8.GetBytes(Statement()));

    internal void Bear(byte[] token) => Token = token;

    private sealed class Mapping : IEntityTypeConfiguration<Renewal>
    {
        public void Configure(EntityTypeBuilder<Renewal> renewal)
        {
            renewal.ToTable("seal_renewals");
            renewal.HasKey(r => r.Number);
            renewal.Property(r => r.Number).ValueGeneratedNever();
            renewal.HasIndex(r => new { r.FirstSeal, r.LastSeal });
        }
    }
}

/// <summary>A seal's leaf in a renewal, as it was renewed.</summary>
public sealed class RenewedSeal(int renewalNumber, int sealNumber, byte[] leaf)
{
    public int RenewalNumber { get; private init; } = renewalNumber;

    public int SealNumber { get; private init; } = sealNumber;

    public byte[] Leaf { get; private init; } = leaf;

    private sealed class Mapping : IEntityTypeConfiguration<RenewedSeal>
    {
        public void Configure(EntityTypeBuilder<RenewedSeal> seal)
        {
            seal.ToTable("renewed_seals");
            seal.HasKey(s => new { s.RenewalNumber, s.SealNumber });
            seal.HasOne<Renewal>().WithMany().HasForeignKey(s => s.RenewalNumber).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
