using Vaguemestre.Core.Tracking.Search;

namespace Vaguemestre.Web.Workers;

/// <summary>Reads what was written into the index of words, shortly after it was written.</summary>
public sealed class SearchWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SearchWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Loop.RunAsync(
        async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<FeedSearch>().RunAsync(stoppingToken) == FeedSearch.Batch ? TimeSpan.Zero : Pause;
        },
        clock,
        log,
        stoppingToken);
}
