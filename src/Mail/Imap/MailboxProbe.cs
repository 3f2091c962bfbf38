using System.Net.Security;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Mail.Imap;

/// <summary>Looks whether a mailbox can be read: connects, signs in, opens the folder for reading only. Changes nothing there.</summary>
public static class MailboxProbe
{
    /// <returns>How many messages the folder holds.</returns>
    /// <exception cref="MailboxUnavailableException">It cannot; the message says why, in the server's words where it spoke.</exception>
    public static async Task<int> TryAsync(MailboxOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Timeout);
        using var client = new ImapClient
        {
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = options.CertificateValidation ?? ((_, _, _, errors) => errors == SslPolicyErrors.None),
        };
        var security = options.Security switch
        {
            RelaySecurity.Tls => SecureSocketOptions.SslOnConnect,
            RelaySecurity.StartTls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        };
        try
        {
            await client.ConnectAsync(options.Host, options.Port, security, limit.Token);
            await client.AuthenticateAsync(options.UserName, options.Password, limit.Token);
            var folder = options.Folder.Equals("INBOX", StringComparison.OrdinalIgnoreCase) ? client.Inbox! : await client.GetFolderAsync(options.Folder, limit.Token);
            await folder.OpenAsync(FolderAccess.ReadOnly, limit.Token);
            var count = folder.Count;
            await client.DisconnectAsync(quit: true, limit.Token);
            return count;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            throw new MailboxUnavailableException(fault is OperationCanceledException ? "no answer in time" : fault.Message, fault);
        }
    }
}

/// <summary>The mailbox cannot be read.</summary>
public sealed class MailboxUnavailableException : Exception
{
    public MailboxUnavailableException() : this("The mailbox cannot be read.") { }

    public MailboxUnavailableException(string message) : base(message) { }

    public MailboxUnavailableException(string message, Exception innerException) : base(message, innerException) { }
}
