using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Delivery.Returned;

/// <summary>
/// Messages that came back for no known sending. They are kept for the operator to see; but anybody can send such, so no more of
/// them than the latest few. A message that belongs to a conversation is none, and is kept whatever comes.
/// </summary>
public static class UnclaimedMail
{
    public const int Most = 1_000;

    /// <summary>Of all together, in bytes.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    /// <summary>Drops the oldest until there is room for one more, in the caller's transaction.</summary>
    /// <param name="db">The database.</param>
    /// <param name="size">Of the one to come, in bytes.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>How many were dropped.</returns>
    internal static async Task<int> MakeRoomAsync(VaguemestreDb db, long size, CancellationToken cancel)
    {
        var unclaimed = db.InboundMessages.Where(m => m.Outcome == InboundOutcome.UnknownToken && m.SendingId == null);
        var latest = await unclaimed.OrderByDescending(m => m.ReceivedAt).ThenByDescending(m => m.Id).Take(Most)
            .Select(m => new { m.Id, m.ReceivedAt, Size = m.Raw.Length }).ToListAsync(cancel);
        var kept = latest.Take(Most - 1).TakeWhile(m => (size += m.Size) <= MostBytes).Count();
        if (kept == latest.Count)
            return 0;
        var dropped = latest.Skip(kept).Select(m => m.Id).ToList();
        var oldest = latest[^1].ReceivedAt;
        return await unclaimed.Where(m => m.ReceivedAt < oldest || dropped.Contains(m.Id)).ExecuteDeleteAsync(cancel);
    }
}
