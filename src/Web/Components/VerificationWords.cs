using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Verification;

namespace Vaguemestre.Web.Components;

/// <summary>What a verification is called before a French reader, on the page and in the terminal.</summary>
public static class VerificationWords
{
    public static string Of(FindingKind kind) => kind switch
    {
        FindingKind.Established => "Établi",
        FindingKind.Reservation => "Réserves : ce qui n’est pas établi",
        FindingKind.NotSealed => "En attente",
        _ => "Ce qui ne va pas",
    };

    /// <summary>Guillemets keep what they hold on their line.</summary>
    public static string Unbroken(string sentence) => sentence.Replace("« ", "«\u00A0", StringComparison.Ordinal).Replace(" »", "\u00A0»", StringComparison.Ordinal);

    public static string Of(SignerRole role) => role == SignerRole.Attestation ? "Attestation" : "Horodatage";

    /// <summary>« auto-signé », « délivré par … », and whether it is believed.</summary>
    public static string Standing(FoundSigner signer)
    {
        var issuer = signer.SelfSigned ? "certificat auto-signé" : $"certificat délivré par {signer.Issuer}";
        return signer.Trusted switch
        {
            true => issuer + ", de confiance selon vos certificats",
            false => issuer + ", hors de vos certificats de confiance",
            null => issuer,
        };
    }

    /// <summary>Who, what about, and the four instants; of each recipient, for a letter or a consultation.</summary>
    public static IEnumerable<(string Label, string Value)> Summary(Attested attested) => [.. About(attested), .. attested.Told];

    /// <summary>Who and what about.</summary>
    public static IEnumerable<(string Label, string Value)> About(Attested attested) =>
    [
        ("Acheteur", attested.Organisation),
        (attested.Scope == AttestationScope.Conversation ? "Destinataire" : "Destinataires", attested.Recipient),
        ("Consultation", attested.Consultation),
        ("Objet", attested.Subject),
        ("État", attested.Status),
        ("Établie le", French.Instant(attested.IssuedAt, seconds: true)),
    ];
}
