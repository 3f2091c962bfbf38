using System.Net;
using System.Threading.RateLimiting;

namespace Vaguemestre.Web.Access;

/// <summary>
/// How often one source may ask for links to « Mes courriers »: twenty times an hour, on each process. How many go to one address is
/// Core's to bound. A network of IPv6 is one source, whatever address of its own it takes.
/// </summary>
public sealed class LinkRequests : IDisposable
{
    public const int MostAnHour = 20;

    private readonly PartitionedRateLimiter<IPAddress> limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(source => RateLimitPartition.GetSlidingWindowLimiter(
        source, _ => new SlidingWindowRateLimiterOptions { PermitLimit = MostAnHour, Window = TimeSpan.FromHours(1), SegmentsPerWindow = 6, QueueLimit = 0 }));

    public bool Admit(IPAddress? source)
    {
        using var lease = limiter.AttemptAcquire(RequestSource.Of(source));
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();
}
