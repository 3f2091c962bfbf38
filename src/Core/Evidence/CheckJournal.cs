using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence;

/// <summary>What is not as it was written, and where.</summary>
/// <param name="Subject">Whose chain; null where only a seal tells of it.</param>
/// <param name="Sequence">Which fact of that chain, where it is known.</param>
/// <param name="Seal">The seal by which it was found; null for a chain.</param>
/// <param name="Sentence">In French, for the operator.</param>
public sealed record JournalFault(Guid? Subject, int? Sequence, int? Seal, string Sentence);

/// <param name="Faults">Facts or seals changed, moved, added or removed, erasures that no retention backs. The first <see cref="CheckJournal.Most"/>.</param>
/// <param name="Suspicions">
/// Instants that contradict the order of the seals: a clock that went back, or a fact written with another instant than its own. The first ones as well. Then facts
/// timestamped long after the instant that they bear: the first <see cref="LateTimestamps.MostSentences"/>, and how many there are.
/// </param>
/// <param name="Purged">Facts of sound chains whose payload is erased, as a later fact of the chain says and the consultation's retention backs: their header and hashes are all that is left.</param>
public sealed record JournalCheck(long Facts, int Seals, IReadOnlyList<JournalFault> Faults, IReadOnlyList<JournalFault> Suspicions, long Purged = 0);

/// <summary>
/// Recomputes the whole journal: every chain, every seal, its tree and its token. Finds what somebody with the database's own keys changed,
/// as far back as the last seal; the removal of the last seals is seen by who kept a later one (an attestation, the published roots). Reads
/// everything once, in bounded pieces: for an operator who asks, not for a page.
/// </summary>
public sealed class CheckJournal(VaguemestreDb db)
{
    /// <summary>How many faults are told of.</summary>
    public const int Most = 200;

    private readonly List<JournalFault> _faults = [];
    private readonly List<JournalFault> _suspicions = [];
    private readonly List<JournalFault> _late = [];
    private readonly PurgeChecks _purges = new();
    private int _allLate;
    private long _purged;

    public async Task<JournalCheck> RunAsync(CancellationToken cancel)
    {
        var facts = await ChainsAsync(cancel);
        var seals = await SealsAsync(cancel);
        await RenewalsAsync(cancel);
        if (_allLate > _late.Count)
            _late.Add(new JournalFault(null, null, null, $"De même pour d’autres événements : {French.Number(_allLate)} en tout n’ont été horodatés que plus d’un quart d’heure après l’instant qu’ils portent."));
        return new JournalCheck(facts, seals, [.. _faults.Take(Most)], [.. _suspicions.Take(Most), .. _late], _purged);
    }

    private async Task<long> ChainsAsync(CancellationToken cancel)
    {
        var (count, chain) = (0L, new List<Fact>());
        await foreach (var fact in db.Facts.AsNoTracking().Include(f => f.Payload).OrderBy(f => f.SubjectId).ThenBy(f => f.Sequence).AsAsyncEnumerable().WithCancellation(cancel))
        {
            if (chain.Count > 0 && chain[0].SubjectId != fact.SubjectId)
                Check(chain);
            chain.Add(fact);
            count++;
        }

        Check(chain);
        foreach (var purge in _purges.Unbacked())
        {
            _purged -= purge.Erased;
            _faults.Add(new JournalFault(purge.Subject, purge.Sequence, null, $"Journal de {NameOf(purge.SubjectKind)} {purge.Subject} : l’événement n° {purge.Sequence} dit le contenu effacé à la fin de sa durée de conservation, mais {purge.Why}."));
        }

        return count;
    }

    private void Check(List<Fact> chain)
    {
        if (chain.Count == 0)
            return;
        var fault = ChainCheck.FirstFault(chain);
        if (fault is not null)
            _faults.Add(new JournalFault(chain[0].SubjectId, fault.Sequence, null, $"Journal de {NameOf(chain[0].SubjectKind)} {chain[0].SubjectId} : l’événement n° {fault.Sequence} a été modifié, déplacé, ajouté ou retiré."));
        else
            _purged += chain.Count(f => f.Payload is null);
        SeePurges(chain, sound: fault is null);
        chain.Clear();
    }

