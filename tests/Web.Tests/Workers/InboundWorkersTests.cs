using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.Web.Tests.Kit;
using Vaguemestre.Web.Verbs;
using Vaguemestre.Web.Workers;

namespace Vaguemestre.Web.Tests.Workers;

public sealed class InboundWorkersTests : IDisposable
{
    private const string Token = "abcdefghijklmnopqrstuvwxyz";

    private readonly TestCertificate _certificate = new();

    public void Dispose() => _certificate.Dispose();

    [Theory]
    [InlineData("bounces+" + Token + "@courriers.test", "250")]
    [InlineData("reponse+" + Token + "@courriers.test", "250")]
    [InlineData("postmaster@courriers.test", "550")]
    [InlineData("postmaster", "550")]
    [InlineData("bounces+" + Token + "@ailleurs.test", "550")]
    [InlineData("contact@ailleurs.test", "550")]
    public async Task The_listener_takes_mail_for_return_addresses_alone_and_offers_TLS(string recipient, string code)
    {
        await using var worker = Worker(new Settings { Mail = { BounceDomain = "courriers.test" }, Inbound = { Smtp = { Port = 0, CertificateFile = _certificate.CertificateFile, CertificateKeyFile = _certificate.KeyFile } } });
        await worker.StartAsync(TestContext.Current.CancellationToken);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, worker.Port!.Value, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"EHLO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<{recipient}>\r\nQUIT\r\n"), TestContext.Current.CancellationToken);
        var lines = (await new StreamReader(stream).ReadToEndAsync(TestContext.Current.CancellationToken)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldContain("250 STARTTLS");
        lines.ShouldContain("250-SIZE 10485760");
        lines[^2].ShouldStartWith(code);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_stops_the_start_with_its_key_and_value()
    {
        using var other = new TestCertificate();
        await using var worker = Worker(new Settings { Inbound = { Smtp = { Port = 0, CertificateFile = _certificate.CertificateFile, CertificateKeyFile = other.KeyFile } } });
        var stopped = Should.Throw<ConfigurationException>(() => worker.StartAsync(TestContext.Current.CancellationToken));
        stopped.Message.ShouldStartWith($"Inbound:Smtp:CertificateFile = « {_certificate.CertificateFile} », Inbound:Smtp:CertificateKeyFile = « {other.KeyFile} » : ");
        stopped.Message.ShouldContain("PKCS#12");
    }

    [Fact]
    public async Task A_port_that_is_taken_stops_the_start_with_its_key_and_value()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var worker = Worker(new Settings { Inbound = { Smtp = { Port = port } } });
        Should.Throw<ConfigurationException>(() => worker.StartAsync(TestContext.Current.CancellationToken)).Message.ShouldStartWith($"Inbound:Smtp:Port = « {port} » : ");
    }

    [Theory]
    [InlineData("--Inbound:Smtp:Address=partout", "Inbound:Smtp:Address = « partout » : une adresse IP")]
    [InlineData("--Inbound:Smtp:CertificateKeyFile=cle.pem", "Inbound:Smtp:CertificateKeyFile = « cle.pem » : une clé ne va pas sans certificat")]
    [InlineData("--Inbound:Imap:Host=imap.test", "Inbound:Imap:UserName = «  » : indiquez l'identifiant")]
    [InlineData("--Inbound:Imap:Port=0", "Inbound:Imap:Port = « 0 » : ")]
    [InlineData("--Inbound:Imap:Security=ssl", "Inbound:Imap:Security")]
    public void A_value_that_is_not_allowed_stops_the_start(string argument, string message) =>
        Should.Throw<ConfigurationException>(() => Configuration.Read(Configuration.NewBuilder([argument]).Configuration)).Message.ShouldContain(message);

    [Fact]
    public async Task What_the_mailbox_holds_is_kept_by_the_product()
    {
        await using var dovecot = await DovecotServer.StartAsync(_certificate);
        await dovecot.DeliverAsync("Delivered-To: bounces+abc@courriers.test\r\nSubject: Perdu\r\n\r\nBonjour\r\n"u8.ToArray());
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite, withMailbox: true, configure: settings =>
        {
            var imap = settings.Inbound.Imap;
            (imap.Host, imap.Port, imap.Security) = ("127.0.0.1", dovecot.Port, RelaySecurity.None);
            (imap.UserName, imap.Password) = (DovecotServer.UserName, DovecotServer.Password);
        });

        var kept = 0;
        for (var look = 0; look < 300 && kept == 0; look++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            await using var scope = world.Services.CreateAsyncScope();
            kept = await scope.ServiceProvider.GetRequiredService<VaguemestreDb>().InboundMessages.CountAsync(m => m.Recipient == "bounces+abc@courriers.test", TestContext.Current.CancellationToken);
        }

        kept.ShouldBe(1, dovecot.Log);
    }

    private static InboundSmtpWorker Worker(Settings settings) =>
        new(new ServiceCollection().BuildServiceProvider().GetRequiredService<IServiceScopeFactory>(), settings, TimeProvider.System, NullLogger<InboundSmtpWorker>.Instance);
}
