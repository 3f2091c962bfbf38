using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Data;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>Whether the relay is worth trying: closed for a while after nobody could reach it, longer each time.</summary>
internal sealed class RelayGate(TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _closedUntil;
    private int _failures;

    /// <summary>How long it stays closed; zero when it is open.</summary>
    public TimeSpan ClosedFor()
    {
        lock (_lock)
            return _closedUntil > clock.Now() ? _closedUntil - clock.Now() : TimeSpan.Zero;
    }

    public void Reached()
    {
        lock (_lock)
        {
            if (_failures > 0)
                log.LogInformation("The relay is reached again.");
            (_failures, _closedUntil) = (0, default);
        }
    }

    public void NotReached(RelayAnswer answer)
    {
        lock (_lock)
        {
            if (_closedUntil > clock.Now())
                return;
            var delay = First * Math.Pow(2, Math.Min(_failures++, 10));
            delay = RetryDelay.Jittered(delay < Longest ? delay : Longest);
            _closedUntil = clock.Now() + delay;
            log.LogWarning("The relay {Server} cannot be used ({Reply}); letters wait, the next attempt is in {Delay}.", answer.Server, answer.Reply, delay);
        }
    }
}
