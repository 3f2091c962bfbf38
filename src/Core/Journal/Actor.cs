namespace Vaguemestre.Core.Journal;

/// <summary>Who did what a fact tells.</summary>
public enum ActorKind
{
    /// <summary>The platform itself: a worker, an import.</summary>
    Platform,

    /// <summary>An agent of the buyer, on the pages.</summary>
    Agent,

    /// <summary>A program of the buyer, by an API key.</summary>
    Key,

    /// <summary>Whoever holds the personal link of a conversation. Not proof of who that person is.</summary>
    Recipient,

    /// <summary>A mail server, by its answer or its report.</summary>
    MailServer,
}

/// <summary>The author of a fact. Holds no name and no address: those are personal data and stand in the payload.</summary>
public sealed record Actor(ActorKind Kind, Guid? Id = null)
{
    public static Actor Platform { get; } = new(ActorKind.Platform);

    public static Actor Recipient { get; } = new(ActorKind.Recipient);

    public static Actor MailServer { get; } = new(ActorKind.MailServer);
}
