using MailKit;

namespace Vaguemestre.Mail.Imap;

/// <summary>
/// The messages that were tried and not taken, over all connections: one that breaks whatever touches it is tried again at the next
/// look, then rests between two tries, and keeps no other from being read.
/// </summary>
internal sealed class MailboxTries(MailboxOptions options)
{
    private readonly Dictionary<uint, Try> _tries = [];
    private uint _validity;

    public bool IsAnyWaiting => _tries.Count > 0;

    /// <summary>Messages of another UIDVALIDITY, and those no longer unseen, are forgotten.</summary>
    public void Keep(uint validity, IList<UniqueId> unseen)
    {
        if (_validity != validity)
            _tries.Clear();
        _validity = validity;
        var present = unseen.Select(uid => uid.Id).ToHashSet();
        foreach (var gone in _tries.Keys.Where(id => !present.Contains(id)).ToList())
            _tries.Remove(gone);
    }

    public bool IsResting(UniqueId message) => _tries.TryGetValue(message.Id, out var tried) && tried.NotBefore > options.Clock.GetUtcNow();

    /// <summary>To be called before each try, since a message may break the connection itself.</summary>
    public void Begin(UniqueId message)
    {
        var count = _tries.GetValueOrDefault(message.Id).Count + 1;
        _tries[message.Id] = new Try(count, options.Clock.GetUtcNow() + (count > 1 ? options.RetryAfter : TimeSpan.Zero));
    }

    public void Done(UniqueId message) => _tries.Remove(message.Id);

    private readonly record struct Try(int Count, DateTimeOffset NotBefore);
}
