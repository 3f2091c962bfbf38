using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>Which relay of <see cref="RemoteServers"/> a letter goes through.</summary>
public enum Relay
{
    /// <summary>As documented: takes our request for reports, does not pass it on, reports itself.</summary>
    Documented,

    /// <summary>Passes the request on to whoever offers DSN.</summary>
    PassesDsnOn,

    /// <summary>Takes no request for reports.</summary>
    WithoutDsn,

    /// <summary>Looks for the company's server in DNS, where <c>nulle.test</c> says that it takes no mail (RFC 7505), <c>sans.test</c> names no server, and no other domain exists.</summary>
    AsksDns,
}

/// <summary>
/// Four Postfix relays, a fifth as a company's server with mailboxes, scripted servers for what no server does at will, and the
/// listener that reports come back to. Shared by the tests of one class; queues are run every second.
/// </summary>
public sealed class RemoteServers : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Impatient = new(StringComparer.Ordinal)
    {
        ["queue_run_delay"] = "1s",
        ["minimal_backoff_time"] = "1s",
        ["maximal_backoff_time"] = "2s",
        ["delay_warning_time"] = "3s",
        ["smtp_destination_concurrency_failed_cohort_limit"] = "1000",
        ["transport_retry_time"] = "1s",
    };

    private readonly List<IAsyncDisposable> _running = [];
    private readonly Dictionary<Relay, PostfixServer> _relays = [];
    private readonly int _laterPort = FreePort.Next();
    private TestWorld? _world;

    public async ValueTask InitializeAsync()
    {
        var script = Add(ScriptedServer.Start(new ServerScript
        {
            Recipient = (recipient, tries) => recipient.Split('@')[1] switch
            {
                "pleine.test" => $"552 5.2.2 <{recipient}>: mailbox is full",
                "grise.test" when tries == 1 => "451 4.7.1 Greylisted, come back later",
                "lente.test" => "451 4.3.2 System not accepting messages",
                _ => "250 2.1.5 Ok",
            },
            Breaks = (recipient, tries) => recipient.EndsWith("@coupe.test", StringComparison.Ordinal) && tries == 1,
        }));
        var silent = Add(ScriptedServer.Start(new ServerScript { OffersDsn = true }));
        var inbound = Add(SmtpListener.Start(
            new SmtpListenerOptions { AcceptRecipient = address => ReturnAddress.TokenIn(address) is not null },
            async (mail, _) =>
            {
                foreach (var recipient in mail.Recipients)
                    await _world!.ReceiveAsync(recipient.Address, mail.Data.ToArray());
                return new SmtpReply(250, "2.0.0 Ok");
            }));
        var mailboxes = Directory.CreateTempSubdirectory("vaguemestre-mailboxes-");
        await Command.RunAsync("chown", "postfix", mailboxes.FullName);
        Add(new Folder(mailboxes));
        var uid = (await Command.RunAsync("id", "-u", "postfix")).Trim();
        var company = Add(await PostfixServer.StartAsync(new Dictionary<string, int>(StringComparer.Ordinal) { ["courriers.test"] = inbound.Port }, new Dictionary<string, string>(Impatient, StringComparer.Ordinal)
        {
            ["myhostname"] = "mx.societe.test",
            ["virtual_mailbox_domains"] = "societe.test",
            ["virtual_mailbox_base"] = mailboxes.FullName,
            ["virtual_mailbox_maps"] = "inline:{ contact@societe.test=contact }",
            ["virtual_minimum_uid"] = "1",
            ["virtual_uid_maps"] = $"static:{uid}",
            ["virtual_gid_maps"] = $"static:{(await Command.RunAsync("id", "-g", "postfix")).Trim()}",
            ["smtpd_recipient_restrictions"] = "reject_unlisted_recipient, permit_mynetworks, reject",
        }));
        var routes = new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["societe.test"] = company.Port,
            ["muette.test"] = silent.Port,
            ["absente.test"] = _laterPort,
            ["courriers.test"] = inbound.Port,
            ["pleine.test"] = script.Port,
            ["grise.test"] = script.Port,
            ["lente.test"] = script.Port,
            ["coupe.test"] = script.Port,
            ["accents.test"] = script.Port,
        };
        foreach (var (relay, keyword) in new[] { (Relay.Documented, "smtp_discard_ehlo_keywords"), (Relay.PassesDsnOn, ""), (Relay.WithoutDsn, "smtpd_discard_ehlo_keywords") })
        {
            var settings = new Dictionary<string, string>(Impatient, StringComparer.Ordinal);
            if (keyword.Length > 0)
                settings[keyword] = "dsn";
            _relays[relay] = Add(await PostfixServer.StartAsync(routes, settings));
        }

        var dns = Add(await DnsmasqServer.StartResolverAsync("--dns-rr=nulle.test,15,000000", "--txt-record=sans.test,v=spf1 -all"));
        _relays[Relay.AsksDns] = Add(await PostfixServer.StartAsync(routes, Impatient, dns));
    }

    /// <summary>Lets a world's letters go through a relay, and its reports come back to it.</summary>
    public void Serve(TestWorld world, Relay relay)
    {
        _world = world;
        (world.Settings.Smtp.Host, world.Settings.Smtp.Port) = ("127.0.0.1", _relays[relay].Port);
    }

    public string LogOf(Relay relay) => _relays[relay].Log;

    /// <summary>The server of <c>absente.test</c> comes back.</summary>
    public ScriptedServer StartAbsent() => ScriptedServer.Start(port: _laterPort);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Enumerable.Reverse(_running))
            await server.DisposeAsync();
    }

    private T Add<T>(T server)
        where T : IAsyncDisposable
    {
        _running.Add(server);
        return server;
    }

    private sealed class Folder(DirectoryInfo folder) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            folder.Delete(recursive: true);
            return default;
        }
    }
}
