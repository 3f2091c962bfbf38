using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence.Verification;

/// <summary>
/// Whether a seal's timestamp still stands: by its authority's certificate, or by renewals, each made while what it renews was good. A token
/// whose certificate has ended, and that nothing renewed in time, shows no more than the platform's word.
/// </summary>
/// <param name="now">The instant of the check.</param>
internal sealed class RenewalChecks(Findings findings, SignatureChecks signatures, DateTimeOffset now)
{
    private readonly HashSet<string> _said = [];

    public void Check(EvidenceSeal seal, int number, byte[] hash, Stamp first)
    {
        var (latest, marks, broken) = (first, new List<(byte[] Hash, byte[] Token)> { (hash, Convert.FromBase64String(seal.Token)) }, false);
        foreach (var renewal in seal.Renewals ?? [])
        {
            if (Read(renewal, number, marks) is not { } next)
            {
                findings.Fault("renewal", $"Un renouvellement de l’horodatage du sceau n° {number} n’est pas tel qu’il a été écrit, ou porte sur autre chose.");
                return;
            }

            if (IsLate(latest, next))
            {
                broken = true;
                SayLate($"du sceau n° {number}", latest, next);
            }

            if (_said.Add(Certificates.FingerprintOf(next.Authority)))
                signatures.See(next);
            marks.Add((SHA256.HashData(Encoding.UTF8.GetBytes(renewal.Statement)), Convert.FromBase64String(renewal.Token)));
            latest = next;
        }

        Say(first, latest, broken);
    }

    /// <summary>What it renews had ended by then.</summary>
    public static bool IsLate(Stamp latest, Stamp next) => next.At > EndOf(latest);

    /// <param name="whose">« du sceau n° 3 ».</param>
    /// <param name="latest">The timestamp before.</param>
    /// <param name="next">The renewal.</param>
    public void SayLate(string whose, Stamp latest, Stamp next) => findings.Reserve(
        "renewed-late",
        $"L’horodatage {whose} n’a été renouvelé que le {French.Instant(next.At)}, après la fin du certificat « {Certificates.NameOf(latest.Authority)} » ({French.Instant(EndOf(latest))}) : ce renouvellement ne prolonge rien.");

    /// <summary>Whether a seal's timestamp stands now, once for each authority.</summary>
    /// <param name="first">The seal's own.</param>
    /// <param name="latest">The last that renews it; the same where nothing does.</param>
    /// <param name="broken">One of its renewals was late.</param>
    public void Say(Stamp first, Stamp latest, bool broken)
    {
        if (!broken && EndOf(latest) < now && Once(latest, "ended"))
            findings.Reserve("authority-ended", $"Le certificat de l’autorité « {Certificates.NameOf(latest.Authority)} » a pris fin le {French.Instant(EndOf(latest))}, et l’horodatage n’a pas été renouvelé depuis : qui aurait obtenu sa clé après cette date pourrait l’avoir imité.");
        else if (!broken && !ReferenceEquals(first, latest) && EndOf(first) < now && Once(first, "renewed"))
            findings.Established("renewed", $"Le certificat de l’autorité « {Certificates.NameOf(first.Authority)} » a pris fin le {French.Instant(EndOf(first))} ; l’horodatage avait été renouvelé auparavant, en dernier lieu le {French.Instant(latest.At)} par l’autorité « {Certificates.NameOf(latest.Authority)} ».");
    }

    private bool Once(Stamp stamp, string what) => _said.Add(what + Certificates.FingerprintOf(stamp.Authority));

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
}
