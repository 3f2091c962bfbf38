using System.Net.Security;

namespace Vaguemestre.Mail.Smtp;

/// <summary>How the way to the relay is protected.</summary>
public enum RelaySecurity
{
    /// <summary>In the clear: for a relay on the same machine or network.</summary>
    None,

    /// <summary>STARTTLS (RFC 3207), required: a relay that does not offer it is not used.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314 §3.3).</summary>
    Tls,
}

/// <summary>Where and how to reach the relay (smart host) that takes our mail.</summary>
public sealed record RelayOptions
{
    public required string Host { get; init; }

    public int Port { get; init; } = 25;

    public RelaySecurity Security { get; init; }

    /// <summary>Null = the relay asks for no sign-in.</summary>
    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>What EHLO says; null = the address of our end of the connection, as a literal.</summary>
    public string? LocalName { get; init; }

    /// <summary>How long one answer may take (RFC 5321 §4.5.3.2).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long the answer to a whole message may take; null = twice as long as another. RFC 5321 §4.5.3.2.6 asks for ten minutes: who leaves
    /// before a slow relay has answered sends a double.
    /// </summary>
    public TimeSpan? ContentTimeout { get; init; }

    /// <summary>Judges the relay's certificate in place of the system; null = the system's authorities and the name <see cref="Host"/>.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }
}
