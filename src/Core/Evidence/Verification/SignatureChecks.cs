using System.Security.Cryptography.X509Certificates;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Pdf;

namespace Vaguemestre.Core.Evidence.Verification;

/// <summary>Who signed the evidence and the PDF, who timestamped what, and whether the reader has a reason to believe them.</summary>
internal sealed class SignatureChecks(Findings findings)
{
    /// <summary>Between two clocks; and from the instant that an attestation bears to its signature.</summary>
    private static readonly TimeSpan ClockError = TimeSpan.FromMinutes(5), Making = TimeSpan.FromMinutes(15);

    private readonly List<(SignerRole Role, IReadOnlyList<X509Certificate2> Path, DateTimeOffset At, Stamp? Stamp)> seen = [];

    /// <summary>Who signed the evidence; null where its signature is false.</summary>
    public X509Certificate2? Signer { get; private set; }

    public void Check(EvidenceFile file, SignedPdf? pdf)
    {
        var (issuedAt, outer) = (file.Evidence.IssuedAt, pdf is null ? null : Signature.Read(pdf.Signature, pdf.SignedBytes));
        if (Signature.Read(file.Signature, file.Signed) is { } signature)
        {
            Signer = signature.Signer;
            findings.Established("evidence-signature", $"Les preuves n’ont pas changé depuis que le titulaire du certificat « {Certificates.NameOf(Signer)} » les a signées.");

            // When, the signer alone says; an authority's word weighs more, where there is one.
            See(SignerRole.Attestation, signature.Path, outer?.Stamp?.At ?? issuedAt);
        }
        else
        {
            findings.Fault("evidence-signature", "La signature des preuves est fausse : les preuves, ou la signature, ont été modifiées.");
        }

        if (pdf is not null)
            Check(outer, issuedAt);
        else
            findings.Reserve("signature-not-dated", "Rien n’atteste de l’instant auquel ces preuves ont été signées, que leur signataire seul indique : dans l’attestation au format PDF, un horodatage le fait. Les événements ont leurs propres horodatages.");
    }

    private void Check(Signature? pdf, DateTimeOffset issuedAt)
    {
        if (pdf is not { } signature)
        {
            findings.Fault("pdf-signature", "La signature du PDF est fausse : le document, ou la signature, a été modifié.");
            return;
        }

        if (Signer is null || !CertificatePath.Same(signature.Signer, Signer))
        {
            findings.Fault("two-signers", "Le PDF n’est pas signé par le certificat qui a signé les preuves qu’il contient.");
            return;
        }

        findings.Established("pdf-signature", "Le PDF entier est couvert par une signature du même certificat, et n’a pas changé depuis.");
        if (signature.Stamp is { } stamp)
        {
            findings.Established("signature-timestamp", $"Cette signature existait le {French.Instant(stamp.At)}, selon l’autorité « {Certificates.NameOf(stamp.Authority)} ».");
            See(stamp);
            if (stamp.At < issuedAt - ClockError)
                findings.Reserve("signature-clock", "La signature porte un horodatage antérieur à l’instant auquel l’attestation dit avoir été établie : l’une des deux horloges n’était pas à l’heure.");
            else if (stamp.At > issuedAt + Making)
                findings.Reserve("signature-late", $"L’attestation dit avoir été établie le {French.Instant(issuedAt)}, et sa signature n’a été horodatée que plus tard, le {French.Instant(stamp.At)} : de ce qui s’est passé entre les deux, elle peut ne rien dire.");
        }
        else
        {
            findings.Reserve("signature-not-timestamped", "La signature du PDF n’est pas horodatée : rien ne dit quand elle a été faite. Les événements ont leurs propres horodatages.");
        }
    }

    public void See(Stamp stamp) => seen.Add((SignerRole.Timestamp, stamp.Path, stamp.At, stamp));

    /// <summary>Who signed something else than an attestation, now.</summary>
    public void See(Signature signature, DateTimeOffset at) => See(SignerRole.Attestation, signature.Path, at);

