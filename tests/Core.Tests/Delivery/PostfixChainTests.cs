using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>The whole way with servers that are not ours: letter, Postfix as relay, a company's server, and the report back.</summary>
public sealed class PostfixChainTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task What_a_real_relay_reports_becomes_the_status_with_the_servers_words(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var takes = await SmtpSink.StartAsync(new() { OffersDsn = false });
        await using var refuses = await SmtpSink.StartAsync(new() { Refuses = "rcpt" });
        await using var inbound = SmtpListener.Start(
            new SmtpListenerOptions { AcceptRecipient = address => ReturnAddress.TokenIn(address) is not null },
            async (mail, _) =>
            {
                foreach (var recipient in mail.Recipients)
                    await world.ReceiveAsync(recipient.Address, mail.Data.ToArray());
                return new SmtpReply(250, "2.0.0 Ok");
            });
        await using var postfix = await PostfixServer.StartAsync(
            new Dictionary<string, int> { ["alpha.test"] = takes.Port, ["beta.test"] = refuses.Port, ["courriers.test"] = inbound.Port });
        (world.Settings.Smtp.Host, world.Settings.Smtp.Port) = ("127.0.0.1", postfix.Port);
        var conversations = await world.WriteToAsync(null, "contact@alpha.test", "contact@beta.test");

        (await world.EmptyOutboxAsync()).ShouldBe(2);

        (await ReachedAsync(world, conversations[0].Id, Status.Delivered)).ShouldBeTrue(postfix.Log);
        (await ReachedAsync(world, conversations[1].Id, Status.Undelivered)).ShouldBeTrue(postfix.Log);
        takes.Messages.ShouldBe(1);
        refuses.Messages.ShouldBe(0);
        var accepted = (await world.FactsOfAsync(conversations[0].Id)).Single(f => f.Kind == FactKind.AcceptedByRelay).Content<ServerSaid>();
        accepted.Reply.ShouldNotBeNull().ShouldContain("queued as");
        var delivered = (await world.FactsOfAsync(conversations[0].Id)).Single(f => f.Kind == FactKind.Delivered).Content<ServerSaid>();
        delivered.Report.ShouldBe("relayed", "the company's server offers no DSN: Postfix relays, with its 2xx");
        delivered.Reply.ShouldNotBeNull().ShouldStartWith("smtp; 250 ");
        var undelivered = (await world.FactsOfAsync(conversations[1].Id)).Single(f => f.Kind == FactKind.Undelivered).Content<ServerSaid>();
        undelivered.Reply.ShouldNotBeNull().ShouldStartWith("smtp; 5");
        undelivered.Report.ShouldBe("failed");
        foreach (var conversation in conversations)
            ChainCheck.FirstFault(await world.FactsOfAsync(conversation.Id)).ShouldBeNull();
    }

    private static async Task<bool> ReachedAsync(TestWorld world, Guid conversation, Status status)
    {
        for (var look = 0; look < 300; look++)
        {
            if (await world.StatusOfAsync(conversation) == status)
                return true;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        return false;
    }
}
