using System.Security.Cryptography.X509Certificates;
using Vaguemestre.Core.Evidence.Signing;

namespace Vaguemestre.Core.Evidence.Verification;

/// <summary>Whether those who signed had certificates that were not revoked then, as far as the evidence holds their issuers' word. Asks no network.</summary>
internal sealed class RevocationChecks(Findings findings, AnyEvidence evidence)
{
    /// <param name="signed">Paths of certificates, and when the first of the path signed.</param>
    public void Check(IEnumerable<(IReadOnlyList<X509Certificate2> Path, DateTimeOffset At)> signed)
    {
        var links = signed.SelectMany(s => s.Path.Zip(s.Path.Skip(1), (certificate, issuer) => (Certificate: certificate, Issuer: issuer, s.At)));
        foreach (var link in links.GroupBy(l => Certificates.FingerprintOf(l.Certificate)))
            Check(link.Key, link.First().Certificate, link.First().Issuer, link.Max(l => l.At));
    }

    /// <summary>How old an answer without an end of its own may be when something is signed.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(1);

    private void Check(string fingerprint, X509Certificate2 certificate, X509Certificate2 issuer, DateTimeOffset at)
    {
        var name = Certificates.NameOf(certificate);
        var given = (evidence.Revocations ?? []).Where(r => r.Certificate == fingerprint).ToList();
        var told = given.Select(r => (r.Kind, Statement: RevocationStatement.Read(r.Kind, Bytes(r.Data), certificate, issuer))).Where(r => r.Statement is not null).ToList();
        if (told.Count == 0)
        {
            if (given.Count > 0)
                findings.Reserve("revocation-unreadable", $"Ce qui est joint sur la révocation du certificat « {name} » n’est pas signé par son émetteur, ou ne porte pas sur lui.");
            else if (RevocationAnswers.Places(certificate) is not ([], []))
                findings.Reserve("no-revocation-data", $"Aucune donnée de révocation n’est jointe pour le certificat « {name} », qui dit pourtant où la demander : rien n’établit ici qu’il n’était pas révoqué quand il a signé.");
            return;
        }

        foreach (var (kind, statement) in told)
        {
            var source = kind == RevocationStatement.Ocsp ? "la réponse OCSP" : "la liste de révocation";
            if (statement!.RevokedAt is null && at > (statement.Until ?? statement.At + Fresh))
                findings.Reserve("revocation-outdated", $"Le certificat « {name} » n’était pas révoqué le {French.Instant(statement.At)}, selon {source} de « {Certificates.NameOf(issuer)} », jointe aux preuves ; il a signé le {French.Instant(at)}, et rien n’établit ici qu’il ne l’était pas alors.");
            else if (statement.RevokedAt is not { } revoked)
                findings.Established("not-revoked", $"Le certificat « {name} » n’était pas révoqué le {French.Instant(statement.At)}, selon {source} de « {Certificates.NameOf(issuer)} », jointe aux preuves.");
            else if (revoked <= at)
                findings.Fault("revoked", $"Le certificat « {name} » était révoqué depuis le {French.Instant(revoked)} quand il a signé, selon {source} de « {Certificates.NameOf(issuer)} », jointe aux preuves.");
            else
                findings.Established("revoked-later", $"Le certificat « {name} » n’a été révoqué que le {French.Instant(revoked)}, après ce qu’il a signé ici, selon {source} de « {Certificates.NameOf(issuer)} », jointe aux preuves.");
        }
    }

    private static byte[] Bytes(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
