using System.Globalization;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using Vaguemestre.Core.Consultations;

namespace Vaguemestre.Core.Delivery.Examining;

/// <summary>
/// Looks up what DNS says of the domains that letters come from: where reports go (MX), who may send (SPF, RFC 7208), the key of the
/// signature (DKIM, RFC 6376), what receivers are told to do (DMARC, RFC 7489). What DNS does not answer is not checked, and is no fault.
/// </summary>
internal sealed class DomainExamination(Settings settings)
{
    private const string Mx = "mx", MxTitle = "Retour des rapports (MX)", Spf = "spf", SpfTitle = "Serveurs autorisés (SPF)",
        Dkim = "dkim", DkimTitle = "Signature (DKIM)", Dmarc = "dmarc", DmarcTitle = "Politique (DMARC)", Silent = "DNS n'a pas répondu.";

    /// <summary>Under which names of .fr anybody may have one: the part of the public suffix list that a French buyer meets.</summary>
    private static readonly string[] SharedSuffixes = ["asso.fr", "com.fr", "gouv.fr", "nom.fr", "prd.fr", "tm.fr", "avoues.fr", "cci.fr", "greta.fr", "huissier-justice.fr"];

    private readonly Findings findings = new(CheckGroup.Domain);
    private readonly string from = Ascii(settings.Mail.FromAddress[(settings.Mail.FromAddress.LastIndexOf('@') + 1)..]);
    private readonly string bounces = Ascii(settings.Mail.BounceDomain);

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancel)
    {
        if (MailDomains.ClientOf(settings.Recipients.DnsServer) is not { } dns)
        {
            findings.Unknown("dns", "DNS", "DNS n'est pas interrogé (Recipients:DnsServer = off).");
            return findings.Checks;
        }

        await MxAsync(dns, cancel);
        await SpfAsync(dns, cancel);
        await DkimAsync(dns, cancel);
        await DmarcAsync(dns, cancel);
        return findings.Checks;
    }

    private async Task MxAsync(LookupClient dns, CancellationToken cancel)
    {
        var remedy = $"Publiez un MX pour {bounces} vers la machine qui reçoit les rapports. Voir docs/operate/mail.md.";
        if (await AskAsync(dns, bounces, QueryType.MX, cancel) is not { } answer)
        {
            findings.Unknown(Mx, MxTitle, Silent);
            return;
        }

        var servers = answer.MxRecords().OrderBy(r => r.Preference).Select(r => r.Exchange.Value.TrimEnd('.')).ToList();
        if (servers is [""])
        {
            findings.Fail(Mx, MxTitle, $"Le domaine {bounces} déclare ne recevoir aucun courrier (RFC 7505).", remedy);
            return;
        }

        var reached = new List<string>();
        foreach (var server in servers.DefaultIfEmpty(bounces).Take(10))
        {
            if (await HasAddressAsync(dns, server, cancel) is not { } has)
            {
                findings.Unknown(Mx, MxTitle, Silent);
                return;
            }

            if (has)
                reached.Add(server);
        }

        if (reached.Count > 0)
            findings.Ok(Mx, MxTitle, servers.Count > 0 ? $"Le courrier pour {bounces} va à {string.Join(", ", reached)}." : $"Sans MX, le courrier pour {bounces} va à la machine de ce nom.");
        else
            findings.Fail(Mx, MxTitle, servers.Count > 0 ? $"Le MX de {bounces}, {string.Join(", ", servers)}, ne mène à aucune adresse." : $"Le domaine {bounces} n'a ni MX ni adresse : les rapports des serveurs distants se perdent.", remedy);
    }

    private async Task SpfAsync(LookupClient dns, CancellationToken cancel)
    {
        if (await TextsAsync(dns, bounces, cancel) is not { } texts)
        {
            findings.Unknown(Spf, SpfTitle, Silent);
            return;
        }

        // RFC 7208 §4.5: the version stands alone or before a space; more than one record is an error.
        var records = texts.Where(t => (t + " ").StartsWith("v=spf1 ", StringComparison.OrdinalIgnoreCase)).ToList();
        var terms = records.FirstOrDefault("").ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (records.Count == 0)
            findings.Warn(Spf, SpfTitle, $"Le domaine {bounces} ne publie pas de SPF.", $"Publiez un TXT à {bounces} : « v=spf1 ip4:ADRESSE-DU-RELAIS -all ».");
        else if (records.Count > 1)
            findings.Fail(Spf, SpfTitle, $"Le domaine {bounces} publie {records.Count} SPF : les serveurs distants les refusent tous.", "N'en gardez qu'un.");
        else if (terms.Contains("+all") || terms.Contains("all"))
            findings.Fail(Spf, SpfTitle, $"Le SPF de {bounces} autorise le monde entier : « {records[0]} ».", "Remplacez le dernier terme par -all.");
        else
            findings.Ok(Spf, SpfTitle, $"« {records[0]} »");
    }

    private async Task DkimAsync(LookupClient dns, CancellationToken cancel)
    {
        if (settings.Mail.DkimSelector is not { Length: > 0 } selector)
        {
            findings.Unknown(Dkim, DkimTitle, "Le sélecteur n'est pas connu.", "Indiquez Mail:DkimSelector. À la main : vaguemestre send-test ADRESSE, puis lisez « dkim=pass » dans l'en-tête Authentication-Results du message reçu.");
            return;
        }

        var name = $"{selector}._domainkey.{from}";
        if (await TextsAsync(dns, name, cancel) is not { } texts)
            findings.Unknown(Dkim, DkimTitle, Silent);
        else if (texts.Select(t => Tag(t, "p")).FirstOrDefault(p => p is not null) is not { } key)
            findings.Fail(Dkim, DkimTitle, $"Aucune clé à {name}.", "Publiez l'enregistrement TXT que opendkim-genkey a écrit, ou corrigez Mail:DkimSelector.");
        else if (key.Length == 0)
            findings.Fail(Dkim, DkimTitle, $"La clé de {name} est révoquée.", "Publiez la clé dont le relais signe, ou corrigez Mail:DkimSelector.");
        else
            findings.Ok(Dkim, DkimTitle, $"La clé est publiée à {name}. Que le relais signe se voit sur un message reçu (dkim=pass).");
    }

    private async Task DmarcAsync(LookupClient dns, CancellationToken cancel)
    {
        string? record = null;
        foreach (var domain in new[] { from, Organisational(from) }.Distinct(StringComparer.Ordinal).TakeWhile(_ => record is null))
        {
            if (await TextsAsync(dns, "_dmarc." + domain, cancel) is not { } texts)
            {
                findings.Unknown(Dmarc, DmarcTitle, Silent);
                return;
            }

            record = texts.FirstOrDefault(t => Tag(t, "v") == "DMARC1");
        }

        var aligned = Tag(record ?? "", "aspf") == "s" ? from == bounces : Organisational(from) == Organisational(bounces);
        if (record is null)
            findings.Warn(Dmarc, DmarcTitle, $"Le domaine {from} ne publie pas de DMARC : de grands hébergeurs se méfient de ses courriers.", $"Publiez un TXT à _dmarc.{from} : « v=DMARC1; p=quarantine ».");
        else if (Tag(record, "p") is null)
            findings.Warn(Dmarc, DmarcTitle, $"Le DMARC de {from} n'a pas de politique : « {record} ».", "Ajoutez p=quarantine, p=reject ou p=none.");
        else
            findings.Ok(Dmarc, DmarcTitle, $"« {record} »");

        if (aligned)
            findings.Ok("alignment", "Alignement", $"L'expéditeur ({from}) et l'adresse de retour ({bounces}) sont alignés pour DMARC.");
        else
            findings.Warn("alignment", "Alignement", $"L'expéditeur ({from}) et l'adresse de retour ({bounces}) ne sont pas alignés : pour DMARC, SPF ne compte pas et seule la signature DKIM tient.", "Choisissez Mail:FromAddress et Mail:BounceDomain sous un même domaine, identiques si DMARC dit aspf=s ; faites signer au domaine de Mail:FromAddress.");
    }

    private static async Task<bool?> HasAddressAsync(LookupClient dns, string host, CancellationToken cancel)
    {
        var (four, six) = (await AskAsync(dns, host, QueryType.A, cancel), await AskAsync(dns, host, QueryType.AAAA, cancel));
        if ((four ?? []).Concat(six ?? []).OfType<AddressRecord>().Any())
            return true;
        return four is null || six is null ? null : false;
    }

    private static async Task<List<string>?> TextsAsync(LookupClient dns, string name, CancellationToken cancel) =>
        (await AskAsync(dns, name, QueryType.TXT, cancel))?.TxtRecords().Select(r => string.Concat(r.Text)).ToList();

    /// <summary>Null: nobody answered. Empty: the name does not exist, or has no such record.</summary>
    private static async Task<IReadOnlyList<DnsResourceRecord>?> AskAsync(LookupClient dns, string name, QueryType type, CancellationToken cancel)
    {
        try
        {
            var answer = await dns.QueryAsync(name, type, cancellationToken: cancel);
            if (answer.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
                return [];
            return answer.HasError ? null : answer.Answers;
        }
        catch (Exception silence) when (silence is DnsResponseException or SocketException or InvalidOperationException or ArgumentException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>A tag of a list « v=DMARC1; p=none » (RFC 6376 §3.2), its white space taken out; null when it is not there.</summary>
    private static string? Tag(string list, string name) =>
        list.Split(';').Select(t => t.Split('=', 2)).Where(t => t.Length == 2 && t[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(t => string.Concat(t[1].Where(c => !char.IsWhiteSpace(c)))).FirstOrDefault();

    /// <summary>The domain that somebody registered. By the two last labels, save under the shared suffixes of .fr: not the whole public suffix list.</summary>
    private static string Organisational(string domain)
    {
        var labels = domain.Split('.');
        var kept = SharedSuffixes.Contains(string.Join('.', labels.TakeLast(2)), StringComparer.Ordinal) ? 3 : 2;
        return string.Join('.', labels.TakeLast(kept));
    }

    private static string Ascii(string domain)
    {
        try
        {
            return new IdnMapping().GetAscii(domain.Trim().TrimEnd('.')).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return domain.ToLowerInvariant();
        }
    }
}
