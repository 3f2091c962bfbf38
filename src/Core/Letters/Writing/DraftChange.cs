namespace Vaguemestre.Core.Letters.Writing;

/// <summary>What of a draft can be changed apart from the rest.</summary>
public enum DraftField
{
    Type,

    /// <summary>Delivery mode, reply expected, deadline.</summary>
    Options,
    Subject,
    Body,
    Recipients,
    Attachments,
}

/// <summary>Who last changed a field of a draft, and when. Not history: the journal has that.</summary>
public sealed class DraftChange
{
    public required DraftField Field { get; init; }

    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }
}
