using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>What becomes of a letter, by servers that are not ours: each case ends in its status, with the server's own words.</summary>
public sealed class RealServersTests(RemoteServers servers) : IClassFixture<RemoteServers>
{
    /// <param name="To">Its domain says how the company's server behaves: <see cref="RemoteServers"/>.</param>
    /// <param name="Tells">The fact that holds the words.</param>
    /// <param name="Words">What the server said, as the fact quotes it: its beginning.</param>
    private sealed record Case(string Name, string To, Relay Relay, Status Ends, FactKind Tells, string Report, string Words, string Code, string? Server, string? Reason = null);

    private static readonly Case[] Cases =
    [
        new("accepted", "contact@societe.test", Relay.Documented, Status.Delivered, FactKind.Delivered, "relayed", "smtp; 250 2.0.0 Ok: queued as ", "2.0.0", "127.0.0.1"),
        new("success reported by the company's own server", "contact@societe.test", Relay.PassesDsnOn, Status.Delivered, FactKind.Delivered, "delivered", "", "2.0.0", "mx.societe.test"),
        new("unknown user", "personne@societe.test", Relay.Documented, Status.Undelivered, FactKind.Undelivered, "failed", "smtp; 550 5.1.1 <personne@societe.test>: Recipient address rejected: User unknown in virtual mailbox table", "5.1.1", "127.0.0.1", "UnknownRecipient"),
        new("mailbox full", "contact@pleine.test", Relay.Documented, Status.Undelivered, FactKind.Undelivered, "failed", "smtp; 552 5.2.2 <contact@pleine.test>: mailbox is full", "5.2.2", "127.0.0.1", "MailboxFull"),
        new("greylisted, then accepted", "contact@grise.test", Relay.Documented, Status.Delivered, FactKind.Delivered, "relayed", "smtp; " + ScriptedServer.Taken, "2.0.0", "127.0.0.1"),
        new("connection dropped in DATA, then accepted", "contact@coupe.test", Relay.Documented, Status.Delivered, FactKind.Delivered, "relayed", "smtp; " + ScriptedServer.Taken, "2.0.0", "127.0.0.1"),
        new("remote down for a while", "contact@absente.test", Relay.Documented, Status.Delivered, FactKind.Delivered, "relayed", "smtp; " + ScriptedServer.Taken, "2.0.0", "127.0.0.1"),
        new("delayed, with a warning", "contact@lente.test", Relay.Documented, Status.Sending, FactKind.Delayed, "delayed", "smtp; 451 4.3.2 System not accepting messages", "4.3.2", "127.0.0.1"),
        new("a domain that takes no mail (null MX)", "contact@nulle.test", Relay.AsksDns, Status.Undelivered, FactKind.Undelivered, "failed", "X-Postfix; Domain nulle.test does not accept mail (nullMX)", "5.1.0", "relay.test", "UnknownDomain"),
        new("a domain without server (no MX, no address)", "contact@sans.test", Relay.AsksDns, Status.Undelivered, FactKind.Undelivered, "failed", "X-Postfix; Host or domain name not found. Name service error for name=sans.test type=A: Host found but no data record of requested type", "5.4.4", "relay.test", "UnknownDomain"),
        new("a domain that does not exist", "contact@inexistante.test", Relay.AsksDns, Status.Undelivered, FactKind.Undelivered, "failed", "X-Postfix; Host or domain name not found. Name service error for name=inexistante.test type=A: Host not found", "5.4.4", "relay.test", "UnknownDomain"),
        new("an address with accents", "rené@accents.test", Relay.Documented, Status.Delivered, FactKind.Delivered, "relayed", "smtp; " + ScriptedServer.Taken, "2.0.0", "127.0.0.1"),
    ];

    public static TheoryData<string, DatabaseProvider> Reported()
    {
        var data = new TheoryData<string, DatabaseProvider>();
        foreach (var one in Cases)
        {
            foreach (var provider in Enum.GetValues<DatabaseProvider>())
                data.Add(one.Name, provider);
        }

        return data;
    }

