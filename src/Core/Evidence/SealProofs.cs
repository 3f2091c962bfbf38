using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence;

/// <summary>The seals that hold some facts, and each fact's way up to its seal's root.</summary>
internal sealed record SealProofs(IReadOnlyList<Seal> Seals, IReadOnlyDictionary<Guid, EvidenceInclusion> Places)
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
        return new SealProofs(seals, held.Where(h => h.Leaf < leaves[h.SealNumber].Count).ToDictionary(
            h => h.FactId,
            h => new EvidenceInclusion(h.SealNumber, h.Leaf, [.. MerkleTree.Path(leaves[h.SealNumber], h.Leaf).Select(Convert.ToHexStringLower)])));
    }
}
