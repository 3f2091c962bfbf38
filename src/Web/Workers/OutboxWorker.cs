using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;

namespace Vaguemestre.Web.Workers;

/// <summary>Empties the outbox: as many lines to the relay as configured, each with its own session and leases.</summary>
public sealed class OutboxWorker(IServiceScopeFactory scopes, Settings settings, TimeProvider clock, ILogger<OutboxWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, settings.Smtp.Connections).Select(_ => LineAsync(stoppingToken)));

    private async Task LineAsync(CancellationToken stop)
    {
        await using var relay = new RelayLine(settings);
        await Loop.RunAsync(
            async () =>
            {
                await using var scope = scopes.CreateAsyncScope();
                if (await scope.ServiceProvider.GetRequiredService<DeliverDue>().RunAsync(relay, stop) > 0)
                    return TimeSpan.Zero;
                await relay.CloseAsync();
                return Pause;
            },
            clock,
            log,
            stop);
    }
}
