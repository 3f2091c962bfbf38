namespace Vaguemestre.Core.Delivery;

/// <summary>
/// Why a mail server did not take a mail: the name of ETSI TS 102 640 and a French sentence, from the enhanced status
/// code of RFC 3463. The server's own words stand beside it and outweigh it.
/// </summary>
public sealed record FailureReason(string Name, string French)
{
    private static readonly (string Prefix, FailureReason Reason)[] ByStatus =
    [
        ("5.1.1", new("UnknownRecipient", "Cette adresse n'existe pas chez le destinataire.")),
        ("5.1.2", new("UnknownDomain", "Le domaine de cette adresse n'existe pas ou ne reçoit pas de courrier.")),
        ("5.1.10", new("UnknownDomain", "Le domaine de cette adresse déclare ne pas recevoir de courrier.")),
        ("5.1", new("UnknownRecipient", "Le serveur du destinataire ne reconnaît pas cette adresse.")),
        ("5.2.1", new("MailboxDisabled", "La boîte du destinataire est désactivée.")),
        ("5.2.2", new("MailboxFull", "La boîte du destinataire est pleine.")),
        ("5.2.3", new("MessageTooLarge", "Le courrier dépasse la taille que la boîte du destinataire accepte.")),
        ("5.3.4", new("MessageTooLarge", "Le courrier dépasse la taille que le serveur du destinataire accepte.")),
        ("5.4.4", new("UnknownDomain", "Le domaine de cette adresse n'existe pas ou ne reçoit pas de courrier.")),
        ("5.4", new("Unreachable", "Le serveur du destinataire n'a pas pu être joint.")),
        ("5.7", new("Rejected", "Le serveur du destinataire refuse ce courrier par sa politique de sécurité.")),
        ("4.2.2", new("MailboxFull", "La boîte du destinataire est pleine ; l'envoi a été abandonné après plusieurs essais.")),
        ("4", new("Expired", "Le serveur du destinataire n'a pas accepté le courrier dans le délai imparti.")),
    ];

    private static readonly FailureReason Other = new("Other", "Le serveur du destinataire a refusé le courrier.");

    public static FailureReason Of(string? statusCode) =>
        ByStatus.FirstOrDefault(r => statusCode is not null && (statusCode == r.Prefix || statusCode.StartsWith(r.Prefix + ".", StringComparison.Ordinal))).Reason ?? Other;
}
