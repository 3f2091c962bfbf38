using System.Net;
using System.Net.Security;

namespace Vaguemestre.Mail.Smtp;

/// <summary>What the listener takes, and how much of it.</summary>
public sealed record SmtpListenerOptions
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 = a free one; <see cref="SmtpListener.Port"/> tells which.</summary>
    public int Port { get; init; }

    /// <summary>The name in the greeting.</summary>
    public string HostName { get; init; } = "localhost";

    /// <summary>Whose mail is taken. Any other recipient is refused with 550 5.7.1: the listener relays nothing.</summary>
    public required Func<string, bool> AcceptRecipient { get; init; }

    /// <summary>Bytes of one mail, announced as SIZE (RFC 1870); above: 552 5.3.4.</summary>
    public int MaxMessageBytes { get; init; } = 32 * 1024 * 1024;

    public int MaxRecipients { get; init; } = 100;

    public int MaxConnections { get; init; } = 100;

    /// <summary>Of those, from one IPv4 address or IPv6 /64. A relay sends all its mail from one address, Postfix over 20 connections as it comes.</summary>
    public int MaxConnectionsPerSource { get; init; } = 50;

    /// <summary>Refused commands in one connection before it is closed.</summary>
    public int MaxErrors { get; init; } = 20;

    /// <summary>How long the client may stay silent.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the content of one message, or one chunk of it, may take: a trickle is no message.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long one connection may last.</summary>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Takes requests for delivery reports (RFC 3461). Whoever handles the mail then writes the reports.</summary>
    public bool OffersDsn { get; init; }

    /// <summary>
    /// Asked for the certificate at each STARTTLS (RFC 3207). Null: STARTTLS is not offered. Where it throws, <see cref="Faulted"/> hears
    /// of it and the client 454 4.7.0.
    /// </summary>
    public Func<SslStreamCertificateContext>? Certificate { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Hears of a handler that threw (the client heard 451 4.3.0), and of any other fault that ended a connection.</summary>
    public Action<Exception>? Faulted { get; init; }
}
