using System.Collections.Concurrent;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Mail.Reports;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.TestKit.World;

/// <summary>The relay of a world: takes every mail, or answers what the test says, and keeps what it took.</summary>
public sealed class TestRelay : IAsyncDisposable
{
    private readonly SmtpListener _listener;
    private readonly ConcurrentQueue<ReceivedMail> _taken = new();

    private TestRelay(Func<ReceivedMail, Task<SmtpReply>> answer) => _listener = SmtpListener.Start(
        new SmtpListenerOptions { AcceptRecipient = _ => true, OffersDsn = true, HostName = "relais.test" },
        async (mail, _) =>
        {
            var reply = await answer(mail);
            if (reply.Code / 100 == 2)
                _taken.Enqueue(mail);
            return reply;
        });

    public static SmtpReply Queued { get; } = new(250, "2.0.0 Ok: queued as 4XyZ");

    /// <summary>In the order they came.</summary>
    public IReadOnlyList<ReceivedMail> Taken => [.. _taken];

    public static TestRelay Start(TestWorld world, SmtpReply? answer = null) => Start(world, _ => Task.FromResult(answer ?? Queued));

    public static TestRelay Start(TestWorld world, Func<ReceivedMail, Task<SmtpReply>> answer)
    {
        var relay = new TestRelay(answer);
        (world.Settings.Smtp.Host, world.Settings.Smtp.Port) = ("127.0.0.1", relay._listener.Port);
        return relay;
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}

/// <summary>Delivery reports as a server writes them, and their way in.</summary>
public static class TestReports
{
    public static RecipientReport Delivered(string recipient) =>
        new(recipient, DeliveryAction.Delivered, "2.1.5") { RemoteMta = "mx.alpha.test", DiagnosticCode = "smtp; 250 2.1.5 Ok" };

    public static RecipientReport Failed(string recipient) =>
        new(recipient, DeliveryAction.Failed, "5.1.1") { RemoteMta = "mx.alpha.test", DiagnosticCode = "smtp; 550 5.1.1 <" + recipient + ">: no such user" };

    public static RecipientReport Delayed(string recipient) =>
        new(recipient, DeliveryAction.Delayed, "4.4.1") { RemoteMta = "mx.alpha.test", DiagnosticCode = "smtp; 451 4.4.1 later" };

    public static RecipientReport Relayed(string recipient) => new(recipient, DeliveryAction.Relayed, "2.1.5");

    public static byte[] Write(params RecipientReport[] recipients) => ReportWriter.Write(
        new DeliveryReport("relais.test", recipients),
        new("MAILER-DAEMON@relais.test"),
        "bounces@courriers.test",
        $"{Guid.CreateVersion7():N}@relais.test",
        TestWorld.Start,
        "Subject: Courrier\r\n\r\n"u8.ToArray());

    /// <summary>Gives a report to the world, on the return path of one sending.</summary>
    public static Task ReportAsync(this TestWorld world, Core.Letters.Sending sending, params RecipientReport[] recipients) =>
        world.ReceiveAsync(ReturnAddress.ForReports(sending.BounceToken, world.Settings), Write(recipients));

    public static Task ReceiveAsync(this TestWorld world, string recipient, byte[] raw) =>
        world.InScopeAsync(async services =>
        {
            await ((ReceiveReport)services.GetService(typeof(ReceiveReport))!).RunAsync(recipient, raw, default);
            return true;
        });
}
