using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>
/// Carries the due sendings of the outbox to the relay, over as many lines as configured. At least once: what a crash
/// interrupts is done again by whoever leases it next, and says so. Nothing is sent outside a lease. A relay that cannot be
/// reached delays every letter and fails none.
/// </summary>
public sealed class Outbox(IServiceScopeFactory scopes, LetterMoulds moulds, Settings settings, TimeProvider clock, ILogger<Outbox> log)
{
    /// <summary>Carries until told to stop; what was begun by then is finished and written.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
            await Carriage().RunAsync(untilEmpty: false, stop);
    }

    /// <summary>Carries until nothing is due, or the relay cannot be reached.</summary>
    /// <returns>How many sendings were taken.</returns>
    public Task<int> DrainAsync(CancellationToken cancel) => Carriage().RunAsync(untilEmpty: true, cancel);

    private OutboxCarriage Carriage() => new(scopes, moulds, settings, clock, log);
}
