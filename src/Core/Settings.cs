using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Vaguemestre.Core.Access;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core;

/// <summary>
/// The configuration, as <c>docs/operate/configuration.md</c> lists it. Read once at start; a value that is not allowed
/// stops the start.
/// </summary>
public sealed class Settings
{
    /// <summary>What links in mails begin with; no slash at the end.</summary>
    [Required, Url]
    public string PublicUrl { get; set; } = "http://localhost:5080";

    /// <summary>
    /// The reverse proxies in front: addresses or networks (<c>10.0.0.0/8</c>), separated by commas. Their <c>X-Forwarded-For</c> and
    /// <c>X-Forwarded-Proto</c> are believed, nobody else's. Without it all visitors behind a proxy count as one where sources are bounded.
    /// </summary>
    [Networks]
    public string TrustedProxies { get; set; } = "";

    /// <summary>SQLite file, attachments and keys, when those are local.</summary>
    [Required]
    public string DataDirectory { get; set; } = "./data";

    public DatabaseSettings Database { get; set; } = new();

    public SmtpSettings Smtp { get; set; } = new();

    public MailSettings Mail { get; set; } = new();

    public InboundSettings Inbound { get; set; } = new();

    public MessagingSettings Messaging { get; set; } = new();

    public LimitSettings Limits { get; set; } = new();

    public RecipientSettings Recipients { get; set; } = new();

    public DeliverySettings Delivery { get; set; } = new();

    public NotificationSettings Notifications { get; set; } = new();

    public ReceiptSettings Receipts { get; set; } = new();

    public TimestampingSettings Timestamping { get; set; } = new();

    public SigningSettings Signing { get; set; } = new();

    public AntivirusSettings Antivirus { get; set; } = new();

    public JournalSettings Journal { get; set; } = new();

    public RetentionSettings Retention { get; set; } = new();

    /// <summary>Comma-separated: <c>web</c>, <c>worker</c>.</summary>
    [RegularExpression("^(web|worker|web,worker|worker,web)$")]
    public string Roles { get; set; } = "web,worker";

    /// <summary><see cref="TrustedProxies"/>, read.</summary>
    public IReadOnlyList<IPNetwork> ProxyNetworks() => NetworksAttribute.Read(TrustedProxies) ?? [];

    public Uri Link(string path) => new(PublicUrl.TrimEnd('/') + path);
}

/// <summary>Addresses or networks, separated by commas.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NetworksAttribute() : ValidationAttribute("Des adresses IP ou des réseaux (10.0.0.0/8), séparés par des virgules ; ou rien.")
{
    public override bool IsValid(object? value) => Read(value as string) is not null;

    /// <summary>Null where a part is neither.</summary>
    public static IReadOnlyList<IPNetwork>? Read(string? text)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(part, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(part, out var address))
                networks.Add(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            else
                return null;
        }

        return networks;
    }
}

public enum DatabaseProvider
{
    Sqlite,
    Postgresql,
}

public sealed class DatabaseSettings
{
    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;

    /// <summary>Empty for SQLite: the file <c>vaguemestre.db</c> in the data directory.</summary>
    public string ConnectionString { get; set; } = "";
}

public sealed class SmtpSettings
{
    /// <summary>The relay (smart host) that takes the letters. Needed by <c>serve</c>; the demo has its own.</summary>
    public string Host { get; set; } = "";

    /// <summary>25, or 587 with a sign-in, or 465 with <c>tls</c>.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 25;

    /// <summary>STARTTLS is required when asked for: a relay that does not offer it is not used.</summary>
    public RelaySecurity Security { get; set; }

    /// <summary>Empty: the relay asks for no sign-in.</summary>
    public string? UserName { get; set; }

    /// <summary>Better given by the environment than by a file.</summary>
    public string? Password { get; set; }

    /// <summary>Sessions kept open at once.</summary>
    [Range(1, 64)]
    public int Connections { get; set; } = 4;
}

public sealed class MailSettings
{
    /// <summary>The From of letters; aligned with SPF, DKIM and DMARC of its domain.</summary>
    [Required, EmailAddress]
    public string FromAddress { get; set; } = "ne-pas-repondre@localhost.test";

