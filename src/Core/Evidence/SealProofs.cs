using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence;

/// <summary>The seals that hold some facts, and each fact's way up to its seal's root.</summary>
/// <param name="Seals">With the renewals of their timestamps.</param>
internal sealed record SealProofs(IReadOnlyList<EvidenceSeal> Seals, IReadOnlyDictionary<Guid, EvidenceInclusion> Places)
{
    /// <summary>How many are asked for at once.</summary>
    private const int Piece = 500;

    /// <summary>Facts that wait for their timestamp have no place.</summary>
    public static async Task<SealProofs> OfAsync(VaguemestreDb db, IReadOnlyList<Fact> facts, CancellationToken cancel)
    {
        var held = new List<SealedFact>();
        foreach (var ids in facts.Select(f => f.Id).Chunk(Piece))
            held.AddRange(await db.SealedFacts.AsNoTracking().Where(s => ids.Contains(s.FactId)).ToListAsync(cancel));
        var (seals, places) = (new List<Seal>(), new Dictionary<Guid, EvidenceInclusion>());
        foreach (var inSeal in held.GroupBy(h => h.SealNumber).OrderBy(g => g.Key))
        {
            if (await db.Seals.AsNoTracking().SingleOrDefaultAsync(s => s.Number == inSeal.Key, cancel) is not { } seal)
                continue;
            seals.Add(seal);
            var paths = MerkleTree.Paths(await db.SealedFacts.AsNoTracking().Where(s => s.SealNumber == inSeal.Key).OrderBy(s => s.Leaf).Select(s => s.Hash).ToListAsync(cancel));
            foreach (var fact in inSeal.Where(f => f.Leaf < paths.Count))
                places[fact.FactId] = new EvidenceInclusion(seal.Number, fact.Leaf, [.. paths[fact.Leaf].Select(Convert.ToHexStringLower)]);
        }

        return new SealProofs(await RenewedAsync(db, seals, cancel), places);
    }

    /// <summary>Those of some facts that no seal holds.</summary>
    public static async Task<List<Fact>> UnsealedAsync(VaguemestreDb db, IReadOnlyList<Fact> facts, CancellationToken cancel)
    {
        var unsealed = new List<Fact>();
        foreach (var piece in facts.Chunk(Piece))
        {
            var ids = piece.Select(f => f.Id).ToList();
            var held = (await db.SealedFacts.Where(s => ids.Contains(s.FactId)).Select(s => s.FactId).ToListAsync(cancel)).ToHashSet();
            unsealed.AddRange(piece.Where(f => !held.Contains(f.Id)));
        }

        return unsealed;
    }

    private static async Task<IReadOnlyList<EvidenceSeal>> RenewedAsync(VaguemestreDb db, List<Seal> seals, CancellationToken cancel)
    {
        if (seals.Count == 0 || !await db.Renewals.AnyAsync(cancel))
            return [.. seals.Select(s => EvidenceSeal.Of(s))];
        var (first, last) = (seals[0].Number, seals[^1].Number);
        var renewals = await db.Renewals.AsNoTracking().Where(r => r.FirstSeal <= last && r.LastSeal >= first).OrderBy(r => r.Number).ToListAsync(cancel);
        renewals.RemoveAll(r => !seals.Exists(s => Covers(r, s)));
        var told = new Dictionary<int, List<byte[]>>();
        foreach (var renewal in renewals)
            told[renewal.Number] = await db.RenewedSeals.Where(s => s.RenewalNumber == renewal.Number).OrderBy(s => s.SealNumber).Select(s => s.Leaf).ToListAsync(cancel);
        return [.. seals.Select(seal => EvidenceSeal.Of(seal, [.. renewals.Where(r => Covers(r, seal)).Select(r => Of(r, told[r.Number], seal.Number - r.FirstSeal))]))];
    }

    private static bool Covers(Renewal renewal, Seal seal) => renewal.FirstSeal <= seal.Number && seal.Number <= renewal.LastSeal;

    private static EvidenceRenewal Of(Renewal renewal, List<byte[]> leaves, int leaf) =>
        new(renewal.Statement(), Convert.ToHexStringLower(renewal.Hash), Convert.ToBase64String(renewal.Token), [.. MerkleTree.Path(leaves, leaf).Select(Convert.ToHexStringLower)]);
}
