namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>The sendings that a line takes at once.</summary>
internal sealed class OutboxLoad(IReadOnlyList<DueSending> due)
{
    private int _open = due.Count;

    public IReadOnlyList<DueSending> Due { get; } = due;

    /// <summary>One of its sendings is settled.</summary>
    /// <returns>Whether that was its last.</returns>
    public bool Settle() => --_open == 0;
}
