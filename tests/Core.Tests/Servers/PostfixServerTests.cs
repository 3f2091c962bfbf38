using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Core.Tests.Servers;

public class PostfixServerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mail_goes_through_the_relay_to_the_route_of_its_domain()
    {
        await using var company = await SmtpSink.StartAsync();
        await using var other = await SmtpSink.StartAsync();
        await using var relay = await PostfixServer.StartAsync(
            new Dictionary<string, int> { ["entreprise.test"] = company.Port, ["autre.test"] = other.Port });

        await SendAsync(relay.Port, "contact@entreprise.test");

        (await ReachedAsync(() => company.Messages == 1)).ShouldBeTrue(relay.Log);
        other.Messages.ShouldBe(0);
    }

    [Fact]
    public async Task A_refusal_comes_back_to_the_sender_as_a_report()
    {
        await using var company = await SmtpSink.StartAsync(new() { Refuses = "rcpt" });
        await using var buyer = await SmtpSink.StartAsync();
        await using var relay = await PostfixServer.StartAsync(
            new Dictionary<string, int> { ["entreprise.test"] = company.Port, ["acheteur.test"] = buyer.Port });

        await SendAsync(relay.Port, "contact@entreprise.test");

        (await ReachedAsync(() => buyer.Messages == 1)).ShouldBeTrue(relay.Log);
        company.Messages.ShouldBe(0);
    }

    [Fact]
    public async Task A_recipient_without_a_route_is_refused_at_once()
    {
        await using var relay = await PostfixServer.StartAsync(new Dictionary<string, int>());

        var error = await Should.ThrowAsync<SmtpCommandException>(() => SendAsync(relay.Port, "contact@ailleurs.test"));

        error.Message.ShouldContain("no route to this domain");
    }

    private static async Task SendAsync(int port, string recipient)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None, Stop);
        using var message = new MimeMessage(
            [new MailboxAddress("Acheteur", "agent@acheteur.test")],
            [new MailboxAddress("Entreprise", recipient)],
            "Demande de complément",
            new TextPart("plain") { Text = "Bonjour," });
        await client.SendAsync(message, Stop);
        await client.DisconnectAsync(quit: true, Stop);
    }

    private static async Task<bool> ReachedAsync(Func<bool> condition)
    {
        for (var look = 0; look < 300 && !condition(); look++)
        {
            await Task.Delay(50, Stop);
        }

        return condition();
    }
}
