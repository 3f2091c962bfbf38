using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Carriage;

namespace Vaguemestre.Web.Workers;

/// <summary>Carries the outbox to the relay.</summary>
public sealed class OutboxWorker(Outbox outbox, TimeProvider clock, ILogger<OutboxWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Loop.RunAsync(
        async () =>
        {
            await outbox.RunAsync(stoppingToken);
            return TimeSpan.Zero;
        },
        clock,
        log,
        stoppingToken);
}
