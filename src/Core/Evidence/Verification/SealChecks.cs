using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence.Verification;

/// <summary>From each fact up to its seal's root, from the seal to the authority's token, and what the instants say of each other.</summary>
internal sealed class SealChecks(Findings findings, SignatureChecks signatures, EvidenceDocument evidence, DateTimeOffset now)
{
    private static readonly TimeSpan Late = TimeSpan.FromHours(24), ClockError = TimeSpan.FromMinutes(5);

    private readonly RenewalChecks renewals = new(findings, signatures, now);

    public void Check(IReadOnlyList<Fact> facts)
    {
        var seals = Seals();
        if (evidence.Facts.Any(f => f.Seal is { } place && !seals.ContainsKey(place.Number)) || evidence.Seals.Count != seals.Count)
            findings.Fault("seal", "Un sceau manque, est là deux fois, ou n’est pas tel qu’il a été écrit.");
        foreach (var number in seals.Keys.Where(n => evidence.Facts.All(f => f.Seal?.Number != n)))
            findings.Fault("seal", $"Le sceau n° {number} n’est celui d’aucun événement.");
        foreach (var (number, (statement, _, _)) in seals)
        {
            if (seals.TryGetValue(number - 1, out var previous) && statement.PreviousHash != previous.Hash)
                findings.Fault("seal", $"Le sceau n° {number} ne suit pas le sceau n° {number - 1}.");
        }

        var apart = evidence.Facts.Index().Where(f => f.Item.Seal is { } place && seals.TryGetValue(place.Number, out var seal) && !Leads(f.Item, place, seal.Statement)).Select(f => f.Index + 1).ToList();
        if (apart.Count > 0)
            findings.Fault("inclusion", $"Les événements suivants ne sont pas dans le sceau qu’ils indiquent : n° {string.Join(", ", apart)}.");
        var waiting = evidence.Facts.Index().Where(f => f.Item.Seal is null).Select(f => f.Index + 1).ToList();
        if (waiting.Count > 0)
            findings.NotSealed("not-sealed", $"En attente d’horodatage : événements n° {string.Join(", ", waiting)}. Aucune autorité n’atteste encore qu’ils existaient.");
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
        foreach (var (fact, place) in facts.Zip(evidence.Facts.Select(f => f.Seal)))
        {
            if (place is null || !seals.TryGetValue(place.Number, out var seal))
                continue;
            if (fact.At > seal.Stamp.At + ClockError)
                findings.Reserve("after-its-timestamp", $"L’événement n° {fact.Sequence} porte un instant postérieur à son horodatage : l’horloge de la plateforme avançait, ou l’événement est postdaté.");
            else if (seal.Stamp.At - fact.At > Late)
                findings.Reserve("timestamped-late", $"L’événement n° {fact.Sequence}, du {French.Instant(fact.At)}, n’a été horodaté que le {French.Instant(seal.Stamp.At)} : entre les deux, seule la plateforme dit son instant.");
        }
    }
}