    [Theory, MemberData(nameof(Reported))]
    public async Task What_is_reported_ends_in_its_status_with_the_servers_words(string name, DatabaseProvider provider)
    {
        var expected = Cases.Single(c => c.Name == name);
        await using var world = await TestWorld.CreateAsync(provider);
        servers.Serve(world, expected.Relay);
        var conversation = await world.WriteToOneAsync(email: expected.To);
        (await world.EmptyOutboxAsync()).ShouldBe(1);
        await using var back = expected.To == "contact@absente.test" ? await ComesBackAsync(world, conversation.Id) : null;

        (await ReachedAsync(world, conversation.Id, expected.Tells)).ShouldBeTrue(servers.LogOf(expected.Relay));

        var facts = await world.FactsOfAsync(conversation.Id);
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(expected.Ends);
        facts.First(f => f.Kind == FactKind.AcceptedByRelay).Content<ServerSaid>().Reply.ShouldNotBeNull().ShouldMatch("^250 2.0.0 Ok: .*queued as ");
        var said = facts.Last(f => f.Kind == expected.Tells).Content<ServerSaid>();
        said.Report.ShouldBe(expected.Report);
        (said.Reply ?? "").ShouldStartWith(expected.Words);
        (said.StatusCode, said.Reason).ShouldBe((expected.Code, expected.Reason));
        said.Server.ShouldNotBeNull().ShouldContain(expected.Server!);
        said.ReportId.ShouldNotBeNull("the report is kept as evidence");
        ChainCheck.FirstFault(facts).ShouldBeNull();
    }

    /// <summary>The relay knows it at once, and does not take the mail.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_domain_that_the_relay_finds_no_server_for_is_refused_in_its_words(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        servers.Serve(world, Relay.Documented);
        var conversation = await world.WriteToOneAsync(email: "contact@inconnu.test");

        await world.EmptyOutboxAsync();

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Undelivered);
        var said = (await world.FactsOfAsync(conversation.Id))[^1].Content<ServerSaid>();
        said.Reply.ShouldNotBeNull().ShouldContain("5.1.2 <contact@inconnu.test>: Recipient address rejected: no route to this domain");
        (said.StatusCode, said.Reason, said.Report).ShouldBe(("5.1.2", "UnknownDomain", null));
        said.Server.ShouldNotBeNull().ShouldStartWith("relay.test ");
    }

    /// <summary>Nobody reports: after the waiting time, the platform says no more than it knows.</summary>
    [Theory]
    [InlineData("a relay without DSN", "contact@societe.test", Relay.WithoutDsn, false, DatabaseProvider.Sqlite)]
    [InlineData("a relay without DSN", "contact@societe.test", Relay.WithoutDsn, false, DatabaseProvider.Postgresql)]
    [InlineData("a remote server that offers DSN and sends nothing", "contact@muette.test", Relay.PassesDsnOn, true, DatabaseProvider.Sqlite)]
    [InlineData("a remote server that offers DSN and sends nothing", "contact@muette.test", Relay.PassesDsnOn, true, DatabaseProvider.Postgresql)]
    public async Task Silence_ends_in_relayed(string name, string to, Relay relay, bool asked, DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        servers.Serve(world, relay);
        var conversation = await world.WriteToOneAsync(email: to);
        await world.EmptyOutboxAsync();
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);

        world.Clock.Advance(world.Settings.Delivery.WaitForReports + TimeSpan.FromMinutes(1));
        await world.RunAsync((NoteSilence o) => o.RunAsync(default));

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Relayed, name);
        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay, FactKind.NoReport]);
        (await world.FactsOfAsync(conversation.Id))[^1].Content<Silence>().ReportsAsked.ShouldBe(asked);
    }

    /// <summary>The company's server is started only once the relay has tried and told of its absence.</summary>
    private async Task<ScriptedServer> ComesBackAsync(TestWorld world, Guid conversation)
    {
        (await ReachedAsync(world, conversation, FactKind.Delayed)).ShouldBeTrue();
        return servers.StartAbsent();
    }

    private static async Task<bool> ReachedAsync(TestWorld world, Guid conversation, FactKind kind)
    {
        for (var look = 0; look < 300; look++)
        {
            if ((await world.KindsOfAsync(conversation)).Contains(kind))
                return true;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        return false;
    }
}
