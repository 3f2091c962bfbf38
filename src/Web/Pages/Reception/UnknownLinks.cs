using System.Net;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>
/// Counts the links that lead nowhere, by source: after <see cref="Most"/> at once, a further one is refused until a while has passed.
/// A link that is known is never counted and never refused: a whole company may stand behind one address. In memory, for this process.
/// </summary>
public sealed class UnknownLinks(TimeProvider clock)
{
    /// <summary>Unknown links that one source may try at once.</summary>
    public const int Most = 20;

    /// <summary>Sources that are remembered; those that are at rest are forgotten first.</summary>
    public const int MostSources = 10_000;

    /// <summary>After this long a source may try one more.</summary>
    public static readonly TimeSpan OneMoreAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();

    /// <summary>When each source will be at rest: as far ahead as it has tries to make good.</summary>
    private readonly Dictionary<IPAddress, DateTimeOffset> _restAt = [];

    /// <summary>How many sources are remembered.</summary>
    public int Sources
    {
        get
        {
            lock (_lock)
                return _restAt.Count;
        }
    }

    /// <summary>Counts one more unknown link.</summary>
    /// <returns>How long its source is to wait; null while it has tries left.</returns>
    public TimeSpan? WaitAfter(IPAddress? address)
    {
        var source = RequestSource.Of(address);
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            var rest = _restAt.TryGetValue(source, out var known) && known > now ? known : now;
            if (rest - now > (Most - 1) * OneMoreAfter)
                return rest - now - ((Most - 1) * OneMoreAfter);
            if (_restAt.Count >= MostSources && !_restAt.ContainsKey(source))
                Forget(now);
            _restAt[source] = rest + OneMoreAfter;
            return null;
        }
    }

    /// <summary>Those at rest; where there are none, the half that is nearest to it.</summary>
    private void Forget(DateTimeOffset now)
    {
        var forgotten = _restAt.Where(s => s.Value <= now).Select(s => s.Key).ToList();
        if (forgotten.Count == 0)
            forgotten = [.. _restAt.OrderBy(s => s.Value).Take(MostSources / 2).Select(s => s.Key)];
        foreach (var source in forgotten)
            _restAt.Remove(source);
    }
}
