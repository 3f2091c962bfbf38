using Vaguemestre.Core.Retention;

namespace Vaguemestre.Web.Workers;

/// <summary>Erases, a batch a turn, the letters of consultations whose retention is over; looks every hour.</summary>
public sealed class PurgeWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<PurgeWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1), BetweenTurns = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Loop.RunAsync(
        async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<PurgeConsultations>().RunAsync(stoppingToken) > 0 ? BetweenTurns : Pause;
        },
        clock,
        log,
        stoppingToken);
}