    /// <summary>Every signature that was found good: its path of certificates, and when it was made.</summary>
    public IEnumerable<(IReadOnlyList<X509Certificate2> Path, DateTimeOffset At)> Seen => seen.Select(s => (s.Path, s.At));

    /// <summary>Every signer once, with what may be held against each.</summary>
    public IReadOnlyList<FoundSigner> Judge(X509Certificate2Collection? trusted)
    {
        if (trusted is null && seen.Count > 0)
            findings.Reserve("no-trust", "Aucun certificat de confiance n’a été indiqué : cette vérification dit quels certificats ont signé, pas si leurs titulaires sont ceux qu’ils disent. Comparez les empreintes avec celles que l’acheteur ou l’autorité publie.");
        var signers = new List<FoundSigner>();
        foreach (var group in seen.GroupBy(s => (s.Role, Sha256: Certificates.FingerprintOf(s.Path[0]))))
        {
            var certificate = group.First().Path[0];
            var signer = new FoundSigner(
                group.Key.Role, Certificates.NameOf(certificate), Certificates.IssuerOf(certificate), group.Key.Sha256, Certificates.IsSelfSigned(certificate),
                trusted is null ? null : group.All(s => Trust.Believes(trusted, group.MaxBy(other => other.Path.Count).Path, s.At)));
            signers.Add(signer);
            Reserve(signer, group.FirstOrDefault(s => s.Stamp is not null).Stamp);
            if (group.Any(s => s.At < new DateTimeOffset(certificate.NotBefore) || s.At > new DateTimeOffset(certificate.NotAfter)))
                findings.Reserve("not-valid-then", $"Le certificat « {signer.Name} » n’était pas en cours de validité à l’instant de sa signature.");
        }

        return signers;
    }

    private void See(SignerRole role, IReadOnlyList<X509Certificate2> path, DateTimeOffset at) => seen.Add((role, path, at, null));

    private void Reserve(FoundSigner signer, Stamp? stamp)
    {
        if (signer.Trusted == false)
            findings.Reserve("not-trusted", $"Le certificat « {signer.Name} » n’est pas parmi les certificats de confiance indiqués, et ne mène à aucun d’eux.");
        if (signer.SelfSigned && signer.Trusted != true)
            findings.Reserve("self-signed", $"Le certificat « {signer.Name} » est auto-signé : aucun tiers n’atteste de l’identité de son titulaire.");
        if (stamp?.Policy == BuiltInAuthority.Policy)
            findings.Reserve("authority-built-in", $"L’autorité d’horodatage « {signer.Name} » est interne à la plateforme et n’est pas qualifiée : ses instants engagent l’exploitant, non un tiers.");
        else if (stamp is { SaysQualified: true })
            findings.Reserve("authority-says-qualified", $"Les jetons de l’autorité d’horodatage « {signer.Name} » se déclarent qualifiés au sens du règlement eIDAS : la liste de confiance de l’Union dit si l’autorité l’est.");
        else if (stamp is not null)
            findings.Reserve("authority-not-qualified", $"Les jetons de l’autorité d’horodatage « {signer.Name} » ne se déclarent pas qualifiés au sens du règlement eIDAS.");
    }
}

/// <summary>Whether a certificate is believed by whoever believes some.</summary>
internal static class Trust
{
    /// <summary>It is one of them, or leads to one of them by a path that was valid then (RFC 5280 §6). Asks no network; revocation is not looked at.</summary>
    public static bool Believes(X509Certificate2Collection trusted, IReadOnlyList<X509Certificate2> path, DateTimeOffset at)
    {
        if (trusted.Any(t => CertificatePath.Same(t, path[0])))
            return true;
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationTime = at.UtcDateTime,
                VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority,
            },
        };
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.ExtraStore.AddRange(path.Skip(1).ToArray());
        return chain.Build(path[0]) && chain.ChainElements.Skip(1).Any(e => trusted.Any(t => CertificatePath.Same(t, e.Certificate)));
    }
}
