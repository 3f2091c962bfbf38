using Vaguemestre.Core.Delivery;

namespace Vaguemestre.Web.Workers;

/// <summary>Sends the platform's own mails.</summary>
public sealed class NoticesWorker(IServiceScopeFactory scopes, TimeProvider clock, ILogger<NoticesWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Loop.RunAsync(
        async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<SendNotices>().RunAsync(stoppingToken) > 0 ? TimeSpan.Zero : Pause;
        },
        clock,
        log,
        stoppingToken);
}
