using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence.Verification;

/// <summary>From each fact up to its seal's root, from the seal to the authority's token, and what the instants say of each other.</summary>
internal sealed class SealChecks(Findings findings, SignatureChecks signatures, AnyEvidence evidence, DateTimeOffset now)
{
    private static readonly TimeSpan ClockError = TimeSpan.FromMinutes(5);

    private readonly List<(string Number, EvidenceFact Fact)> _all = [.. evidence.All()];

    private readonly RenewalChecks renewals = new(findings, signatures, now);

    public void Check(IReadOnlyList<Fact> facts)
    {
        var seals = Seals();
        renewals.Tell();
        var named = _all.Select(f => f.Fact.Seal?.Number).OfType<int>().ToHashSet();
        if (named.Any(number => !seals.ContainsKey(number)) || evidence.Seals.Count != seals.Count)
            findings.Fault("seal", "Un sceau manque, est là deux fois, ou n’est pas tel qu’il a été écrit.");
        foreach (var number in seals.Keys.Where(n => !named.Contains(n)))
            findings.Fault("seal", $"Le sceau n° {number} n’est celui d’aucun événement.");
        foreach (var (number, (statement, _, _)) in seals)
        {
            if (seals.TryGetValue(number - 1, out var previous) && statement.PreviousHash != previous.Hash)
                findings.Fault("seal", $"Le sceau n° {number} ne suit pas le sceau n° {number - 1}.");
        }

        var apart = _all.Where(f => f.Fact.Seal is { } place && seals.TryGetValue(place.Number, out var seal) && !Leads(f.Fact, place, seal.Statement)).Select(f => f.Number).ToList();
        if (apart.Count > 0)
            findings.Fault("inclusion", $"Les événements suivants ne sont pas dans le sceau qu’ils indiquent : n° {French.Some(apart)}.");
        var waiting = _all.Where(f => f.Fact.Seal is null).Select(f => f.Number).ToList();
        if (waiting.Count > 0)
            findings.NotSealed("not-sealed", $"En attente d’horodatage : événements n° {French.Some(waiting)}. Aucune autorité n’atteste encore qu’ils existaient.");
        else if (apart.Count == 0 && !findings.HasFault)
            findings.Established("seals", $"Tous les événements sont scellés, et chaque sceau est horodaté : ils étaient inscrits au plus tard {Latest([.. seals.Values.Select(s => s.Stamp)])}.");
        foreach (var stamp in seals.Values.Select(s => s.Stamp))
            signatures.See(stamp);
        Clock(facts, seals);
    }

    /// <summary>The seals that are as they were written and bear a good token, by number.</summary>
    private SortedDictionary<int, (EvidenceStatement Statement, string Hash, Stamp Stamp)> Seals()
    {
        var seals = new SortedDictionary<int, (EvidenceStatement, string, Stamp)>();
        foreach (var seal in evidence.Seals)
        {
            try
            {
                var statement = seal.Read();
                var hash = SHA256.HashData(Encoding.UTF8.GetBytes(seal.Statement));
                if (statement.Format != Seal.Format || Convert.ToHexStringLower(hash) != seal.Hash)
                    findings.Fault("seal", $"Le sceau n° {statement.Number} n’est pas tel qu’il a été écrit.");
                else if (Stamp.Read(Convert.FromBase64String(seal.Token), hash) is not { } stamp)
                    findings.Fault("token", $"Le jeton d’horodatage du sceau n° {statement.Number} est faux, ou porte sur autre chose.");
                else if (seals.TryAdd(statement.Number, (statement, seal.Hash, stamp)))
                    renewals.Check(seal, statement.Number, hash, stamp);
            }
            catch (Exception malformed) when (malformed is System.Text.Json.JsonException or FormatException or ArgumentException)
            {
                findings.Fault("seal", "Un sceau n’a pas la forme d’un sceau.");
            }
        }

        return seals;
    }

    private static bool Leads(EvidenceFact fact, EvidenceInclusion place, EvidenceStatement statement)
    {
        try
        {
            return MerkleTree.Root(Convert.FromHexString(fact.Hash), place.Leaf, statement.Facts, [.. place.Path.Select(Convert.FromHexString)]) is { } root
                && Convert.ToHexStringLower(root) == statement.Root;
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            return false;
        }
    }

    private static string Latest(IReadOnlyList<Stamp> stamps)
    {
        var last = stamps.MaxBy(s => s.At)!;
        return $"le {French.Instant(last.At)}, selon l’autorité « {Certificates.NameOf(last.Authority)} »";
    }

    private void Clock(IReadOnlyList<Fact> facts, SortedDictionary<int, (EvidenceStatement Statement, string Hash, Stamp Stamp)> seals)
    {
        var ahead = new List<string>();
        var late = new List<(string Number, Fact Fact, DateTimeOffset Stamped)>();
        foreach (var (fact, (number, shown)) in facts.Zip(_all))
        {
            if (shown.Seal is not { } place || !seals.TryGetValue(place.Number, out var seal))
                continue;
            if (fact.At > seal.Stamp.At + ClockError)
                ahead.Add(number);
            else if (LateTimestamps.IsLate(fact.At, seal.Stamp.At))
                late.Add((number, fact, seal.Stamp.At));
        }

        var future = facts.Zip(_all).Where(f => f.First.At > evidence.IssuedAt + ClockError).Select(f => f.Second.Number).ToList();
        if (future.Count > 0)
            findings.Reserve("after-its-issue", $"Des événements portent un instant postérieur à celui auquel l’attestation dit avoir été établie : n° {French.Some(future)}. L’un de ces instants est faux.");
        if (seals.Values.Any(s => s.Stamp.At > evidence.IssuedAt + ClockError))
            findings.Reserve("sealed-after-its-issue", $"Un sceau a été horodaté après le {French.Instant(evidence.IssuedAt)}, instant auquel l’attestation dit avoir été établie : elle l’a été plus tard, ou l’une des deux horloges n’était pas à l’heure.");

        foreach (var number in ahead.Take(LateTimestamps.MostSentences))
            findings.Reserve("after-its-timestamp", $"L’événement n° {number} porte un instant postérieur à son horodatage : l’horloge de la plateforme avançait, ou l’événement est postdaté.");
        foreach (var (number, fact, stamped) in late.Take(LateTimestamps.MostSentences))
            findings.Reserve("timestamped-late", $"L’événement n° {number}, du {French.Instant(fact.At)}, n’a été horodaté que le {French.Instant(stamped)} : entre les deux, seule la plateforme dit son instant.");
        if (Math.Max(ahead.Count, late.Count) > LateTimestamps.MostSentences)
            findings.Reserve("other-instants", $"De même pour d’autres événements : {French.Number(ahead.Count)} en tout sont postérieurs à leur horodatage, {French.Number(late.Count)} n’ont été horodatés que plus d’un quart d’heure après.");
    }
}
