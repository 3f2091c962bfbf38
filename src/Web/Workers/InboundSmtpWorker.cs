using System.Net;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Web.Workers;

/// <summary>Listens for what comes back to the bounce addresses. Takes nothing for any other address.</summary>
public sealed class InboundSmtpWorker(IServiceScopeFactory scopes, Settings settings, TimeProvider clock, ILogger<InboundSmtpWorker> log) : IHostedService, IAsyncDisposable
{
    private const int LargestReport = 5 * 1024 * 1024;

    private static readonly SmtpReply Taken = new(250, "2.0.0 Ok");

    private SmtpListener? listener;

    /// <summary>The port it listens on, once started.</summary>
    public int? Port => listener?.Port;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Inbound.Smtp.Port is not { } port)
            return Task.CompletedTask;
        listener = SmtpListener.Start(
            new SmtpListenerOptions
            {
                Address = IPAddress.Parse(settings.Inbound.Smtp.Address),
                Port = port,
                HostName = settings.Mail.BounceDomain,
                AcceptRecipient = IsOurs,
                MaxMessageBytes = LargestReport,
                Clock = clock,
                Faulted = fault => log.LogError(fault, "A message that came back could not be kept; its sender will try again."),
            },
            TakeAsync);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (listener is not null)
            await listener.DisposeAsync();
        listener = null;
    }

    private bool IsOurs(string address) =>
        ReturnAddress.TokenIn(address, settings) is not null;

    private async Task<SmtpReply> TakeAsync(ReceivedMail mail, CancellationToken cancel)
    {
        foreach (var recipient in mail.Recipients)
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<ReceiveReport>().RunAsync(recipient.Address, mail.Data.ToArray(), cancel);
        }

        return Taken;
    }
}
