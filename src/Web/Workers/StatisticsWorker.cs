using Vaguemestre.Core.Data;

namespace Vaguemestre.Web.Workers;

/// <summary>Keeps what the database's planner knows up to date; looks every hour.</summary>
public sealed class StatisticsWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<StatisticsWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Loop.RunAsync(
        async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<VaguemestreDb>().RefreshStatisticsAsync(stoppingToken);
            return Pause;
        },
        clock,
        log,
        stoppingToken);
}