    /// <summary>Of a chain that is told of already only a consultation's retention is seen: its erasures are not told of one by one as well.</summary>
    private void SeePurges(List<Fact> chain, bool sound)
    {
        if (!sound && chain[0].SubjectKind != SubjectKind.Consultation)
            return;
        var (erased, lastExchange) = (0, (DateTimeOffset?)null);
        foreach (var fact in chain)
        {
            _purges.See(fact, lastExchange, sound ? erased : 0);
            lastExchange = PurgeChecks.LastExchange(lastExchange, fact);
            erased = fact.Payload is null ? erased + 1 : fact.Kind == FactKind.ContentPurged ? 0 : erased;
        }
    }

    private async Task<int> SealsAsync(CancellationToken cancel)
    {
        var (count, latest, taken) = (0, DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        byte[]? previous = null;
        await foreach (var number in Numbers(cancel))
        {
            var seal = await db.Seals.AsNoTracking().SingleAsync(s => s.Number == number, cancel);
            count++;
            if (seal.Number != count)
                Fault(seal, $"Le sceau n° {count} a été retiré, ou renuméroté.");
            if (!Same(seal.PreviousHash, previous))
                Fault(seal, $"Le sceau n° {seal.Number} ne suit pas celui d’avant : l’un des deux a été modifié ou retiré.");
            var stamp = Stamp.Read(seal.Token, seal.Hash);
            if (!Same(seal.Hash, seal.ComputeHash()))
                Fault(seal, $"Le sceau n° {seal.Number} n’est pas tel qu’il a été écrit.");
            else if (stamp is null)
                Fault(seal, $"Le jeton d’horodatage du sceau n° {seal.Number} est faux, ou porte sur autre chose.");
            latest = await LeavesAsync(seal, stamp, latest, taken, cancel);

            // A seal that is not full took all that waited: what it did not take came after its token.
            if (stamp is { At: var stamped } && seal.Facts < SealFacts.Most && stamped > taken)
                taken = stamped;
            (previous, count) = (seal.Hash, seal.Number);
        }

        return count;
    }

    /// <summary>Each renewal, its tree over the seals as they are now, and its token.</summary>
    private async Task RenewalsAsync(CancellationToken cancel)
    {
        var earlier = new List<Renewal>();
        while (await db.Renewals.AsNoTracking().Where(r => r.Number > earlier.Count).OrderBy(r => r.Number).FirstOrDefaultAsync(cancel) is { } renewal)
        {
            var seals = await db.Seals.AsNoTracking().Where(s => s.Number >= renewal.FirstSeal && s.Number <= renewal.LastSeal).OrderBy(s => s.Number).ToListAsync(cancel);
            var leaves = seals.ConvertAll(s => Renewal.LeafOf([(s.Hash, s.Token), .. earlier.Where(r => r.FirstSeal == renewal.FirstSeal && s.Number <= r.LastSeal).Select(r => (r.Hash, r.Token))]));
            var kept = await db.RenewedSeals.AsNoTracking().Where(s => s.RenewalNumber == renewal.Number).OrderBy(s => s.SealNumber).Select(s => s.Leaf).ToListAsync(cancel);
            if (renewal.Number != earlier.Count + 1 || !Same(renewal.PreviousHash, earlier.LastOrDefault()?.Hash) || !Same(renewal.Hash, renewal.ComputeHash()) || Stamp.Read(renewal.Token, renewal.Hash) is null
                || leaves.Count == 0 || !Same(MerkleTree.Root(leaves), renewal.Root) || !leaves.SequenceEqual(kept, ByValue))
                _faults.Add(new JournalFault(null, null, null, $"Le renouvellement d’horodatage n° {renewal.Number}, des sceaux n° {renewal.FirstSeal} à {renewal.LastSeal}, n’est plus tel qu’il a été écrit, ou un sceau qu’il couvre a changé."));
            earlier.Add(renewal);
            if (renewal.Number > earlier.Count)
                break; // one was taken out: what follows would be told once more each
        }
    }

    private static readonly IEqualityComparer<byte[]> ByValue = EqualityComparer<byte[]>.Create((one, other) => Same(one, other), bytes => bytes.Length);

    /// <summary>First the numbers: a reader is not kept open while others read.</summary>
    private async IAsyncEnumerable<int> Numbers([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        const int Page = 1000;
        var last = int.MinValue;
        while (await db.Seals.Where(s => s.Number > last).OrderBy(s => s.Number).Take(Page).Select(s => s.Number).ToListAsync(cancel) is { Count: > 0 } numbers)
        {
            foreach (var number in numbers)
                yield return number;
            last = numbers[^1];
        }
    }

    private async Task<DateTimeOffset> LeavesAsync(Seal seal, Stamp? stamp, DateTimeOffset latest, DateTimeOffset taken, CancellationToken cancel)
    {
        var leaves = await db.SealedFacts.AsNoTracking().Where(l => l.SealNumber == seal.Number).OrderBy(l => l.Leaf).ToListAsync(cancel);
        if (leaves.Count != seal.Facts || leaves.Where((leaf, i) => leaf.Leaf != i).Any() || leaves.Count == 0 || !Same(MerkleTree.Root([.. leaves.Select(l => l.Hash)]), seal.Root))
            Fault(seal, $"Les empreintes gardées du sceau n° {seal.Number} ne sont plus celles qu’il a scellées.");
        var ids = leaves.ConvertAll(l => l.FactId);
        var facts = await db.Facts.AsNoTracking().Where(f => ids.Contains(f.Id)).ToDictionaryAsync(f => f.Id, cancel);
        foreach (var leaf in leaves)
        {
            if (!facts.TryGetValue(leaf.FactId, out var fact))
                Fault(seal, $"L’événement {leaf.FactId}, scellé à la place n° {leaf.Leaf} du sceau n° {seal.Number}, a été retiré du journal.");
            else if (!Same(fact.Hash, leaf.Hash) || !Same(fact.ComputeHash(), leaf.Hash))
                _faults.Add(new JournalFault(fact.SubjectId, fact.Sequence, seal.Number, $"Journal de {NameOf(fact.SubjectKind)} {fact.SubjectId} : l’événement n° {fact.Sequence} n’est plus celui que le sceau n° {seal.Number} a scellé."));
            else if (fact.At + SealFacts.Tolerance < (latest > taken ? latest : taken))
                _suspicions.Add(new JournalFault(fact.SubjectId, fact.Sequence, seal.Number, $"Journal de {NameOf(fact.SubjectKind)} {fact.SubjectId} : l’événement n° {fact.Sequence} porte l’instant {Instants.Rfc3339(fact.At)}, antérieur à des sceaux qui ne le contiennent pas : antidaté, ou horloge qui a reculé."));
            else if (stamp is { At: var stamped } && LateTimestamps.IsLate(fact.At, stamped) && _allLate++ < LateTimestamps.MostSentences)
                _late.Add(new JournalFault(fact.SubjectId, fact.Sequence, seal.Number, $"Journal de {NameOf(fact.SubjectKind)} {fact.SubjectId} : l’événement n° {fact.Sequence} porte l’instant {Instants.Rfc3339(fact.At)}, et n’a été horodaté que le {Instants.Rfc3339(stamped)} : une autorité d’horodatage en panne l’explique, mais entre les deux seule la plateforme dit son instant."));
        }

        return facts.Values.Select(f => f.At).Append(latest).Max();
    }

    private void Fault(Seal seal, string sentence) => _faults.Add(new JournalFault(null, null, seal.Number, sentence));

    private static bool Same(byte[]? one, byte[]? other) => one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);

    private static string NameOf(SubjectKind kind) => kind switch
    {
        SubjectKind.Organisation => "l’organisation",
        SubjectKind.Consultation => "la consultation",
        SubjectKind.Letter => "la lettre",
        _ => "la conversation",
    };
}
