using Vaguemestre.Core.Delivery;

namespace Vaguemestre.Web.Workers;

/// <summary>Notes the silence of remote servers once the waiting time is over.</summary>
public sealed class SilenceWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SilenceWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Loop.RunAsync(
        async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<NoteSilence>().RunAsync(stoppingToken) > 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(30);
        },
        clock,
        log,
        stoppingToken);
}
