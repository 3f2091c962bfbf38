using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters.Notices;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// The chains of many conversations, read at once, appended in memory and written at once with the statuses that follow:
/// what <see cref="ConversationJournal"/> does for one, in a few statements for hundreds. In the caller's transaction.
/// </summary>
internal sealed class ConversationChains
{
    private readonly VaguemestreDb _db;
    private readonly TimeProvider _clock;
    private readonly Dictionary<Guid, Chain> _chains;
    private readonly List<Fact> _appended = [];
    private readonly List<News> _news = [];
    private readonly HashSet<Guid> _asking = [];

    private ConversationChains(VaguemestreDb db, TimeProvider clock, Dictionary<Guid, Chain> chains) => (_db, _clock, _chains) = (db, clock, chains);

    /// <summary>Locks the conversations until the transaction ends, and reads their chains.</summary>
    public static async Task<ConversationChains> LockAsync(VaguemestreDb db, TimeProvider clock, IReadOnlyList<Guid> conversations, CancellationToken cancel)
    {
        await db.FindByKeysAsync(cancel);
        await db.LockAllAsync<Conversation>(conversations, cancel);
        var facts = await db.Facts.AsNoTracking().Where(f => conversations.Contains(f.SubjectId)).OrderBy(f => f.SubjectId).ThenBy(f => f.Sequence)
            .Select(f => new { f.SubjectId, f.Sequence, f.Kind, f.ConcernsId, f.Hash }).ToListAsync(cancel);
        var messages = await db.Conversations.Where(c => conversations.Contains(c.Id) && c.IsHistorique).Select(c => new { c.Id, c.LastEventAt }).ToDictionaryAsync(c => c.Id, c => c.LastEventAt, cancel);
        var chains = facts.GroupBy(f => f.SubjectId).ToDictionary(
            g => g.Key,
            g => new Chain([.. g.Select(f => (f.Kind, f.ConcernsId))]) { End = g.Select(f => new ChainEnd(f.Sequence, f.Hash)).Last(), MessageAt = messages.TryGetValue(g.Key, out var at) ? at : null });
        return new ConversationChains(db, clock, chains);
    }

    /// <summary>Whether a fact of one of these kinds tells of that sending.</summary>
    public bool Tells(Guid conversation, Guid sending, params ReadOnlySpan<FactKind> kinds)
    {
        foreach (var (kind, concerns) in _chains[conversation].Facts)
        {
            if (concerns == sending && kinds.Contains(kind))
                return true;
        }

        return false;
    }

    public void Append(Subject conversation, FactKind kind, FactContent content, Actor actor, Guid concerns)
    {
        var chain = _chains[conversation.Id];
        var fact = Fact.After(chain.End, conversation, kind, content, actor, concerns, _clock.Now());
        var before = ConversationStatus.From(chain.Facts);
        chain.Facts.Add((kind, concerns));
        var after = ConversationStatus.From(chain.Facts);
        if (Conversation.AsksForSomebody(kind, before, after))
            _asking.Add(conversation.Id);
        if (News.Of(fact, before, after) is { } news)
            _news.Add(news);
        (chain.End, chain.ChangedAt) = (new ChainEnd(fact.Sequence, fact.Hash), Conversation.TellsOfTheExchange(kind, chain.MessageAt is not null) ? fact.At : chain.ChangedAt ?? chain.MessageAt);
        _appended.Add(fact);
    }

    public async Task WriteAsync(CancellationToken cancel)
    {
        await _db.InsertFactsAsync(_appended, cancel);
        await _db.InsertManyAsync(_news, cancel);
        var changed = _chains.Where(c => c.Value.ChangedAt is not null).ToList();
        await _db.UpdateManyAsync<Conversation>(
            changed.ConvertAll(c => c.Key),
            [
                (nameof(Conversation.Status), changed.Select(c => (object)ConversationStatus.From(c.Value.Facts))),
                (nameof(Conversation.LastEventAt), changed.Select(c => (object)c.Value.ChangedAt!.Value)),
            ],
            cancel);
        if (_asking.Count > 0)
            await _db.Conversations.Where(c => _asking.Contains(c.Id) && c.DoneAt != null).ExecuteUpdateAsync(c => c.SetProperty(x => x.DoneAt, (DateTimeOffset?)null), cancel);
    }

    private sealed class Chain(List<(FactKind Kind, Guid? Concerns)> facts)
    {
        public List<(FactKind Kind, Guid? Concerns)> Facts { get; } = facts;

        public ChainEnd? End { get; set; }

        /// <summary>Where it stands among the others from now on; null while nothing is to be written.</summary>
        public DateTimeOffset? ChangedAt { get; set; }

        /// <summary>Where a message of the messagerie historique stands, which most facts do not move; null for a letter.</summary>
        public DateTimeOffset? MessageAt { get; init; }
    }
}
