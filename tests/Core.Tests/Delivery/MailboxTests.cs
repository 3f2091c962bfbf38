using System.Collections.Concurrent;
using System.Text;
using MailKit.Security;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail.Imap;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>The way by a mailbox, on a real Dovecot.</summary>
public sealed class MailboxTests : IAsyncDisposable
{
    private const string Done = "INBOX.Trait&AOk-s";

    private readonly TestCertificate _certificate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _taken = new();
    private readonly ConcurrentQueue<(MailboxTrouble Trouble, Exception? Fault)> _troubles = new();
    private DovecotServer? _dovecot;
    private Task _reading = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        if (_dovecot is not null)
            await _dovecot.DisposeAsync();
        _certificate.Dispose();
        _stop.Dispose();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_comes_to_the_mailbox_goes_through_the_same_door_as_what_the_listener_takes(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync();
        await world.EmptyOutboxAsync();
        var sending = (await world.SendingsOfAsync(conversation.Id)).Single();
        var report = TestReports.Write(TestReports.Failed(conversation.Email));
        var to = ReturnAddress.ForReports(sending.BounceToken, world.Settings);

        var dovecot = await StartAsync();
        await dovecot.DeliverAsync(Prefixed($"Delivered-To: {to}", report));
        await dovecot.DeliverAsync(Prefixed("Received: from a.test by mx.courriers.test\r\n\tfor <" + to.ToUpperInvariant() + ">; Mon, 2 Mar 2026 09:00:00 +0000", report));
        await dovecot.DeliverAsync(Encoding.UTF8.GetBytes($"To: Marchés <{ReturnAddress.ForReplies(sending.BounceToken, world.Settings)}>\r\nSubject: Re\r\n\r\nBien reçu.\r\n"));
        await dovecot.DeliverAsync("To: equipe@courriers.test\r\nSubject: Divers\r\n\r\nBonjour.\r\n"u8.ToArray());
        Read(With(dovecot), (raw, cancel) => world.InScopeAsync(async services =>
        {
            await ((ReceiveFromMailbox)services.GetService(typeof(ReceiveFromMailbox))!).RunAsync(raw, cancel);
            return true;
        }));

        await UntilAsync(() => dovecot.Count(Done, "S") == 4);
        _troubles.ShouldBeEmpty();
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Undelivered);
        (await world.KindsOfAsync(conversation.Id)).Count(k => k == FactKind.Undelivered).ShouldBe(1, "a report that comes twice is applied once");
        var kept = await world.QueryAsync(db => db.InboundMessages.ToListAsync());
        kept.Count(m => m.SendingId == sending.Id && m.Kind == "delivery-report").ShouldBeInRange(1, 2);
        kept.ShouldContain(m => m.SendingId == sending.Id && m.Recipient.StartsWith("reponse+"));
        var stray = kept.Single(m => m.SendingId == null);
        (stray.Recipient, stray.Outcome).ShouldBe(("equipe@courriers.test", InboundOutcome.UnknownToken));
    }

    [Fact]
    public async Task The_bytes_are_those_in_the_mailbox_and_a_message_that_arrives_wakes_the_reader()
    {
        var dovecot = await StartAsync();
        Read(With(dovecot) with { RenewIdleAfter = TimeSpan.FromHours(1), PollEvery = TimeSpan.FromHours(1) });
        foreach (var text in new[] { "Subject: un\r\n\r\nété\r\n", "Subject: deux\r\n\r\n.\r\n..\r\n", "trois" })
        {
            await dovecot.DeliverAsync(Encoding.Latin1.GetBytes(text));
            await UntilAsync(() => _taken.Contains(text));
        }

        await UntilAsync(() => dovecot.Count(Done, "S") == 3);
        _taken.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_connection_that_is_cut_comes_back()
    {
        var dovecot = await StartAsync();
        Read(With(dovecot));
        await dovecot.DeliverAsync("un"u8.ToArray());
        await UntilAsync(() => _taken.Count == 1);
        (await dovecot.CutAsync()).ShouldBeTrue(dovecot.Log);
        await dovecot.DeliverAsync("deux"u8.ToArray());
        await UntilAsync(() => _taken.Count == 2);
        _troubles.ShouldContain(t => t.Trouble == MailboxTrouble.Disconnected);
    }

    [Fact]
    public async Task A_message_that_breaks_whoever_takes_it_stays_unseen_and_stops_no_other()
    {
        var dovecot = await StartAsync();
        var isBroken = true;
        foreach (var text in new[] { "poison", "sain", "sauf" })
            await dovecot.DeliverAsync(Encoding.UTF8.GetBytes(text));
        Read(With(dovecot) with { PollEvery = TimeSpan.FromMilliseconds(50), RetryAfter = TimeSpan.FromMilliseconds(100) }, (raw, _) =>
        {
            var text = Encoding.UTF8.GetString(raw);
            if (isBroken && text == "poison")
                throw new InvalidOperationException("base");
            _taken.Enqueue(text);
            return Task.CompletedTask;
        });

        await UntilAsync(() => dovecot.Count(Done, "S") == 2 && _troubles.Count > 2);
        dovecot.Count("INBOX", "").ShouldBe(1);
        _troubles.ShouldAllBe(t => t.Trouble == MailboxTrouble.NotTaken);
        isBroken = false;
        await UntilAsync(() => dovecot.Count(Done, "S") == 3);
        _taken.Order().ShouldBe(["poison", "sain", "sauf"]);
    }

    [Fact]
    public async Task A_message_too_big_stays_flagged_in_its_folder()
    {
        var dovecot = await StartAsync();
        await dovecot.DeliverAsync(new byte[2_000]);
        await dovecot.DeliverAsync("petit"u8.ToArray());
        Read(With(dovecot) with { MaxMessageBytes = 1_000 });
        await UntilAsync(() => _taken.Contains("petit") && dovecot.Count("INBOX", "FS") == 1);
        _taken.ShouldBe(["petit"]);
        _troubles.ShouldHaveSingleItem().Trouble.ShouldBe(MailboxTrouble.TooBig);
    }

    [Fact]
    public async Task A_server_that_pushes_no_news_and_moves_nothing_is_asked_again_and_again()
    {
        var dovecot = await StartAsync(isLesser: true);
        Read(With(dovecot) with { PollEvery = TimeSpan.FromMilliseconds(50) });
        foreach (var text in new[] { "un", "deux" })
        {
            await dovecot.DeliverAsync(Encoding.UTF8.GetBytes(text));
            await UntilAsync(() => _taken.Contains(text));
        }

        await UntilAsync(() => dovecot.Count("INBOX", "S") == 2);
        _troubles.ShouldBeEmpty();
        _taken.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(RelaySecurity.Tls)]
    [InlineData(RelaySecurity.StartTls)]
    public async Task The_way_is_protected_and_only_a_certificate_that_is_trusted_is_spoken_to(RelaySecurity security)
    {
        var dovecot = await StartAsync();
        await dovecot.DeliverAsync("secret"u8.ToArray());
        var options = With(dovecot) with { Security = security, Port = security == RelaySecurity.Tls ? dovecot.TlsPort : dovecot.Port };
        Read(options);
        await UntilAsync(() => !_troubles.IsEmpty);
        _troubles.First().Fault.ShouldBeOfType<SslHandshakeException>();
        _taken.ShouldBeEmpty();

        var trusting = new MailboxReader(
            options with { CertificateValidation = (_, certificate, _, _) => certificate?.GetCertHashString() == _certificate.Thumbprint },
            (raw, _) =>
            {
                _taken.Enqueue(Encoding.UTF8.GetString(raw));
                return Task.CompletedTask;
            }).RunAsync(_stop.Token);
        await UntilAsync(() => _taken.Contains("secret"));
        await _stop.CancelAsync();
        await trusting;
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_its_words()
    {
        var dovecot = await StartAsync();
        Read(With(dovecot) with { Password = "mauvais-mot" });
        await UntilAsync(() => !_troubles.IsEmpty);
        _troubles.First().Fault.ShouldBeOfType<AuthenticationException>();
        _troubles.First().Fault!.ToString().ShouldNotContain("mauvais-mot");
    }

    private static byte[] Prefixed(string field, byte[] raw) => [.. Encoding.UTF8.GetBytes(field + "\r\n"), .. raw];

    private async Task<DovecotServer> StartAsync(bool isLesser = false) => _dovecot = await DovecotServer.StartAsync(_certificate, isLesser);

    private MailboxOptions With(DovecotServer dovecot) => new()
    {
        Host = "127.0.0.1",
        Port = dovecot.Port,
        Security = RelaySecurity.None,
        UserName = DovecotServer.UserName,
        Password = DovecotServer.Password,
        ReconnectAfter = TimeSpan.FromMilliseconds(100),
        Troubled = (trouble, fault) => _troubles.Enqueue((trouble, fault)),
    };

    private void Read(MailboxOptions options, Func<byte[], CancellationToken, Task>? take = null) =>
        _reading = new MailboxReader(options, take ?? ((raw, _) =>
        {
            _taken.Enqueue(Encoding.Latin1.GetString(raw));
            return Task.CompletedTask;
        })).RunAsync(_stop.Token);

    private async Task UntilAsync(Func<bool> isSo)
    {
        for (var look = 0; look < 600 && !isSo(); look++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        isSo().ShouldBeTrue($"{string.Join('\n', _troubles)}\n{_dovecot?.Log}");
    }
}
