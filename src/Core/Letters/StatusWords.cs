namespace Vaguemestre.Core.Letters;

/// <summary>What each status is called before a French reader.</summary>
public static class StatusWords
{
    /// <summary>« Non délivré ».</summary>
    public static string French(Status status) => status switch
    {
        Status.Draft => "Brouillon",
        Status.Sending => "En cours d’envoi",
        Status.Relayed => "Transmis",
        Status.Delivered => "Délivré",
        Status.Undelivered => "Non délivré",
        Status.Read => "Lu",
        Status.ReplyUnread => "Réponse non lue",
        Status.ReplyRead => "Réponse lue",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "This status has no French words yet."),
    };
}

/// <summary>What the delivery modes are called before a French reader; a type's own title stands in its <see cref="LetterTemplate"/>.</summary>
public static class LetterWords
{
    /// <summary>« Courrier électronique avec accusé de réception ».</summary>
    public static string French(DeliveryMode mode) => mode switch
    {
        DeliveryMode.Tracked => "Courrier électronique avec accusé de réception",
        DeliveryMode.Plain => "Courrier électronique simple",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "This delivery mode has no French words yet."),
    };
}
