namespace Vaguemestre.Core.Evidence;

/// <summary>Facts that their seal's token dates long after the instant that they bear: an authority was down, or the fact was written later than it says.</summary>
internal static class LateTimestamps
{
    /// <summary>Of one kind, before the others are only counted: an outage makes thousands.</summary>
    public const int MostSentences = 50;

    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    public static bool IsLate(DateTimeOffset at, DateTimeOffset stamped) => stamped - at > Late;
}
