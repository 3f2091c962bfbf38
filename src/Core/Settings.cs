using System.ComponentModel.DataAnnotations;
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

    /// <summary>Comma-separated: <c>web</c>, <c>worker</c>.</summary>
    [RegularExpression("^(web|worker|web,worker|worker,web)$")]
    public string Roles { get; set; } = "web,worker";

    public Uri Link(string path) => new(PublicUrl.TrimEnd('/') + path);
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

    /// <summary>Reports come back to <c>bounces+TOKEN@</c> this domain.</summary>
    [Required]
    public string BounceDomain { get; set; } = "localhost.test";
}

public sealed class InboundSettings
{
    /// <summary>Whether anything that comes back finds a way in.</summary>
    internal bool IsOn => Smtp.Port is not null;

    public InboundSmtpSettings Smtp { get; set; } = new();
}

public sealed class InboundSmtpSettings
{
    /// <summary>Where the listener for reports listens.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Null: no listener. 0: a free port.</summary>
    [Range(0, 65535)]
    public int? Port { get; set; }
}

public sealed class MessagingSettings
{
    /// <summary>Consultations initialised at or after this instant use this edition.</summary>
    public DateTimeOffset V2From { get; set; } = new(2025, 2, 1, 0, 0, 0, TimeSpan.FromHours(1));

    /// <summary>How long the deletion of a draft can be undone; then its text and files are erased.</summary>
    public TimeSpan KeepDeletedDrafts { get; set; } = TimeSpan.FromDays(7);
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

    /// <summary>After this time without acceptance a sending is given up.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(5);
}
