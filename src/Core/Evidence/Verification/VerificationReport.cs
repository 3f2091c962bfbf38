using System.Security.Cryptography.X509Certificates;
using Vaguemestre.Core.Evidence.Signing;

namespace Vaguemestre.Core.Evidence.Verification;

/// <summary>What one finding weighs.</summary>
public enum FindingKind
{
    /// <summary>Recomputed from the file, and found so.</summary>
    Established,

    /// <summary>What the file does not show, though nothing in it is wrong.</summary>
    Reservation,

    /// <summary>A fact that no authority has timestamped yet.</summary>
    NotSealed,

    /// <summary>Something was changed, or contradicts something else.</summary>
    Fault,
}

/// <param name="Code">Stable, for programs.</param>
/// <param name="Sentence">In French, for people.</param>
public sealed record Finding(FindingKind Kind, string Code, string Sentence);

public enum SignerRole
{
    /// <summary>Signed the attestation.</summary>
    Attestation,

    /// <summary>An authority that timestamped facts or the signature.</summary>
    Timestamp,
}

/// <summary>Whose signature was found good. Not: who is to be believed.</summary>
/// <param name="Sha256">Of the certificate in DER: the fingerprint to compare with one that was had otherwise.</param>
/// <param name="Trusted">Whether it is among the certificates believed, or leads to one of them; null when none was given.</param>
public sealed record FoundSigner(SignerRole Role, string Name, string Issuer, string Sha256, bool SelfSigned, bool? Trusted)
{
    public static string FingerprintOf(X509Certificate2 certificate) => Certificates.FingerprintOf(certificate);
}

/// <summary>What the attestation is about, in its own words.</summary>
/// <param name="Id">Of the conversation, the letter or the consultation.</param>
/// <param name="Told">The four legal instants, label and words; of a letter or a consultation, every recipient with its status and instants.</param>
public sealed record Attested(
    Guid Id, string Organisation, string Recipient, string Consultation, string Subject, string Status, DateTimeOffset IssuedAt, int Facts, IReadOnlyList<(string Label, string Value)> Told, AttestationScope Scope = AttestationScope.Conversation);

public enum VerificationOutcome
{
    /// <summary>Whole and consistent; reservations may remain.</summary>
    Whole,

    /// <summary>Altered, contradicted, or not sealed.</summary>
    Refused,

    /// <summary>Not an attestation, nor the evidence of one.</summary>
    NotAnAttestation,
}

/// <summary>What checking a file by itself came to.</summary>
/// <param name="Attested">Null where that cannot be read.</param>
/// <param name="EvidenceSha256">Of <c>preuves.json</c>, whole: what the QR code on the pages says. Null where there is none to read.</param>
public sealed record VerificationReport(IReadOnlyList<Finding> Findings, IReadOnlyList<FoundSigner> Signers, Attested? Attested, string? EvidenceSha256 = null, bool IsAttestation = true)
{
    /// <summary>It is an export of the journal that was checked.</summary>
    public bool IsJournal { get; init; }

    public VerificationOutcome Outcome =>
        !IsAttestation ? VerificationOutcome.NotAnAttestation
        : Findings.Any(f => f.Kind is FindingKind.Fault or FindingKind.NotSealed) ? VerificationOutcome.Refused
        : VerificationOutcome.Whole;

    /// <summary>The whole report in one sentence.</summary>
    public string Verdict => Outcome switch
    {
        VerificationOutcome.Refused when IsJournal => "Cet export du journal a été modifié, ou se contredit : il ne prouve rien en l’état.",
        _ when IsJournal => Findings.Any(f => f.Kind == FindingKind.Reservation) ? "Cet export du journal est entier et cohérent, avec les réserves indiquées." : "Cet export du journal est entier et cohérent.",
        VerificationOutcome.NotAnAttestation => "Ce fichier n’est pas une attestation, ni les preuves d’une attestation.",
        VerificationOutcome.Refused when Findings.All(f => f.Kind != FindingKind.Fault) => "Rien n’a été modifié, mais cette attestation n’est pas entièrement scellée : elle attend encore un horodatage.",
        VerificationOutcome.Refused => "Cette attestation a été modifiée, ou se contredit : elle ne prouve rien en l’état.",
        _ when Findings.Any(f => f.Kind == FindingKind.Reservation) => "Cette attestation est entière et cohérente, avec les réserves indiquées.",
        _ => "Cette attestation est entière et cohérente.",
    };
}
