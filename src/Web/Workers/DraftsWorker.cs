using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Web.Workers;

/// <summary>Sends the drafts whose hour has come, and erases the deleted ones, and replies begun and left, whose while is over.</summary>
public sealed class DraftsWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<DraftsWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Loop.RunAsync(
        async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            var sent = await scope.ServiceProvider.GetRequiredService<SendScheduled>().RunAsync(stoppingToken);
            var purged = await scope.ServiceProvider.GetRequiredService<PurgeDrafts>().RunAsync(stoppingToken);
            purged += await scope.ServiceProvider.GetRequiredService<PurgeReplyDrafts>().RunAsync(stoppingToken);
            return sent + purged > 0 ? TimeSpan.Zero : Pause;
        },
        clock,
        log,
        stoppingToken);
}
