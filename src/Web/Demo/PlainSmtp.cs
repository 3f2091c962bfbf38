using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Vaguemestre.Web.Demo;

/// <summary>Gives a report back as a mail server does: from the empty return path.</summary>
internal static class PlainSmtp
{
    public static async Task SendAsync(int port, string localName, string recipient, byte[] raw, CancellationToken cancel)
    {
        using var client = new SmtpClient { LocalDomain = localName };
        using var message = MimeMessage.Load(new MemoryStream(raw));
        await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None, cancel);
        await client.SendAsync(FormatOptions.Default, message, new MailboxAddress("", ""), [new MailboxAddress("", recipient)], cancel);
        await client.DisconnectAsync(true, cancel);
    }
}
