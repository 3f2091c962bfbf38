namespace Vaguemestre.Core.Consultations;

/// <summary>
/// The domains at which people in France commonly receive mail: access providers, past ones whose boxes still work, and the
/// large mailbox services with their neighbours in spelling, so that <c>ymail.com</c> is not taken for a misspelt <c>gmail.com</c>.
/// Sorted by nothing but kind; a domain is added when companies are seen to use it.
/// </summary>
public static class CommonDomains
{
    public static readonly IReadOnlyList<string> All =
    [
        // Access providers
        "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "bbox.fr", "laposte.net", "neuf.fr", "cegetel.net", "club-internet.fr", "numericable.fr",
        "numericable.com", "noos.fr", "aliceadsl.fr", "alice.fr", "libertysurf.fr", "9online.fr", "9business.fr", "voila.fr", "nordnet.fr", "ozone.net",
        "orange.com", "infonie.fr", "tiscali.fr", "worldonline.fr", "dartybox.com", "mediaserv.net", "hexanet.fr", "ovh.fr", "sfr.net",

        // Mailbox services
        "gmail.com", "googlemail.com", "hotmail.fr", "hotmail.com", "outlook.fr", "outlook.com", "live.fr", "live.com", "msn.com",
        "yahoo.fr", "yahoo.com", "ymail.com", "rocketmail.com", "icloud.com", "me.com", "mac.com", "aol.com", "aol.fr", "gmx.fr", "gmx.com", "gmx.net",
        "protonmail.com", "protonmail.ch", "proton.me", "pm.me", "mailo.com", "mailo.fr", "netcourrier.com", "caramail.fr", "mail.com", "email.com", "mail.fr",
        "zoho.com", "yandex.com", "tutanota.com", "posteo.net", "infomaniak.com", "gandi.net", "net-c.com", "zaclys.net", "lilo.org", "ik.me", "fastmail.com",
    ];

    /// <summary>
    /// Endings under which a name of the list may well be somebody else's, or the same service's abroad: <c>hotmail.be</c> is no
    /// misspelling of <c>hotmail.fr</c>, while <c>hotmail.ft</c> is.
    /// </summary>
    public static readonly IReadOnlySet<string> OtherEndings = new HashSet<string>(StringComparer.Ordinal)
    {
        "fr", "com", "net", "org", "eu", "be", "ch", "lu", "de", "es", "it", "nl", "pt", "ie", "at", "pl", "ro", "ca", "re", "gp", "mq", "gf", "nc", "pf", "yt", "ma", "tn", "sn", "pro", "io", "me", "biz", "info", "uk", "us",
    };
}
