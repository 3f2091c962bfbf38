using System.Net;
using System.Threading.RateLimiting;

namespace Vaguemestre.Web.Access;

/// <summary>
/// How often one source may try to sign in, in a quarter of an hour, on each process: for one address of an agent, right or wrong, and with wrong passwords for
/// all. A stranger elsewhere locks nobody out, where visitors are told apart: see <see cref="RequestSource"/>.
/// </summary>
public sealed class SignInTries : IDisposable
{
    public const int MostForOne = 20;

    /// <summary>A whole town hall may stand behind one source.</summary>
    private const int MostWrong = 300;

    private readonly PartitionedRateLimiter<IPAddress> wrong = PartitionedRateLimiter.Create<IPAddress, IPAddress>(source => Limiter(source, MostWrong));

    private readonly PartitionedRateLimiter<(IPAddress Source, string Email)> one = PartitionedRateLimiter.Create<(IPAddress Source, string Email), (IPAddress, string)>(tried => Limiter(tried, MostForOne));

    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(15);

    public bool Admit(IPAddress? source, string email)
    {
        var from = RequestSource.Of(source);
        using var left = wrong.AttemptAcquire(from, permitCount: 0);
        if (!left.IsAcquired)
            return false;
        using var lease = one.AttemptAcquire((from, email.Trim().ToLowerInvariant()));
        return lease.IsAcquired;
    }

    /// <summary>The password was not the right one.</summary>
    public void Count(IPAddress? source)
    {
        using var lease = wrong.AttemptAcquire(RequestSource.Of(source));
    }

    public void Dispose()
    {
        wrong.Dispose();
        one.Dispose();
    }

    private static RateLimitPartition<T> Limiter<T>(T tried, int most) =>
        RateLimitPartition.GetSlidingWindowLimiter(tried, _ => new SlidingWindowRateLimiterOptions { PermitLimit = most, Window = Window, SegmentsPerWindow = 5, QueueLimit = 0 });
}
