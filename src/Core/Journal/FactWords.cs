namespace Vaguemestre.Core.Journal;

/// <summary>
/// What each kind of fact is called before a French reader: a whole sentence that says no more than the fact proves. For
/// an API or a database see <see cref="Data.Words"/>.
/// </summary>
public static class FactWords
{
    /// <summary>« Le serveur de messagerie du destinataire a accepté le courrier », without a full stop.</summary>
    public static string French(FactKind kind) => kind switch
    {
        FactKind.TemplateChanged => "Un modèle de courrier a été modifié",
        FactKind.TemplateRestored => "Le modèle de courrier par défaut a été rétabli",
        FactKind.ConsultationCreated => "La consultation a été créée",
        FactKind.ConsultationChanged => "La consultation a été modifiée",
        FactKind.RegisterReplaced => "Un registre de la consultation a été remplacé",
        FactKind.DraftCreated => "Le brouillon a été créé",
        FactKind.DraftChanged => "Le brouillon a été modifié",
        FactKind.DraftDeleted => "Le brouillon a été supprimé",
        FactKind.DraftRestored => "La suppression du brouillon a été annulée",
        FactKind.DraftPurged => "Le contenu du brouillon supprimé a été effacé",
        FactKind.SendingScheduled => "L’envoi du courrier a été programmé",
        FactKind.SendingUnscheduled => "L’envoi programmé a été annulé",
        FactKind.ScheduledSendingFailed => "L’heure programmée est venue et le courrier n’a pas pu partir",
        FactKind.TestSent => "Un essai du courrier a été envoyé à son rédacteur",
        FactKind.AttachmentAdded => "Une pièce jointe a été ajoutée au brouillon",
        FactKind.AttachmentRemoved => "Une pièce jointe a été retirée du brouillon",
        FactKind.LetterSent => "Le courrier a été envoyé à ses destinataires",
        FactKind.Submitted => "Le courrier a été envoyé",
        FactKind.AcceptedByRelay => "Le relais d’envoi de la plateforme a pris en charge le courrier",
        FactKind.Relayed => "Le courrier a été transmis à un serveur qui ne rend pas compte de la suite",
        FactKind.NoReport => "Aucun rapport de remise n’est parvenu dans le délai d’attente",
        FactKind.Delivered => "Le serveur de messagerie du destinataire a accepté le courrier",
        FactKind.Delayed => "L’acheminement du courrier est retardé",
        FactKind.Undelivered => "Le courrier n’a pas été délivré",
        FactKind.Resubmitted => "Le courrier a été envoyé de nouveau, tel quel",
        FactKind.AutomatedAccess => "Le lien personnel a été visité, sans ouverture du courrier",
        FactKind.Opened => "Le courrier a été ouvert depuis le lien personnel",
        FactKind.AttachmentDownloaded => "Une pièce jointe a été téléchargée depuis le lien personnel",
        FactKind.Replied => "Une réponse a été déposée depuis le lien personnel",
        FactKind.ReplyOpened => "L’acheteur a ouvert la réponse",
        FactKind.WrongRecipient => "Le porteur du lien personnel déclare ne pas être le bon destinataire",
        FactKind.AttestationIssued => "Une attestation des échanges a été établie",
        FactKind.ReportUnmatched => "Un rapport de remise est parvenu, qui ne correspond pas à cet envoi",
        FactKind.OutcomeUnknown => "L’issue d’une remise au relais n’est pas connue : le courrier repart, un double est possible",
        FactKind.MailReceived => "Un message est parvenu en retour, qui ne dit rien de la remise",
        FactKind.Readdressed => "Le courrier a été adressé de nouveau, à une adresse corrigée",
        FactKind.Answered => "L’acheteur a envoyé un courrier en réponse",
        FactKind.ReaderInvited => "Un lien vers le courrier a été envoyé à un collègue du destinataire",
        FactKind.LinkEnded => "Le lien personnel a été désactivé",
        FactKind.NoticeSent => "Un avis de la plateforme a été remis au relais d’envoi",
        FactKind.MessagesImported => "Des messages d’une autre plateforme ont été importés",
        FactKind.ReceptionChanged => "Les réglages de la réception des courriers ont été modifiés",
        FactKind.RetentionEntered => "La durée de conservation a été fixée",
        FactKind.RetentionChanged => "Les durées de conservation de l’organisation ont été modifiées",
        FactKind.HoldSet => "L’effacement a été suspendu",
        FactKind.HoldLifted => "La suspension de l’effacement a été levée",
        FactKind.ContentPurged => "Le contenu a été effacé à la fin de sa durée de conservation",
        FactKind.ConsultationPurged => "Les courriers de la consultation ont été effacés à la fin de leur durée de conservation",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind of fact has no French words yet."),
    };
}
