using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Examining;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>What an examination finds with real servers, and without them.</summary>
public sealed class ExamineCarriageTests
{
    /// <summary>Type MX, preference 0, the root: RFC 7505 §3.</summary>
    private const string NullMx = "--dns-rr=courriers.test,15,000000";

    [Fact]
    public async Task Clamd_is_examined_where_it_is_configured()
    {
        await using var clamd = await ClamdServer.StartAsync();
        await using var small = await ClamdServer.StartAsync("1M");
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => (s.Antivirus.ClamAv.Host, s.Antivirus.ClamAv.Port) = ("127.0.0.1", clamd.Port));

        var whole = await ExamineAsync(world);
        (Of(whole, "antivirus").Verdict, Of(whole, "antivirus-size").Verdict).ShouldBe((Verdict.Ok, Verdict.Ok));
        Of(whole, "antivirus").Found.ShouldStartWith("ClamAV ");
        Of(whole, "antivirus-signatures").Verdict.ShouldBe(Verdict.NotChecked, "ours have no date");

        world.Settings.Antivirus.ClamAv.Port = small.Port;
        Of(await ExamineAgainAsync(world), "antivirus-size").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(Verdict.Failed), c => c.Remedy.ShouldNotBeNull().ShouldContain("StreamMaxLength"));
        await small.StopAsync();
        Of(await ExamineAgainAsync(world), "antivirus").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(Verdict.Failed), c => c.Remedy.ShouldNotBeNull().ShouldContain("Antivirus:ClamAv:Host"));
    }

    private static Task<Examination> ExamineAgainAsync(TestWorld world)
    {
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        return ExamineAsync(world);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Databases))]
    public async Task With_everything_in_place_nothing_is_to_be_done(DatabaseProvider provider)
    {
        await using var dns = await DnsmasqServer.StartAsync(
            "--mx-host=courriers.test,mx.courriers.test,10", "--host-record=mx.courriers.test,192.0.2.1", "--txt-record=courriers.test,v=spf1 ip4:192.0.2.1 -all",
            "--txt-record=cle._domainkey.courriers.test,v=DKIM1; k=rsa; p=MIIB", "--txt-record=_dmarc.courriers.test,v=DMARC1; p=quarantine");
        await using var listener = SmtpListener.Start(new SmtpListenerOptions { AcceptRecipient = _ => true }, (_, _) => Task.FromResult(TestRelay.Queued));
        await using var relay = await PostfixServer.StartAsync(new Dictionary<string, int>());
        await using var world = await TestWorld.CreateAsync(provider, s =>
        {
            (s.Smtp.Host, s.Smtp.Port, s.Inbound.Smtp.Port, s.Recipients.DnsServer, s.Mail.DkimSelector) = ("127.0.0.1", relay.Port, listener.Port, $"127.0.0.1:{dns.Port}", "cle");
        });

        var examination = await ExamineAsync(world);

        examination.Checks.Where(c => c.Verdict is Verdict.Failed or Verdict.Warning).Select(c => c.Name).ShouldBeEmpty();
        examination.HasFailed.ShouldBeFalse();
        examination.Checks.Select(c => c.Name).ShouldBe(
        [
            "relay", "relay-tls", "relay-dsn", "relay-size", "relay-smtputf8", "relay-pipelining", "listener", "awaited", "last-report", "silent", "unmatched",
            "mx", "spf", "dkim", "dmarc", "alignment", "queue", "retries", "leases", "data-directory", "schema", "journal-guards", "sealing",
        ]);
        Of(examination, "mx").Found.ShouldContain("mx.courriers.test");
        Of(examination, "relay-size").Found.ShouldContain("Mo");
    }

    [Fact]
    public async Task A_relay_that_is_not_there_says_so_at_once_and_the_rest_is_examined()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => (s.Smtp.Host, s.Smtp.Port, s.Inbound.Smtp.Port) = ("127.0.0.1", FreePort.Next(), FreePort.Next()));

        var examination = await ExamineAsync(world);

        Of(examination, "relay").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(Verdict.Failed), c => c.Remedy.ShouldNotBeNull().ShouldContain("Smtp:Host"));
        Of(examination, "listener").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(Verdict.Failed), c => c.Remedy.ShouldNotBeNull().ShouldContain("worker"));
        Of(examination, "dns").Verdict.ShouldBe(Verdict.NotChecked);
        Of(examination, "schema").Verdict.ShouldBe(Verdict.Ok);
        examination.HasFailed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_relay_without_dsn_or_room_or_with_an_unknown_certificate_is_told()
    {
        await using var poor = SmtpListener.Start(new SmtpListenerOptions { AcceptRecipient = _ => true, MaxMessageBytes = 1024 * 1024 }, (_, _) => Task.FromResult(TestRelay.Queued));
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => (s.Smtp.Host, s.Smtp.Port) = ("127.0.0.1", poor.Port));
        var clear = await ExamineAsync(world);
        Of(clear, "relay-dsn").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(Verdict.Warning), c => c.Found.ShouldContain("« Transmis »"));
        Of(clear, "relay-size").Verdict.ShouldBe(Verdict.Failed);
        Of(clear, "listener").Found.ShouldStartWith("Aucune voie de retour");

        var certificate = Path.Combine(world.Settings.DataDirectory, "relais.pem");
        await File.WriteAllTextAsync(certificate, DocumentedRelay.Certificate(), Stop);
        await using var relay = await PostfixServer.StartAsync(new Dictionary<string, int>(), new Dictionary<string, string> { ["smtpd_tls_security_level"] = "may", ["smtpd_tls_chain_files"] = certificate });
        (world.Settings.Smtp.Port, world.Settings.Smtp.Security) = (relay.Port, RelaySecurity.StartTls);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var unknown = await ExamineAsync(world);
        Of(unknown, "relay").Verdict.ShouldBe(Verdict.Ok);
        Of(unknown, "relay-tls").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(Verdict.Failed), c => c.Found.ShouldContain("n'est pas au nom de 127.0.0.1"));
        unknown.Checks.ShouldNotContain(c => c.Name == "relay-dsn");

        (world.Settings.Smtp.Security, world.Settings.Smtp.UserName, world.Settings.Smtp.Password) = (RelaySecurity.None, "vaguemestre", "secret-que-nul-ne-lit");
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var refused = await ExamineAsync(world);
        Of(refused, "relay-sign-in").Verdict.ShouldBe(Verdict.Failed, relay.Log);
        refused.Checks.ShouldAllBe(c => !$"{c.Found}{c.Remedy}".Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mailbox_is_signed_in_to_and_needs_no_listener()
    {
        using var certificate = new TestCertificate();
        await using var dovecot = await DovecotServer.StartAsync(certificate);
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s =>
        {
            (s.Inbound.Imap.Host, s.Inbound.Imap.Port, s.Inbound.Imap.Security) = ("127.0.0.1", dovecot.Port, RelaySecurity.None);
            (s.Inbound.Imap.UserName, s.Inbound.Imap.Password) = (DovecotServer.UserName, DovecotServer.Password);
        });
        var open = await ExamineAsync(world);
        Of(open, "mailbox").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(Verdict.Ok), c => c.Found.ShouldBe("La boîte s'ouvre ; 0\u00a0message dans INBOX."));
        open.Checks.ShouldNotContain(c => c.Name == "listener");

        world.Settings.Inbound.Imap.Password = "un autre";
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Of(await ExamineAsync(world), "mailbox").Verdict.ShouldBe(Verdict.Failed);
    }

    [Fact]
    public async Task What_dns_says_is_judged_and_its_silence_is_no_fault()
    {
        await using var wrong = await DnsmasqServer.StartAsync(NullMx, "--txt-record=courriers.test,v=spf1 +all", "--txt-record=cle._domainkey.courriers.test,v=DKIM1; p=", "--txt-record=_dmarc.ville.gouv.fr,v=DMARC1; p=reject");
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => (s.Recipients.DnsServer, s.Mail.DkimSelector) = ($"127.0.0.1:{wrong.Port}", "cle"));
        var examination = await ExamineAsync(world);
        Verdicts(examination).ShouldBe([("mx", Verdict.Failed), ("spf", Verdict.Failed), ("dkim", Verdict.Failed), ("dmarc", Verdict.Warning), ("alignment", Verdict.Ok)]);

        world.Settings.Mail.FromAddress = "ne-pas-repondre@messages.ville.gouv.fr";
        world.Settings.Mail.BounceDomain = "autre.gouv.fr";
        world.Settings.Mail.DkimSelector = null;
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        examination = await ExamineAsync(world);
        Verdicts(examination).ShouldBe([("mx", Verdict.Failed), ("spf", Verdict.Warning), ("dkim", Verdict.NotChecked), ("dmarc", Verdict.Ok), ("alignment", Verdict.Warning)], "gouv.fr belongs to nobody; the policy is the owner's");

        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        world.Settings.Recipients.DnsServer = $"127.0.0.1:{((IPEndPoint)silent.Client.LocalEndPoint!).Port}";
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        examination = await ExamineAsync(world);
        Verdicts(examination).Where(v => v.Name != "alignment").ShouldAllBe(v => v.Verdict == Verdict.NotChecked);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_outbox_tells_what_waits_and_what_stays_silent(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToAsync(null, "a@alpha.test", "b@alpha.test");
        Of(await FiguresAsync(world), "queue").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(Verdict.Ok), c => c.Found.ShouldBe("2\u00a0courriers en file."));

        world.Clock.Advance(TimeSpan.FromMinutes(10));
        Of(await FiguresAsync(world), "queue").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(Verdict.Warning), c => c.Found.ShouldContain("10\u00a0min"));
        world.Clock.Advance(TimeSpan.FromHours(2));
        Of(await FiguresAsync(world), "queue").Verdict.ShouldBe(Verdict.Failed);

        await using (TestRelay.Start(world))
            await world.EmptyOutboxAsync();
        var sent = await FiguresAsync(world);
        Of(sent, "queue").Found.ShouldBe("0\u00a0courrier en file.");
        Of(sent, "awaited").Found.ShouldStartWith("2\u00a0courriers");
        Of(sent, "last-report").Verdict.ShouldBe(Verdict.NotChecked);

        var conversation = await world.WriteToOneAsync(email: "c@alpha.test");
        await world.QueryAsync(db => db.Sendings.Where(s => s.ConversationId == conversation.Id)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.LeaseId, Guid.CreateVersion7()).SetProperty(x => x.LeaseUntil, world.Clock.GetUtcNow().AddMinutes(-1)), Stop));
        Of(await FiguresAsync(world), "leases").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(Verdict.Warning), c => c.Found.ShouldStartWith("1\u00a0envoi sans"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Most_sendings_without_report_are_a_warning(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversations = await world.WriteToAsync(null, [.. Enumerable.Range(1, 6).Select(i => $"c{i}@alpha.test")]);
        await world.EmptyOutboxAsync();
        await world.ReportAsync((await world.SendingsOfAsync(conversations[0].Id))[0], TestReports.Delivered("c1@alpha.test"));
        Of(await FiguresAsync(world), "silent").Verdict.ShouldBe(Verdict.NotChecked, "they may still come");

        world.Clock.Advance(TimeSpan.FromHours(5));

        var figures = await FiguresAsync(world);
        Of(figures, "silent").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(Verdict.Warning), c => c.Found.ShouldBe("5 des 6\u00a0courriers remis au relais en 7 jours sont sans rapport (83 %)."));
        Of(figures, "last-report").Found.ShouldBe("Reçu le lundi 2 mars 2026 à 10 h 00.");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_organisation_sees_its_own_and_nobodys_and_the_operator_all(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync();
        await world.EmptyOutboxAsync();
        var sending = (await world.SendingsOfAsync(conversation.Id))[0];
        await world.ReportAsync(sending, TestReports.Delivered("contact@alpha.test"));
        await world.ReceiveAsync($"bounces+{new string('z', 26)}@courriers.test", TestReports.Write(TestReports.Failed("x@alpha.test")));
        var (_, stranger) = await world.AddOrganisationAsync("Ville voisine", "Alix Martin", "alix@voisine.test");
        var ours = world.Caller with { IsAdministrator = true };
        var theirs = Caller.Of(stranger) with { IsAdministrator = true };

        var own = (await world.RunAsync((ReadReturned o) => o.RunAsync(ours, Stop))).Value;
        own.Reports.ShouldHaveSingleItem().ConversationId.ShouldBe(conversation.Id);
        own.Unmatched.ShouldHaveSingleItem().ConversationId.ShouldBeNull();
        var other = (await world.RunAsync((ReadReturned o) => o.RunAsync(theirs, Stop))).Value;
        other.Reports.ShouldBeEmpty();
        other.Unmatched.ShouldHaveSingleItem().Outcome.ShouldBe(InboundOutcome.UnknownToken);
        Of((await world.RunAsync((ExamineOutbox o) => o.RunAsync(theirs, Stop))).Value, "awaited").Found.ShouldStartWith("0\u00a0courrier");
        (await world.RunAsync((ReadReturned o) => o.RunAsync(null, Stop))).Value.Reports.Count.ShouldBe(1);

        foreach (var refused in new[]
        {
            (await world.RunAsync((ReadReturned o) => o.RunAsync(world.Caller, Stop))).Problem, (await world.RunAsync((ExamineOutbox o) => o.RunAsync(world.Caller, Stop))).Problem,
            (await world.RunAsync((ExamineCarriage o) => o.RunAsync(world.Caller, Stop))).Problem,
        })
            refused.ShouldNotBeNull().Code.ShouldBe("administrator-only");
    }

    [Fact]
    public async Task Whoever_asks_again_within_half_a_minute_hears_the_same()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => s.Smtp.Host = "127.0.0.1");
        world.Settings.Smtp.Port = FreePort.Next();
        Of(await ExamineAsync(world), "relay").Verdict.ShouldBe(Verdict.Failed);
        await using var relay = TestRelay.Start(world);
        Of(await ExamineAsync(world), "relay").Verdict.ShouldBe(Verdict.Failed);
        world.Clock.Advance(TimeSpan.FromSeconds(30));
        Of(await ExamineAsync(world), "relay").Verdict.ShouldBe(Verdict.Ok);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_journal_without_its_guards_has_failed(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        FormattableString dropped = provider == DatabaseProvider.Postgresql ? (FormattableString)$"DROP TRIGGER facts_no_delete ON facts" : $"DROP TRIGGER facts_no_delete";
        await world.QueryAsync(db => db.Database.ExecuteSqlAsync(dropped, Stop));
        Of(await ExamineAsync(world), "journal-guards").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(Verdict.Failed), c => c.Found.ShouldContain("facts_no_delete"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Facts_that_wait_for_their_timestamp_are_told_however_long_the_outage(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(20));
        Of(await ExamineAsync(world), "sealing").ShouldSatisfyAllConditions(
            c => c.Verdict.ShouldBe(Verdict.Warning, "nothing was ever sealed"), c => c.Found.ShouldContain("depuis le lundi 2 mars 2026 à 10 h 00"));
        await world.RunAsync((SealFacts o) => o.RunAsync(null, Stop));
        Of(await ExamineAsync(world), "sealing").Verdict.ShouldBe(Verdict.Ok);

        world.Clock.Advance(TimeSpan.FromDays(3));
        Of(await ExamineAsync(world), "sealing").Verdict.ShouldBe(Verdict.Ok, "nothing happened, so nothing waits");
        await world.WriteToOneAsync(email: "contact@beta.test");
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.WriteToOneAsync(email: "contact@gamma.test");
        Of(await ExamineAgainAsync(world), "sealing").Found.ShouldContain("depuis le jeudi 5 mars 2026 à 10 h 20");

        world.Clock.Advance(TimeSpan.FromDays(3));

        Of(await ExamineAsync(world), "sealing").ShouldSatisfyAllConditions(
            c => c.Verdict.ShouldBe(Verdict.Warning), c => c.Found.ShouldContain("depuis le jeudi 5 mars 2026 à 10 h 20"));
        await world.RunAsync((SealFacts o) => o.RunAsync(null, Stop));
        Of(await ExamineAsync(world), "sealing").Verdict.ShouldBe(Verdict.Ok);
    }

    private static async Task<Examination> ExamineAsync(TestWorld world) => (await world.RunAsync((ExamineCarriage o) => o.RunAsync(null, Stop))).Value;

    private static async Task<Examination> FiguresAsync(TestWorld world) => (await world.RunAsync((ExamineOutbox o) => o.RunAsync(null, Stop))).Value;

    private static Check Of(Examination examination, string name) => examination.Checks.Single(c => c.Name == name);

    private static IEnumerable<(string Name, Verdict Verdict)> Verdicts(Examination examination) =>
        examination.Checks.Where(c => c.Group == CheckGroup.Domain).Select(c => (c.Name, c.Verdict));
}
