using Vaguemestre.Core.Letters;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>What became of one leased sending in one turn.</summary>
/// <param name="Sending">As it was leased.</param>
/// <param name="Answer">What the relay answered, or that its answer was lost; null where the sending was not begun.</param>
/// <param name="Faulted">The platform itself failed to make its mail: it is tried again later.</param>
/// <param name="HolderDied">Its worker stopped without a word and may have given it to the relay.</param>
public sealed record Outcome(Sending Sending, RelayAnswer? Answer, bool Faulted = false, bool HolderDied = false)
{
    /// <summary>What it was held under. Every taking has its own, so that an outcome told twice is never taken for one of a later attempt.</summary>
    public Guid Lease => Sending.LeaseId ?? Guid.Empty;

    public static Outcome Untouched(Sending sending) => new(sending, Answer: null);

    public static Outcome Abandoned(Sending sending) => new(sending, Answer: null, HolderDied: true);

    /// <summary>The sending as it stands now is still held under this lease; whoever renewed it since it was seen lives.</summary>
    public bool Holds(Sending now) => now.LeaseId == Lease && (!HolderDied || now.LeaseUntil == Sending.LeaseUntil);
}

/// <summary>How long until the next attempt.</summary>
internal static class RetryDelay
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Doubles from half a minute to an hour, give or take a fifth, so that a server that comes back is not stormed.</summary>
    public static TimeSpan Before(int attempt)
    {
        var delay = First * Math.Pow(2, Math.Clamp(attempt - 1, 0, 10));
        return Jittered(delay < Longest ? delay : Longest);
    }

    public static TimeSpan Jittered(TimeSpan delay) => delay * (0.8 + (Random.Shared.NextDouble() * 0.4));
}
