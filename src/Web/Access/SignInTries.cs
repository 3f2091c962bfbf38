using System.Net;
using System.Threading.RateLimiting;

namespace Vaguemestre.Web.Access;

/// <summary>
/// How often one source may try to sign in, right or wrong: for one address of an agent, and for all together, in a quarter of an hour, on each process. A
/// stranger elsewhere locks nobody out.
/// </summary>
public sealed class SignInTries : IDisposable
{
    public const int MostForOne = 20;

    /// <summary>A whole town hall may stand behind one address in the morning.</summary>
    private const int MostForAll = 300;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly PartitionedRateLimiter<IPAddress> all = PartitionedRateLimiter.Create<IPAddress, IPAddress>(source => Limiter(source, MostForAll));

    private readonly PartitionedRateLimiter<(IPAddress Source, string Email)> one = PartitionedRateLimiter.Create<(IPAddress Source, string Email), (IPAddress, string)>(tried => Limiter(tried, MostForOne));

    public bool Admit(IPAddress? source, string email)
    {
        var from = RequestSource.Of(source);
        using var any = all.AttemptAcquire(from);
        if (!any.IsAcquired)
            return false;
        using var lease = one.AttemptAcquire((from, email.Trim().ToLowerInvariant()));
        return lease.IsAcquired;
    }

    public void Dispose()
    {
        all.Dispose();
        one.Dispose();
    }

    private static RateLimitPartition<T> Limiter<T>(T tried, int most) =>
        RateLimitPartition.GetSlidingWindowLimiter(tried, _ => new SlidingWindowRateLimiterOptions { PermitLimit = most, Window = Window, SegmentsPerWindow = 5, QueueLimit = 0 });
}
