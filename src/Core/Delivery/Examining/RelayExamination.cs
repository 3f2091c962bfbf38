using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery.Examining;

/// <summary>
/// Looks at the relay by opening sessions with it, each a step further: in the clear, protected, signed in. The step that fails
/// is the one to mend. No mail is sent.
/// </summary>
internal sealed class RelayExamination(Settings settings, TimeProvider clock)
{
    private const string Tls = "relay-tls", TlsTitle = "Chiffrement vers le relais", Documentation = "Voir docs/operate/mail.md.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Soon = TimeSpan.FromDays(14);

    private readonly Findings findings = new(CheckGroup.Relay);
    private readonly SmtpSettings smtp = settings.Smtp;
    private SslPolicyErrors? judged;
    private DateTimeOffset certificateEnds;

    /// <summary>What a letter with the most files weighs as a mail: base64 and its line ends, the text and the header fields.</summary>
    private long LargestMail => (settings.Limits.PlainAttachments * 4 / 3 * 78 / 76) + (256 * 1024);

    private string Place => string.Create(CultureInfo.InvariantCulture, $"{smtp.Host}:{smtp.Port}");

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancel)
    {
        if (smtp.Host.Length == 0)
            findings.Fail("relay", "Relais joignable", "Aucun relais n'est configuré : aucun courrier ne part.", "Indiquez Smtp:Host. " + Documentation);
        else if (await OpenAsync(cancel) is { } offered)
            Offers(offered);
        return findings.Checks;
    }

    /// <returns>What the last session offered; null when letters have no way.</returns>
    private async Task<IReadOnlyDictionary<string, string>?> OpenAsync(CancellationToken cancel)
    {
        var full = RelayLine.OptionsOf(smtp) with { Timeout = Patience, CertificateValidation = Judge };
        var anonymous = full with { UserName = null, Password = null };
        var (offered, why) = await TryAsync(anonymous with { Security = smtp.Security == RelaySecurity.Tls ? RelaySecurity.Tls : RelaySecurity.None }, cancel);
        if (offered is null && judged is null)
        {
            findings.Fail("relay", "Relais joignable", $"Le relais {Place} ne répond pas : {why}", "Vérifiez Smtp:Host et Smtp:Port, que le relais tourne, et qu'aucun pare-feu ne sépare les deux machines.");
            return null;
        }

        findings.Ok("relay", "Relais joignable", $"Le relais {Place} répond.");
        if (smtp.Security == RelaySecurity.StartTls)
            (offered, why) = await TryAsync(anonymous, cancel);
        if (!Protected(offered, why))
            return null;
        return smtp.UserName is { Length: > 0 } ? await SignInAsync(full, cancel) : offered;
    }

    private async Task<IReadOnlyDictionary<string, string>?> SignInAsync(RelayOptions full, CancellationToken cancel)
    {
        var (offered, why) = await TryAsync(full, cancel);
        if (offered is null)
            findings.Fail("relay-sign-in", "Identification auprès du relais", $"Le relais refuse l'identification : {why}", "Vérifiez Smtp:UserName et Smtp:Password auprès de l'exploitant du relais.");
        else
            findings.Ok("relay-sign-in", "Identification auprès du relais", "Le relais accepte l'identifiant et le mot de passe.");
        return offered;
    }

    private bool Protected(IReadOnlyDictionary<string, string>? offered, string why)
    {
        if (smtp.Security == RelaySecurity.None)
        {
            InTheClear(offered!);
            return true;
        }

        if (offered is null)
        {
            findings.Fail(Tls, TlsTitle, judged is { } errors and not SslPolicyErrors.None ? Fault(errors) : $"Pas de session chiffrée : {why}",
                "Faites délivrer au relais un certificat à son nom par une autorité que cette machine connaît, ou indiquez dans Smtp:Host le nom que porte le certificat.");
            return false;
        }

        var until = $"Le certificat de {smtp.Host} est valable jusqu'au {ParisTime.Day(certificateEnds)}.";
        if (certificateEnds - clock.GetUtcNow() < Soon)
            findings.Warn(Tls, TlsTitle, until, "Faites renouveler le certificat du relais : ce jour passé, plus aucun courrier ne part.");
        else
            findings.Ok(Tls, TlsTitle, until);
        return true;
    }

    private void InTheClear(IReadOnlyDictionary<string, string> offered)
    {
        if (smtp.Host == "localhost" || (IPAddress.TryParse(smtp.Host, out var address) && IPAddress.IsLoopback(address)))
            findings.Ok(Tls, TlsTitle, "En clair, sur la même machine.");
        else
            findings.Warn(Tls, TlsTitle, "Les courriers vont en clair jusqu'au relais.", offered.ContainsKey("STARTTLS") ? "Le relais offre STARTTLS : indiquez Smtp:Security = starttls." : "Demandez STARTTLS ou TLS à l'exploitant du relais, puis indiquez Smtp:Security.");
    }

    private string Fault(SslPolicyErrors errors)
    {
        if (certificateEnds < clock.GetUtcNow())
            return $"Le certificat du relais a expiré le {ParisTime.Day(certificateEnds)}.";
        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"Le certificat du relais n'est pas au nom de {smtp.Host}."
            : "Le certificat du relais n'est signé par aucune autorité que cette machine connaît.";
    }

    private void Offers(IReadOnlyDictionary<string, string> offered)
    {
        if (offered.ContainsKey("DSN"))
            findings.Ok("relay-dsn", "Rapports de remise (DSN)", "Le relais prend les demandes de rapport.");
        else
            findings.Warn("relay-dsn", "Rapports de remise (DSN)", "Le relais ne prend pas les demandes de rapport : un courrier remis restera « Transmis », jamais « Délivré ».", "Faites activer DSN (RFC 3461) sur le relais. " + Documentation);

        _ = long.TryParse(offered.GetValueOrDefault("SIZE"), NumberStyles.None, CultureInfo.InvariantCulture, out var size);
        if (size is > 0 && size < LargestMail)
            findings.Fail("relay-size", "Taille des courriers", $"Le relais prend {Said.Size(size)} au plus ; un courrier simple peut en peser {Said.Size(LargestMail)}.", "Augmentez la limite du relais (Postfix : message_size_limit), ou abaissez Limits:PlainAttachments.");
        else
            findings.Ok("relay-size", "Taille des courriers", size > 0 ? $"Le relais prend {Said.Size(size)}." : "Le relais n'annonce pas de limite.");

        if (offered.ContainsKey("SMTPUTF8"))
            findings.Ok("relay-smtputf8", "Adresses accentuées (SMTPUTF8)", "Le relais les prend.");
        else
            findings.Warn("relay-smtputf8", "Adresses accentuées (SMTPUTF8)", "Le relais ne les prend pas : un courrier à une telle adresse sera « Non délivré ».", "Faites activer SMTPUTF8 sur le relais.");

        if (offered.ContainsKey("PIPELINING"))
            findings.Ok("relay-pipelining", "Débit", offered.ContainsKey("CHUNKING") ? "Le relais offre PIPELINING et CHUNKING." : "Le relais offre PIPELINING.");
        else
            findings.Warn("relay-pipelining", "Débit", "Le relais n'offre pas PIPELINING : un envoi à beaucoup de destinataires est plus lent.", "Faites activer PIPELINING sur le relais.");
    }

    private bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        judged = errors;
        certificateEnds = certificate is X509Certificate2 known ? new DateTimeOffset(known.NotAfter.ToUniversalTime()) : default;
        return errors == SslPolicyErrors.None;
    }

    private static async Task<(IReadOnlyDictionary<string, string>? Offered, string Why)> TryAsync(RelayOptions options, CancellationToken cancel)
    {
        try
        {
            await using var session = await RelaySession.OpenAsync(options, cancel);
            return (session.Extensions, "");
        }
        catch (RelayUnavailableException unavailable)
        {
            return (null, Words(unavailable.Answer));
        }
        catch (OperationCanceledException)
        {
            return (null, "pas de réponse à temps.");
        }
    }

    /// <summary>The relay's own words between quotation marks, ours without.</summary>
    internal static string Words(RelayAnswer answer) => answer.IsServersOwn ? $"« {answer.Reply.ReplaceLineEndings(" ")} »" : answer.Reply;
}
