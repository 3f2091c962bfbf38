using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>Until when one carriage holds what it took; it is renewed while it serves, so that its length bounds only how long the dead hold on.</summary>
internal sealed class OutboxLease : IDisposable
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(2), Renewal = TimeSpan.FromSeconds(20);

    /// <summary>An exchange is not begun with less left than this, and one that goes on is cut when less than half of it is left.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(40);

    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _ends;
    private long _until;

    public OutboxLease(TimeProvider clock)
    {
        _clock = clock;
        _ends = new CancellationTokenSource(Length - (Margin / 2), clock);
        HeldUntil(clock.Now() + Length);
    }

    public DateTimeOffset Until => new(Interlocked.Read(ref _until), TimeSpan.Zero);

    /// <summary>Fires when it could not be renewed in time.</summary>
    public CancellationToken Ends => _ends.Token;

    public bool AllowsToBegin => !_ends.IsCancellationRequested && Until - _clock.Now() > Margin;

    public void HeldUntil(DateTimeOffset until)
    {
        Interlocked.Exchange(ref _until, until.UtcTicks);
        _ends.CancelAfter(Length - (Margin / 2));
    }

    public void Dispose() => _ends.Dispose();
}
