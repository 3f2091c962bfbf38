using System.Collections.Concurrent;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>The relay's way to our listener, as the manual has it: encrypted, or not at all.</summary>
public sealed class PostfixOverTlsTests
{
    private const string Recipient = "bounces+abc@courriers.test";

    [Fact]
    public async Task A_relay_that_must_encrypt_delivers_to_the_listener()
    {
        using var onDisk = new TestCertificate("mx.courriers.test");
        var certificate = CertificateFile.Open(onDisk.CertificateFile, onDisk.KeyFile, TimeProvider.System);
        var taken = new ConcurrentQueue<ReceivedMail>();
        await using var inbound = SmtpListener.Start(
            new SmtpListenerOptions { AcceptRecipient = address => address == Recipient, HostName = "mx.courriers.test", Certificate = certificate.Current },
            (mail, _) =>
            {
                taken.Enqueue(mail);
                return Task.FromResult(new SmtpReply(250, "2.0.0 Ok"));
            });
        await using var postfix = await PostfixServer.StartAsync(
            new Dictionary<string, int> { ["courriers.test"] = inbound.Port },
            new Dictionary<string, string> { ["smtp_tls_security_level"] = "encrypt", ["smtp_tls_loglevel"] = "1" });

        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", postfix.Port, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        using var mail = new MimeMessage { Subject = "Rapport", Body = new TextPart("plain") { Text = ".\r\nFrom l'expéditeur\r\n" } };
        await client.SendAsync(mail, MailboxAddress.Parse("a@ailleurs.test"), [MailboxAddress.Parse(Recipient)], TestContext.Current.CancellationToken);
        await client.DisconnectAsync(quit: true, TestContext.Current.CancellationToken);

        for (var look = 0; look < 300 && taken.IsEmpty; look++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        taken.ShouldHaveSingleItem(postfix.Log).Recipients.Single().Address.ShouldBe(Recipient);
        postfix.Log.ShouldContain("TLS connection established");
    }
}