    /// <summary>Follows the organisation's name in From.</summary>
    public string FromName { get; set; } = "Messagerie sécurisée";

    /// <summary>Reports come back to <c>bounces+TOKEN@</c> this domain, answers by the mail client to <c>reponse+TOKEN@</c> it.</summary>
    [Required]
    public string BounceDomain { get; set; } = "localhost.test";

    /// <summary>The selector under which the relay signs (DKIM) for the domain of From; only <c>doctor</c> reads it, to find the key in DNS. Empty: not checked.</summary>
    [RegularExpression("^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$", ErrorMessage = "Un nom DNS, par exemple « vaguemestre2026 ».")]
    public string? DkimSelector { get; set; }
}

public sealed class InboundSettings
{
    /// <summary>Bytes of one message that came back: a report may bring the whole letter with it.</summary>
    public const int LargestMessage = 10 * 1024 * 1024;

    /// <summary>Whether anything that comes back finds a way in.</summary>
    internal bool IsOn => Smtp.Port is not null || Imap.Host.Length > 0;

    public InboundSmtpSettings Smtp { get; set; } = new();

    public InboundImapSettings Imap { get; set; } = new();
}

public sealed class InboundSmtpSettings : IValidatableObject
{
    /// <summary>Where the listener for what comes back listens: an address of this machine, <c>0.0.0.0</c> or <c>::</c> for all.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Null: no listener. 0: a free port.</summary>
    [Range(0, 65535)]
    public int? Port { get; set; }

    /// <summary>Lets senders go over to TLS (STARTTLS): PEM, the certificate first, then its issuers; or PKCS#12 without password. Read again when it is renewed. Empty: no TLS.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The key in PEM; empty when the certificate's file holds it.</summary>
    public string? CertificateKeyFile { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IPAddress.TryParse(Address, out _))
            yield return new ValidationResult("une adresse IP de cette machine, par exemple 127.0.0.1 ou ::1.", [nameof(Address)]);
        if (!string.IsNullOrEmpty(CertificateKeyFile) && string.IsNullOrEmpty(CertificateFile))
            yield return new ValidationResult("une clé ne va pas sans certificat : indiquez aussi Inbound:Smtp:CertificateFile.", [nameof(CertificateKeyFile)]);
    }
}

public sealed class InboundImapSettings : IValidatableObject
{
    /// <summary>The mailbox, for it alone, to which the bounce domain's mail is delivered. Empty: no mailbox is read.</summary>
    public string Host { get; set; } = "";

    /// <summary>993 with <c>tls</c>, 143 otherwise.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 993;

    /// <summary>STARTTLS is required when asked for. The server's certificate must be valid for its name.</summary>
    public RelaySecurity Security { get; set; } = RelaySecurity.Tls;

    /// <summary>Needed with a host.</summary>
    public string? UserName { get; set; }

    /// <summary>Better given by the environment than by a file.</summary>
    public string? Password { get; set; }

    /// <summary>What is read; a message taken moves to its subfolder <c>Traités</c>.</summary>
    [Required]
    public string Folder { get; set; } = "INBOX";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Host.Length > 0 && string.IsNullOrEmpty(UserName))
            yield return new ValidationResult("indiquez l'identifiant de la boîte lue sur Inbound:Imap:Host.", [nameof(UserName)]);
    }
}

public sealed class MessagingSettings
{
    /// <summary>Consultations initialised at or after this instant use this edition, earlier ones the messagerie historique. Without an offset it is Paris's time.</summary>
    public DateTimeOffset V2From { get; set; } = new(2025, 2, 1, 0, 0, 0, TimeSpan.FromHours(1));

    /// <summary>How long the deletion of a draft can be undone; then its text and files are erased. So long is kept, too, what was begun and not sent in the messagerie historique.</summary>
    public TimeSpan KeepDeletedDrafts { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a reply that a company began and left is kept; then its text and files are erased.</summary>
    public TimeSpan KeepReplyDrafts { get; set; } = TimeSpan.FromDays(90);
}

public sealed class LimitSettings
{
    /// <summary>Sum of a tracked letter's files, and of a reply's, in bytes.</summary>
    [Range(1, 2L * 1024 * 1024 * 1024)]
    public long TrackedAttachments { get; set; } = 62_914_560;

