using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Web.Workers;

/// <summary>
/// Seals new facts every minute; once an hour it looks through the whole journal for one that was passed over, and once a day for timestamps
/// whose authority's certificate ends soon.
/// </summary>
public sealed class SealingWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SealingWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1), WholeEvery = TimeSpan.FromHours(1), RenewEvery = TimeSpan.FromDays(1);

    private DateTimeOffset _whole;
    private DateTimeOffset _renewed;
    private string? _waiting;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Loop.RunAsync(
        async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            var now = clock.Now();
            var whole = now - _whole >= WholeEvery;
            // Twice the interval: facts that were committed while the last whole look ran are within it.
            var turn = await scope.ServiceProvider.GetRequiredService<SealFacts>().RunAsync(whole ? null : now - (2 * WholeEvery), stoppingToken);
            Tell(turn.Waiting);
            if (turn.Waiting is null && now - _renewed >= RenewEvery)
                await RenewAsync(scope.ServiceProvider, now, stoppingToken);
            if (turn.Facts == SealFacts.Most)
                return TimeSpan.Zero;
            if (whole && turn.Waiting is null)
                _whole = now;
            return Pause;
        },
        clock,
        log,
        stoppingToken);

    private async Task RenewAsync(IServiceProvider services, DateTimeOffset now, CancellationToken stop)
    {
        var turn = await services.GetRequiredService<RenewTimestamps>().RunAsync(all: false, stop);
        if (turn.Renewals > 0)
            log.LogInformation("{Seals} seals were timestamped again, before their authority's certificate ends.", turn.Seals);
        if (turn.Waiting is { } waiting)
            log.LogWarning("Seals wait for their renewal: {Why}", waiting);
        else
            _renewed = now;
    }

    /// <summary>Once when facts begin to wait, once when they no longer do.</summary>
    private void Tell(string? waiting)
    {
        if (waiting != _waiting && waiting is not null)
            log.LogWarning("Facts wait for their timestamp: {Why}", waiting);
        else if (waiting is null && _waiting is not null)
            log.LogWarning("Facts are timestamped again.");
        _waiting = waiting;
    }
}
