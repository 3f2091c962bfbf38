namespace Vaguemestre.Web.Workers;

/// <summary>One turn of work after another until the product stops; a fault costs a turn, not the worker.</summary>
internal static class Loop
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    /// <param name="turn">Answers how long to wait before the next turn.</param>
    public static async Task RunAsync(Func<Task<TimeSpan>> turn, TimeProvider clock, ILogger log, CancellationToken stop)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                wait = await turn();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                log.LogError(fault, "A turn failed; the next begins in {Wait}.", AfterFault);
                wait = AfterFault;
            }

            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
