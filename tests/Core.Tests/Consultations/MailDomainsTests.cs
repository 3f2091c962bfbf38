using System.Net;
using System.Net.Sockets;
using Vaguemestre.Core.Consultations;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Consultations;

public sealed class MailDomainsTests
{
    /// <summary>Type MX, preference 0, the root: RFC 7505 §3.</summary>
    private const string NullMx = "--dns-rr=nul.test,15,000000";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_domain_takes_mail_by_its_mx_or_its_address_and_else_does_not()
    {
        await using var server = await DnsmasqServer.StartAsync(
            "--mx-host=societe.test,mx.societe.test,10", "--host-record=hote.test,192.0.2.1", "--host-record=hote6.test,2001:db8::1", NullMx, "--txt-record=texte.test,rien");
        using var domains = Asking($"127.0.0.1:{server.Port}");

        var answers = await domains.AskAsync(["societe.test", "hote.test", "hote6.test", "nul.test", "texte.test", "absent.test"], Stop);

        answers.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => (a.Key, a.Value)).ShouldBe(
        [
            ("absent.test", MailDomain.DoesNotExist),
            ("hote.test", MailDomain.TakesMail),
            ("hote6.test", MailDomain.TakesMail),
            ("nul.test", MailDomain.TakesNoMail),
            ("societe.test", MailDomain.TakesMail),
            ("texte.test", MailDomain.TakesNoMail),
        ], server.Log);
    }

    [Fact]
    public async Task An_answer_is_kept()
    {
        await using var server = await DnsmasqServer.StartAsync("--mx-host=societe.test,mx.societe.test,10");
        using var domains = Asking($"127.0.0.1:{server.Port}");
        await domains.AskAsync(["societe.test", "societe.test"], Stop);
        await domains.AskAsync(["societe.test"], Stop);
        await domains.AskAsync(["autre.test"], Stop);

        await server.SaidAsync("autre.test");
        server.Log.Split('\n').Count(line => line.Contains("query[MX] societe.test", StringComparison.Ordinal)).ShouldBe(1, server.Log);
    }

    [Fact]
    public async Task A_server_that_refuses_or_stays_silent_says_nothing_and_delays_nobody_for_long()
    {
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var deaf = Asking($"127.0.0.1:{((IPEndPoint)silent.Client.LocalEndPoint!).Port}");
        (await deaf.AskAsync([.. Enumerable.Range(1, 50).Select(i => $"societe{i}.test")], Stop)).Values.ShouldAllBe(d => d == MailDomain.Unknown);

        using var absent = Asking($"127.0.0.1:{FreePort.Next()}");
        (await absent.AskAsync(["societe.test"], Stop)).GetValueOrDefault("societe.test").ShouldBe(MailDomain.Unknown);
    }

    [Fact]
    public async Task Off_asks_nobody()
    {
        using var off = Asking(MailDomains.Off);
        (await off.AskAsync(["societe.test"], Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_no_dns_can_be_asked_for_is_unknown()
    {
        await using var server = await DnsmasqServer.StartAsync();
        using var domains = Asking($"127.0.0.1:{server.Port}");
        (await domains.AskAsync(["", "a..b", new string('x', 70) + ".test", "é.test"], Stop)).Values.ShouldAllBe(d => d != MailDomain.TakesMail);
    }

    [Fact]
    public async Task An_address_at_a_domain_that_takes_no_mail_is_hinted()
    {
        await using var server = await DnsmasqServer.StartAsync("--mx-host=societe.test,mx.societe.test,10", NullMx);
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => s.Recipients.DnsServer = $"127.0.0.1:{server.Port}");
        var consultation = await world.AddConsultationAsync();

        var hints = await world.RunAsync((HintAddresses o) => o.RunAsync(consultation, ["a@societe.test", "a@nul.test", "a@absent.test", "a@gmial.com"], Stop));

        hints.ShouldBe(new Dictionary<string, AddressHint>
        {
            ["a@nul.test"] = new(null, MailDomain.TakesNoMail),
            ["a@absent.test"] = new(null, MailDomain.DoesNotExist),
            ["a@gmial.com"] = new("a@gmail.com", MailDomain.DoesNotExist),
        }, ignoreOrder: true);
    }

    private static MailDomains Asking(string server) => new(new Settings { Recipients = { DnsServer = server } });
}
