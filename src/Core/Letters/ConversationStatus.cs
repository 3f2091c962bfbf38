using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters;

/// <summary>What became of a letter for one recipient. Derived from facts, never set by hand.</summary>
public enum Status
{
    /// <summary>Brouillon: the letter is saved, not sent. A conversation, which sending makes, never has it.</summary>
    Draft,

    /// <summary>En cours d'envoi: sent by the agent; the remote mail server has not answered yet, delays included.</summary>
    Sending,

    /// <summary>Transmis: our relay took it and nothing more is known.</summary>
    Relayed,

    /// <summary>Délivré: the remote mail server accepted it. It does not mean read.</summary>
    Delivered,

    /// <summary>Non délivré: refused, unknown address, or given up.</summary>
    Undelivered,

    /// <summary>Lu: the recipient opened the content.</summary>
    Read,

    /// <summary>Réponse non lue: the recipient replied; a reply is not opened yet by any agent.</summary>
    ReplyUnread,

    /// <summary>Réponse lue: an agent opened every reply.</summary>
    ReplyRead,
}

/// <summary>
/// The status of a conversation as a pure function of its facts. A reading outweighs a bounce; a bounce outweighs an
/// acceptance of the same sending, in whatever order the two came; only the latest sending counts. Facts that tell
/// nothing of delivery, reading or reply change nothing, and a fact that comes twice counts once.
/// </summary>
public static class ConversationStatus
{
    /// <param name="facts">All facts of one conversation in the order of the chain.</param>
    public static Status From(IEnumerable<Fact> facts) => From(facts.Select(f => (f.Kind, f.ConcernsId)));

    /// <inheritdoc cref="From(IEnumerable{Fact})"/>
    public static Status From(IEnumerable<(FactKind Kind, Guid? Concerns)> facts)
    {
        Guid? sending = null;
        var carried = new Dictionary<Guid, Carriage>();
        var opened = false;
        var replies = new HashSet<Guid>();
        var openedReplies = new HashSet<Guid>();

        foreach (var (kind, concerns) in facts)
        {
            switch (kind)
            {
                case FactKind.Submitted or FactKind.Resubmitted:
                    sending = concerns;
                    break;
                case FactKind.Opened:
                    opened = true;
                    break;
                case FactKind.Replied:
                    replies.Add(concerns.GetValueOrDefault());
                    break;
                case FactKind.ReplyOpened:
                    openedReplies.Add(concerns.GetValueOrDefault());
                    break;
                default:
                    if (CarriageOf(kind) is { } now && concerns is { } id)
                        carried[id] = carried.TryGetValue(id, out var before) && before > now ? before : now;
                    break;
            }
        }

        if (replies.Count > 0)
            return replies.IsSubsetOf(openedReplies) ? Status.ReplyRead : Status.ReplyUnread;
        if (opened)
            return Status.Read;
        if (sending is null)
            return Status.Draft;
        return carried.GetValueOrDefault(sending.Value) switch
        {
            Carriage.Bounced => Status.Undelivered,
            Carriage.Accepted => Status.Delivered,
            Carriage.Relayed => Status.Relayed,
            _ => Status.Sending,
        };
    }

    private static Carriage? CarriageOf(FactKind kind) => kind switch
    {
        FactKind.Relayed or FactKind.NoReport => Carriage.Relayed,
        FactKind.Delivered => Carriage.Accepted,
        FactKind.Undelivered => Carriage.Bounced,
        _ => null,
    };

    /// <summary>What is known of one sending; a greater value outweighs a smaller one.</summary>
    private enum Carriage
    {
        OnItsWay,
        Relayed,
        Accepted,
        Bounced,
    }
}
