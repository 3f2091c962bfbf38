using System.Collections.Concurrent;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>What <c>docs/operate/mail.md</c> says of its relay, seen with that relay.</summary>
public sealed class MailPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Databases))]
    public async Task Letters_are_signed_delivered_or_not_and_told_with_the_remote_servers_words(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        await using var inbound = Listen(world);
        await using var company = new Company();
        await using var relay = await DocumentedRelay.StartAsync(inbound.Port, company.Port);
        (world.Settings.Smtp.Host, world.Settings.Smtp.Port) = ("127.0.0.1", relay.SubmissionPort);
        var conversations = await world.WriteToAsync(null, "contact@societe.example", "inconnu@societe.example");

        await world.EmptyOutboxAsync();

        (await UntilAsync(() => world.StatusOfAsync(conversations[0].Id), Status.Delivered)).ShouldBeTrue(relay.Log);
        (await UntilAsync(() => world.StatusOfAsync(conversations[1].Id), Status.Undelivered)).ShouldBeTrue(relay.Log);
        var delivered = (await world.FactsOfAsync(conversations[0].Id)).Single(f => f.Kind == FactKind.Delivered).Content<ServerSaid>();
        delivered.Report.ShouldBe("relayed", "the company's server offers DSN, and Postfix does not take it up");
        delivered.Reply.ShouldNotBeNull().ShouldContain("250 2.0.0 Ok: kept as A1");
        (await world.FactsOfAsync(conversations[1].Id)).Single(f => f.Kind == FactKind.Undelivered).Content<ServerSaid>().Reply.ShouldNotBeNull().ShouldContain("550 5.7.1");
        var mail = company.Taken.ShouldHaveSingleItem();
        (await VerifiesAsync(mail, relay.DkimRecord)).ShouldBeTrue(relay.Log);
        (await VerifiesAsync(mail, relay.DkimRecord, tampered: true)).ShouldBeFalse();
    }

    [Fact]
    public async Task Port_25_takes_the_domains_own_addresses_and_relays_nothing()
    {
        await using var world = await WorldAsync(DatabaseProvider.Sqlite);
        await using var inbound = Listen(world);
        await using var company = new Company();
        await using var relay = await DocumentedRelay.StartAsync(inbound.Port, company.Port);

        (await SendAsync(relay.PublicPort, "contact@societe.example")).ShouldSatisfyAllConditions(a => a.Outcome.ShouldBe(RelayOutcome.Refused), a => a.Stage.ShouldBe(RelayStage.Recipient));
        (await SendAsync(relay.PublicPort, "quelquun@courriers.example")).Outcome.ShouldBe(RelayOutcome.Refused);
        (await SendAsync(relay.PublicPort, $"bounces+{new string('a', 26)}@courriers.example")).Outcome.ShouldBe(RelayOutcome.Accepted);
        (await SendAsync(relay.PublicPort, "postmaster@courriers.example")).Outcome.ShouldBe(RelayOutcome.Accepted);

        (await UntilAsync(() => world.QueryAsync(db => Task.FromResult(db.InboundMessages.Count())), 1)).ShouldBeTrue(relay.Log);
        (await UntilAsync(() => Task.FromResult(company.Recipients.Contains("exploitation@ville.example")), true)).ShouldBeTrue(relay.Log);
    }

    private static Task<TestWorld> WorldAsync(DatabaseProvider provider) => TestWorld.CreateAsync(
        provider, s => (s.Mail.FromAddress, s.Mail.BounceDomain) = ("ne-pas-repondre@courriers.example", "courriers.example"));

    private static SmtpListener Listen(TestWorld world) => SmtpListener.Start(
        new SmtpListenerOptions { AcceptRecipient = address => ReturnAddress.TokenIn(address, world.Settings) is not null },
        async (mail, _) =>
        {
            foreach (var recipient in mail.Recipients)
                await world.ReceiveAsync(recipient.Address, mail.Data.ToArray());
            return new SmtpReply(250, "2.0.0 Ok");
        });

    private static async Task<RelayAnswer> SendAsync(int port, string recipient)
    {
        await using var session = await RelaySession.OpenAsync(new RelayOptions { Host = "127.0.0.1", Port = port }, Stop);
        return await session.SendAsync(
            new Envelope("quelquun@ailleurs.example", recipient, "essai"),
            new OutgoingMail { From = new("quelquun@ailleurs.example"), To = new(recipient), Subject = "Essai", Text = "Essai", MessageId = $"{Guid.CreateVersion7():N}@ailleurs.example", Date = TestWorld.Start },
            Stop);
    }

    private static async Task<bool> VerifiesAsync(byte[] raw, string record, bool tampered = false)
    {
        var message = await MimeMessage.LoadAsync(new MemoryStream(raw), Stop);
        var signature = message.Headers.Single(h => h.Id == HeaderId.DkimSignature);
        signature.Value.ShouldContain("d=courriers.example");
        signature.Value.ShouldContain("s=vaguemestre2026");
        if (tampered)
            message.Subject += " (changé)";
        return await new DkimVerifier(new OneKey(record)).VerifyAsync(message, signature, Stop);
    }

    private static async Task<bool> UntilAsync<T>(Func<Task<T>> look, T wanted)
    {
        for (var turn = 0; turn < 300; turn++)
        {
            if (Equals(await look(), wanted))
                return true;
            await Task.Delay(100, Stop);
        }

        return false;
    }

    /// <summary>A remote server that offers DSN and sends no report, as many do; it knows every address but <c>inconnu@</c>.</summary>
    private sealed class Company : IAsyncDisposable
    {
        private readonly SmtpListener _listener;
        private readonly ConcurrentQueue<ReceivedMail> _taken = new();

        public Company() => _listener = SmtpListener.Start(
            new SmtpListenerOptions { AcceptRecipient = a => !a.StartsWith("inconnu@", StringComparison.Ordinal), OffersDsn = true, HostName = "mx.societe.example" },
            (mail, _) =>
            {
                _taken.Enqueue(mail);
                return Task.FromResult(new SmtpReply(250, "2.0.0 Ok: kept as A1"));
            });

        public int Port => _listener.Port;

        public IEnumerable<byte[]> Taken => _taken.Select(m => m.Data.ToArray());

        public IEnumerable<string> Recipients => _taken.SelectMany(m => m.Recipients).Select(r => r.Address);

        public ValueTask DisposeAsync() => _listener.DisposeAsync();
    }

    private sealed class OneKey(string record) : DkimPublicKeyLocatorBase
    {
        public override AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) => GetPublicKey(record);

        public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) => Task.FromResult(GetPublicKey(record));
    }
}
