using Vaguemestre.Core.Tracking.Notifying;

namespace Vaguemestre.Web.Workers;

/// <summary>Finds out which agents are to be told what, and writes their mails when they are due.</summary>
public sealed class NewsWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<NewsWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Loop.RunAsync(
        async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            var spread = await scope.ServiceProvider.GetRequiredService<SpreadNews>().RunAsync(stoppingToken);
            var told = await scope.ServiceProvider.GetRequiredService<TellAgents>().RunAsync(stoppingToken);
            return spread + told > 0 ? TimeSpan.Zero : Pause;
        },
        clock,
        log,
        stoppingToken);
}