    /// <summary>Sum of a plain letter's files, in bytes.</summary>
    [Range(1, 2L * 1024 * 1024 * 1024)]
    public long PlainAttachments { get; set; } = 5_242_880;
}

public sealed class RecipientSettings
{
    /// <summary>Asked whether the domain of a recipient takes mail: an address, with its port or not. Empty: the system's; <c>off</c>: nobody is asked.</summary>
    [RegularExpression(@"^(off|\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?|[0-9A-Fa-f:.]+|\[[0-9A-Fa-f:.]+\](:\d{1,5})?)$", ErrorMessage = "Une adresse IP, suivie ou non de « :port » ; « off » ; ou rien.")]
    public string DnsServer { get; set; } = "";
}

public sealed class DeliverySettings
{
    /// <summary>After this silence a letter that the relay took is shown as relayed.</summary>
    public TimeSpan WaitForReports { get; set; } = TimeSpan.FromHours(4);

    /// <summary>This long after a server first put it off a sending is given up; a relay that cannot be reached is no server's word.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(5);
}

public sealed class NotificationSettings
{
    /// <summary>What an agent is told at once waits so long for what comes with it: together it is one mail.</summary>
    public TimeSpan GatherFor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>After a mail told at once, an agent gets no further one for so long; what comes meanwhile is told together then.</summary>
    public TimeSpan QuietFor { get; set; } = TimeSpan.FromMinutes(15);
}

public sealed class ReceiptSettings
{
    /// <summary>What makes a receipt, where an organisation chose nothing: <c>button</c>, the deliberate act; or <c>link</c>, a human-looking visit, a weaker proof.</summary>
    public ReceiptTrigger Trigger { get; set; }
}

public sealed class TimestampingSettings
{
    /// <summary>The authority that timestamps the journal and the attestations (RFC 3161 over HTTP). Empty: the platform's own, which is not qualified and says so.</summary>
    [RegularExpression("^https?://.+$", ErrorMessage = "Une adresse http:// ou https://.")]
    public string? Url { get; set; }

    /// <summary>The policy asked of the authority; empty: its own default.</summary>
    [RegularExpression(@"^[0-2](\.\d+)+$", ErrorMessage = "Un identifiant d'objet, par exemple 1.2.3.4.1.")]
    public string? PolicyOid { get; set; }

    /// <summary>Empty: the authority asks for no sign-in (HTTP Basic).</summary>
    public string? UserName { get; set; }

    /// <summary>Better given by the environment than by a file.</summary>
    public string? Password { get; set; }
}

public sealed class JournalSettings
{
    /// <summary>Whether the seals of the journal are published at <c>/journal</c> and <c>/journal.json</c>: hashes, counts and instants, nothing personal. Whoever keeps a copy sees whether the past was rewritten.</summary>
    public bool Publish { get; set; } = true;
}

public sealed class RetentionSettings
{
    /// <summary>How long what may be erased is announced before it is: from the day on which its retention was seen to have ended. Nothing is erased without an end of retention that an agent entered.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00", ErrorMessage = "Une durée de 1 à 3650 jours, par exemple 30.00:00:00.")]
    public TimeSpan Notice { get; set; } = TimeSpan.FromDays(30);
}

public sealed class SigningSettings
{
    /// <summary>Signs attestations: PKCS#12, the certificate with its key and, better, its issuers. Empty: one that the platform makes itself, marked as self-signed.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>Better given by the environment than by a file.</summary>
    public string? Password { get; set; }
}

public sealed class AntivirusSettings
{
    public ClamAvSettings ClamAv { get; set; } = new();
}

public sealed class ClamAvSettings
{
    /// <summary>The clamd that looks through every file that comes in. While it does not answer, files wait and go to nobody. Empty: files are not looked through.</summary>
    public string Host { get; set; } = "";

    /// <summary>clamd's <c>TCPSocket</c>.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 3310;
}
