namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>The sendings that a line takes at once.</summary>
/// <param name="due">The sendings.</param>
/// <param name="notes">The notes of their lease, where some can be kept.</param>
internal sealed class OutboxLoad(IReadOnlyList<DueSending> due, LeaseNotes? notes)
{
    private int _open = due.Count;

    public IReadOnlyList<DueSending> Due { get; } = due;

    public LeaseNotes? Notes { get; } = notes;

    /// <summary>One of its sendings is settled.</summary>
    /// <returns>Whether that was its last.</returns>
    public bool Settle(bool written)
    {
        Notes?.Settled(written);
        return --_open == 0;
    }
}
