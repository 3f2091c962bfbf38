namespace Vaguemestre.Core.Letters;

/// <summary>The nine kinds of letter.</summary>
public enum LetterType
{
    /// <summary>Courrier libre.</summary>
    Free,

    /// <summary>Invitation à concourir.</summary>
    Invitation,

    /// <summary>Information de modification de la consultation.</summary>
    Modification,

    /// <summary>Réponse à une question.</summary>
    Answer,

    /// <summary>Demande de complément.</summary>
    CompletionRequest,

    /// <summary>Courrier d'attribution.</summary>
    Award,

    /// <summary>Courrier de notification.</summary>
    Notification,

    /// <summary>Courrier de rejet.</summary>
    Rejection,

    /// <summary>Information d'annulation de la consultation.</summary>
    Cancellation,
}

public enum DeliveryMode
{
    /// <summary>Courrier électronique avec accusé de réception: the mail carries a link; opening the content makes a receipt.</summary>
    Tracked,

    /// <summary>Courrier électronique simple: the mail carries body and files; no receipt.</summary>
    Plain,
}

public enum LetterState
{
    Draft,
    Sent,
}
