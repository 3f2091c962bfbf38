using Vaguemestre.Core.Letters.Writing;

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

/// <summary>What the delivery modes and the fields of a draft are called before a French reader; a type's own title stands in its <see cref="LetterTemplate"/>.</summary>
public static class LetterWords
{
    /// <summary>« Courrier électronique avec accusé de réception ».</summary>
    public static string French(DeliveryMode mode) => mode switch
    {
        DeliveryMode.Tracked => "Courrier électronique avec accusé de réception",
        DeliveryMode.Plain => "Courrier électronique simple",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "This delivery mode has no French words yet."),
    };

    /// <summary>« l’objet », within a sentence.</summary>
    public static string French(DraftField field) => field switch
    {
        DraftField.Type => "le type",
        DraftField.Options => "le mode d’envoi ou la réponse attendue",
        DraftField.Subject => "l’objet",
        DraftField.Body => "le texte",
        DraftField.Recipients => "les destinataires",
        DraftField.Attachments => "les pièces jointes",
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "This field has no French words yet."),
    };
}
