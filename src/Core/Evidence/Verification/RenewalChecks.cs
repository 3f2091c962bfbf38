using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence.Verification;

/// <summary>
/// Whether seals' timestamps still stand: by their authority's certificate, or by renewals, each made while what it renews was good. A token
/// whose certificate has ended, and that nothing renewed in time, shows no more than the platform's word.
/// </summary>
/// <param name="now">The instant of the check.</param>
internal sealed class RenewalChecks(Findings findings, SignatureChecks signatures, DateTimeOffset now)
{
    private readonly HashSet<string> _seen = [];
    private readonly Dictionary<string, Told> _late = [], _ended = [], _renewed = [];

    /// <summary>A seal of an attestation's evidence. What is to be told of it, <see cref="Tell"/> tells.</summary>
    public void Check(EvidenceSeal seal, int number, byte[] hash, Stamp first)
    {
        var (timestamp, marks) = (new RenewedStamp(number, first), new List<(byte[] Hash, byte[] Token)> { (hash, Convert.FromBase64String(seal.Token)) });
        foreach (var renewal in seal.Renewals ?? [])
        {
            if (Read(renewal, number, marks) is not { } next)
            {
                findings.Fault("renewal", $"Un renouvellement de l’horodatage du sceau n° {number} n’est pas tel qu’il a été écrit, ou porte sur autre chose.");
                return;
            }

            See(renewal.Hash, next);
            Renew(timestamp, next);
            marks.Add((SHA256.HashData(Encoding.UTF8.GetBytes(renewal.Statement)), Convert.FromBase64String(renewal.Token)));
        }

        Judge(timestamp);
    }

    /// <summary>Who made a renewal, once for all the seals that it covers.</summary>
    public void See(string renewalHash, Stamp stamp)
    {
        if (_seen.Add(renewalHash))
            signatures.See(stamp);
    }

    /// <summary>The next renewal that covers a seal.</summary>
    public void Renew(RenewedStamp timestamp, Stamp next)
    {
        if (next.At > EndOf(timestamp.Latest))
        {
            timestamp.Broken = true;
            Add(_late, $"{Fingerprint(timestamp.Latest)} {Fingerprint(next)} {next.At.UtcTicks}", timestamp.Number, timestamp.Latest, next);
        }

        timestamp.Latest = next;
    }

    /// <summary>All that covers a seal was read.</summary>
    public void Judge(RenewedStamp timestamp)
    {
        if (timestamp.Broken)
            return;
        if (EndOf(timestamp.Latest) < now)
            Add(_ended, Fingerprint(timestamp.Latest), timestamp.Number, timestamp.Latest, timestamp.Latest);
        else if (!ReferenceEquals(timestamp.First, timestamp.Latest) && EndOf(timestamp.First) < now)
            Add(_renewed, $"{Fingerprint(timestamp.First)} {Fingerprint(timestamp.Latest)}", timestamp.Number, timestamp.First, timestamp.Latest);
    }

    /// <summary>After the last seal: each authority once, with the seals that it is told of.</summary>
    public void Tell()
    {
        foreach (var (seals, before, next) in _late.Values)
            findings.Reserve("renewed-late", $"L’horodatage {seals} n’a été renouvelé que le {French.Instant(next.At)}, après la fin du certificat « {Certificates.NameOf(before.Authority)} » ({French.Instant(EndOf(before))}) : ce renouvellement ne prolonge rien.");
        foreach (var (seals, latest, _) in _ended.Values)
            findings.Reserve("authority-ended", $"Le certificat de l’autorité « {Certificates.NameOf(latest.Authority)} » a pris fin le {French.Instant(EndOf(latest))}, et l’horodatage {seals} n’a pas été renouvelé depuis : qui aurait obtenu sa clé après cette date pourrait l’avoir imité.");
        foreach (var (seals, first, latest) in _renewed.Values)
            findings.Established("renewed", $"Le certificat de l’autorité « {Certificates.NameOf(first.Authority)} » a pris fin le {French.Instant(EndOf(first))} ; l’horodatage {seals} avait été renouvelé auparavant, en dernier lieu le {French.Instant(latest.At)} par l’autorité « {Certificates.NameOf(latest.Authority)} ».");
    }

    private static void Add(Dictionary<string, Told> told, string key, int number, Stamp before, Stamp after)
    {
        var (seals, first, latest) = told.GetValueOrDefault(key, new Told(new SealNumbers(), before, after));
        seals.Add(number);
        told[key] = new Told(seals, first, after.At > latest.At ? after : latest);
    }

    private static string Fingerprint(Stamp stamp) => Certificates.FingerprintOf(stamp.Authority);

    private static DateTimeOffset EndOf(Stamp stamp) => new(stamp.Authority.NotAfter);

    /// <summary>Null where it does not hold.</summary>
    private static Stamp? Read(EvidenceRenewal renewal, int number, List<(byte[] Hash, byte[] Token)> marks)
    {
        var statement = renewal.Read();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(renewal.Statement));
        return statement.Format == Renewal.Format && Convert.ToHexStringLower(hash) == renewal.Hash
            && MerkleTree.Root(Renewal.LeafOf(marks), number - statement.FirstSeal, statement.LastSeal - statement.FirstSeal + 1, [.. renewal.Path.Select(Convert.FromHexString)]) is { } root
            && Convert.ToHexStringLower(root) == statement.Root
            ? Stamp.Read(Convert.FromBase64String(renewal.Token), hash)
            : null;
    }

    private readonly record struct Told(SealNumbers Seals, Stamp First, Stamp Latest);
}

/// <summary>The timestamp of a seal and what has renewed it.</summary>
internal sealed class RenewedStamp(int number, Stamp first)
{
    /// <summary>Of the seal.</summary>
    public int Number { get; } = number;

    /// <summary>The seal's own.</summary>
    public Stamp First { get; } = first;

    /// <summary>The last that renews it; <see cref="First"/> where nothing does.</summary>
    public Stamp Latest { get; set; } = first;

    /// <summary>One of its renewals came after the end of what it renews.</summary>
    public bool Broken { get; set; }
}

/// <summary>Some seals, in the order of their numbers: « du sceau n° 3 », « des sceaux n° 1 à 1024, 2049 ».</summary>
internal sealed class SealNumbers
{
    private readonly List<(int First, int Last)> _runs = [];

    public void Add(int number)
    {
        if (_runs is [.., (var first, var last)] && number == last + 1)
            _runs[^1] = (first, number);
        else
            _runs.Add((number, number));
    }

    public override string ToString() => _runs is [(var only, var same)] && only == same
        ? $"du sceau n° {only}"
        : $"des sceaux n° {French.Some([.. _runs.Select(r => r.First == r.Last ? French.Number(r.First) : $"{French.Number(r.First)} à {French.Number(r.Last)}")])}";
}
