using Vaguemestre.Core.Files.Scanning;

namespace Vaguemestre.Web.Workers;

/// <summary>Has the files looked through that wait for the antivirus.</summary>
public sealed class ScanWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ScanWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Loop.RunAsync(
        async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<ScanWaitingFiles>().RunAsync(stoppingToken) > 0 ? TimeSpan.Zero : Pause;
        },
        clock,
        log,
        stoppingToken);
}
