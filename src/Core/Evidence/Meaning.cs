using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Evidence;

/// <summary>What a kind of fact establishes before a judge, and what it does not.</summary>
internal sealed record Meaning(string Establishes, string DoesNot)
{
    /// <summary>Null for a kind that never stands in a conversation's chain.</summary>
    public static Meaning? Of(FactKind kind) => kind switch
    {
        FactKind.Submitted => new(
            "Que l’agent a demandé l’envoi de ce courrier, de ce contenu, à cette adresse, à cet instant.",
            "Que le courrier a quitté la plateforme, ni que cette adresse est celle de l’entreprise."),
        FactKind.Resubmitted => new(
            "Que le même courrier a été envoyé de nouveau à cette adresse, à cet instant.",
            "Qu’il est arrivé cette fois."),
        FactKind.AcceptedByRelay => new(
            "Que le serveur d’envoi de la plateforme a pris le courrier en charge, avec sa réponse mot pour mot.",
            "Que le serveur du destinataire l’a reçu."),
        FactKind.Relayed => new(
            "Qu’un serveur déclare avoir transmis le courrier plus loin.",
            "Que le serveur du destinataire l’a accepté."),
        FactKind.NoReport => new(
            "Que la plateforme n’a reçu aucun rapport dans le délai d’attente.",
            "Que le courrier est arrivé, ni qu’il ne l’est pas."),
        FactKind.Delivered => new(
            "Qu’un rapport de remise parvenu à cet instant fait état de l’acceptation du courrier par le serveur de messagerie du destinataire ; l’acceptation elle-même est antérieure.",
            "Que quelqu’un a lu le courrier, ni qu’il a été classé parmi les messages visibles."),
        FactKind.Delayed => new(
            "Qu’un serveur n’a pas encore pu prendre ou remettre le courrier, et que l’acheminement se poursuit.",
            "Que le courrier est perdu."),
        FactKind.Undelivered => new(
            "Que le courrier de cet envoi a été refusé ou abandonné, pour la raison donnée.",
            "Que le destinataire en est responsable, ni qu’un autre envoi n’a pas abouti."),
        FactKind.ReportUnmatched => new(
            "Qu’un rapport de remise est parvenu en réponse à cet envoi, au sujet d’une autre adresse.",
            "Quoi que ce soit sur la remise à l’adresse du destinataire."),
        FactKind.OutcomeUnknown => new(
            "Que la plateforme a présenté le courrier à son relais et n’a pas eu, ou pas pu écrire, sa réponse.",
            "Que le relais a pris ce courrier, ni qu’il ne l’a pas pris : le destinataire peut l’avoir en double."),
        FactKind.MailReceived => new(
            "Qu’un message est parvenu à l’adresse de retour de cet envoi, de l’expéditeur qu’il annonce.",
            "Qui l’a écrit, ni quoi que ce soit sur la remise ou la lecture du courrier."),
        FactKind.Readdressed => new(
            "Que l’agent a demandé l’envoi du même courrier à une autre adresse, suivi à part.",
            "Que cette autre adresse est celle de l’entreprise, ni que le courrier y est arrivé."),
        FactKind.Answered => new(
            "Que l’agent a demandé l’envoi d’un courrier en réponse, suivi à part.",
            "Que ce courrier est arrivé, ni qu’il a été lu : sa propre attestation le dit."),
        FactKind.AutomatedAccess => new(
            "Que le lien personnel a été visité à cet instant.",
            "Que quelqu’un a lu le courrier : les filtres de messagerie visitent les liens d’eux-mêmes."),
        FactKind.Opened => new(
            "Que le porteur d’un lien personnel, envoyé à la seule adresse affichée, a ouvert le courrier, par l’acte indiqué, et en a obtenu le contenu.",
            "L’identité de cette personne, ni qu’elle a pris connaissance de tout le contenu."),
        FactKind.AttachmentDownloaded => new(
            "Que le porteur d’un lien personnel a demandé ce fichier, de cette empreinte.",
            "Que le fichier a été lu, ni que son transfert est allé à son terme."),
        FactKind.Replied => new(
            "Que le porteur d’un lien personnel, envoyé à la seule adresse affichée, a déposé cette réponse et ces fichiers, de ces empreintes.",
            "L’identité de cette personne, ni son pouvoir d’engager l’entreprise : le destinataire a pu faire envoyer un lien à une autre adresse, comme le dit alors un événement."),
        FactKind.ReplyOpened => new(
            "Que l’acheteur a ouvert la réponse pour la première fois à cet instant.",
            "Que tous ses fichiers ont été lus."),
        FactKind.WrongRecipient => new(
            "Que le porteur du lien personnel a déclaré n’être pas le bon destinataire.",
            "Que cette déclaration est exacte."),
        FactKind.ReaderInvited => new(
            "Que le porteur du lien personnel a demandé l’envoi d’un lien à cette autre adresse.",
            "Que cette adresse est celle d’un collègue, ni que le lien y est arrivé."),
        FactKind.LinkEnded => new(
            "Que l’acheteur a désactivé le lien personnel à cet instant : il n’ouvre plus rien depuis.",
            "Que son porteur n’a gardé aucune copie de ce qu’il avait ouvert auparavant."),
        FactKind.NoticeSent => new(
            "Que le serveur d’envoi de la plateforme a pris en charge cet avis, avec sa réponse mot pour mot.",
            "Que l’avis est arrivé, ni qu’il a été lu."),
        FactKind.AttestationIssued => new(
            "Qu’une attestation antérieure a été établie, de cette empreinte.",
            "Que son porteur ne l’a pas modifiée : l’empreinte permet de le vérifier."),
        _ => null,
    };
}
