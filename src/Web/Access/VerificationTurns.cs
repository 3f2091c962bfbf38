using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace Vaguemestre.Web.Access;

/// <summary>
/// The public page of verification holds what it is given in memory: few are looked at at once, a few more wait before their files are read, the
/// others are told to come back. Who takes his turn and sends nothing loses it. Looking at the page waits for nobody.
/// </summary>
internal static class VerificationTurns
{
    public const string Policy = "verification";

    /// <summary>How long a turn may last, in milliseconds.</summary>
    public const int LongestTurn = 5 * 60 * 1000;

    /// <summary>Each may hold twice <see cref="Host.LargestRequest"/>.</summary>
    private const int AtOnce = 3, Waiting = 12;

    public static void Configure(RateLimiterOptions limits)
    {
        limits.AddPolicy(Policy, context => HttpMethods.IsPost(context.Request.Method)
            ? RateLimitPartition.GetConcurrencyLimiter("post", _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = Waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst })
            : RateLimitPartition.GetNoLimiter("other"));
        limits.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
        limits.OnRejected = async (rejected, cancel) =>
        {
            var (request, response) = (rejected.HttpContext.Request, rejected.HttpContext.Response);
            response.Headers.RetryAfter = "60";

            // A browser shows an answer only once it has sent everything.
            await request.Body.CopyToAsync(Stream.Null, cancel);
            request.Body = Stream.Null;
            (request.ContentLength, request.ContentType) = (0, null);
        };
    }
}
