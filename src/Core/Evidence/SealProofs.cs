using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence;

/// <summary>The seals that hold some facts, and each fact's way up to its seal's root.</summary>
/// <param name="Seals">With the renewals of their timestamps.</param>
internal sealed record SealProofs(IReadOnlyList<EvidenceSeal> Seals, IReadOnlyDictionary<Guid, EvidenceInclusion> Places)
{
    /// <summary>Facts that wait for their timestamp have no place.</summary>
    public static async Task<SealProofs> OfAsync(VaguemestreDb db, IReadOnlyList<Fact> facts, CancellationToken cancel)
    {
        var ids = facts.Select(f => f.Id).ToList();
        var held = await db.SealedFacts.AsNoTracking().Where(s => ids.Contains(s.FactId)).ToListAsync(cancel);
        var numbers = held.Select(s => s.SealNumber).Distinct().ToList();
        var seals = await db.Seals.AsNoTracking().Where(s => numbers.Contains(s.Number)).OrderBy(s => s.Number).ToListAsync(cancel);
        var leaves = (await db.SealedFacts.AsNoTracking().Where(s => numbers.Contains(s.SealNumber)).OrderBy(s => s.Leaf).Select(s => new { s.SealNumber, s.Hash }).ToListAsync(cancel))
            .GroupBy(s => s.SealNumber, s => s.Hash).ToDictionary(g => g.Key, g => g.ToList());
        return new SealProofs(await RenewedAsync(db, seals, cancel), held.Where(h => h.Leaf < leaves[h.SealNumber].Count).ToDictionary(
            h => h.FactId,
            h => new EvidenceInclusion(h.SealNumber, h.Leaf, [.. MerkleTree.Path(leaves[h.SealNumber], h.Leaf).Select(Convert.ToHexStringLower)])));
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
