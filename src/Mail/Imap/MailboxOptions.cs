using System.Net.Security;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Mail.Imap;

/// <summary>What keeps a mailbox from being read as it should.</summary>
public enum MailboxTrouble
{
    /// <summary>No connection, or it was lost: it is tried again, after longer and longer waits.</summary>
    Disconnected,

    /// <summary>One message could not be fetched or was not taken: it stays unseen and is tried again; the others go on.</summary>
    NotTaken,

    /// <summary>One message is bigger than allowed: it stays in the folder, flagged, for somebody to look at.</summary>
    TooBig,

    /// <summary>The server lets nothing be moved to the folder of what was read: it stays, seen, until the next connection.</summary>
    NotMoved,
}

/// <summary>A mailbox to read over IMAP (RFC 9051, RFC 3501), and how.</summary>
public sealed record MailboxOptions
{
    public required string Host { get; init; }

    public int Port { get; init; } = 993;

    /// <summary>STARTTLS is required when asked for.</summary>
    public RelaySecurity Security { get; init; } = RelaySecurity.Tls;

    public required string UserName { get; init; }

    public string Password { get; init; } = "";

    /// <summary>The folder read; its path as the server writes it.</summary>
    public string Folder { get; init; } = "INBOX";

    /// <summary>The subfolder to which a message taken is moved, where the server can (RFC 6851); elsewhere it stays, seen.</summary>
    public string DoneFolder { get; init; } = "Traités";

    /// <summary>Bytes of one message.</summary>
    public int MaxMessageBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>How long one command may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often the folder is looked at where the server offers no IDLE (RFC 2177), and while a message waits for its next try.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one IDLE lasts. Servers end it after 30 minutes, some address translators much sooner.</summary>
    public TimeSpan RenewIdleAfter { get; init; } = TimeSpan.FromMinutes(9);

    /// <summary>How long a message that was twice not taken rests.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The first wait before a new connection; it doubles up to five minutes.</summary>
    public TimeSpan ReconnectAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Judges the server's certificate in place of the system; null = the system's authorities and the name <see cref="Host"/>.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Hears of what goes wrong; the exception is null where none says more.</summary>
    public Action<MailboxTrouble, Exception?>? Troubled { get; init; }
}
