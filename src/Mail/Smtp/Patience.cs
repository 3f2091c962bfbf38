namespace Vaguemestre.Mail.Smtp;

/// <summary>How long a connection is still waited for: one timer over its whole life, set anew at each wait. Once it has run out, the connection is to be closed.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private bool _hurried;

    public CancellationToken Token => _end.Token;

    public bool IsOver => _end.IsCancellationRequested;

    /// <summary>Waits so long from now on, unless it was told to hurry.</summary>
    public void Allow(TimeSpan time)
    {
        lock (_gate)
        {
            if (!_hurried)
                _end.CancelAfter(time);
        }
    }

    /// <summary>Waits no longer than this, whatever is allowed later.</summary>
    public void Hurry(TimeSpan grace)
    {
        lock (_gate)
        {
            _hurried = true;
            _end.CancelAfter(grace);
        }
    }

    /// <summary>Nothing is being waited for.</summary>
    public void Rest()
    {
        lock (_gate)
        {
            _hurried = false;
            _end.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _end.Dispose();
}
