using Vaguemestre.Core.Letters;

namespace Vaguemestre.Web.Workers;

/// <summary>Removes what is left of uploads that nobody finished.</summary>
public sealed class UploadsWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<UploadsWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Loop.RunAsync(
        async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            if (await scope.ServiceProvider.GetRequiredService<RemoveAbandonedUploads>().RunAsync(stoppingToken) is > 0 and var removed)
                log.LogInformation("{Removed} abandoned uploads are removed.", removed);
            return TimeSpan.FromHours(1);
        },
        clock,
        log,
        stoppingToken);
}
