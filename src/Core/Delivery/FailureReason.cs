using Vaguemestre.Mail.Reports;

namespace Vaguemestre.Core.Delivery;

/// <summary>
/// Why a mail server did not take a mail, before a French reader. The server's own words stand beside it and outweigh it.
/// </summary>
/// <param name="Name">The name of ETSI TS 102 640-2 annex D where it has one; <see cref="FailureCause"/> says which are ours.</param>
/// <param name="French">The reason as one sentence; it says no more than the server did.</param>
/// <param name="Advice">What the agent can do about it.</param>
public sealed record FailureReason(string Name, string French, string Advice)
{
    private const string CheckAddress = "Vérifiez l'adresse auprès de l'entreprise, puis relancez vers l'adresse corrigée.";
    private const string OtherAddress = "Prévenez l'entreprise par un autre moyen et demandez-lui une autre adresse, ou relancez plus tard.";
    private const string Operator = "Signalez-le à l'administrateur de la plateforme avec les mots du serveur ; relancez une fois la cause levée.";
    private const string Later = "Relancez plus tard ; si l'échec se répète, prévenez l'entreprise par un autre moyen.";

    private static readonly FailureReason[] All =
    [
        Of(FailureCause.Other, "Le serveur du destinataire a refusé le courrier.", "Lisez les mots du serveur, vérifiez l'adresse auprès de l'entreprise, puis relancez."),
        Of(FailureCause.UnknownRecipient, "Cette adresse n'existe pas chez le destinataire.", CheckAddress),
        Of(FailureCause.UnknownDomain, "Le domaine de cette adresse n'existe pas ou ne reçoit pas de courrier.", CheckAddress),
        Of(FailureCause.MailboxFull, "La boîte du destinataire est pleine.", OtherAddress),
        Of(FailureCause.MailboxDisabled, "La boîte du destinataire est désactivée.", CheckAddress),
        Of(FailureCause.RecipientRejection, "Le destinataire, ou les règles de sa messagerie, refuse ce courrier.", "Prévenez l'entreprise par un autre moyen : qu'elle accepte cette adresse d'expédition, ou donne une autre adresse."),
        Of(FailureCause.PolicyViolation, "Le serveur du destinataire refuse ce courrier, qu'il tient pour indésirable ou contraire à ses règles.", Operator),
        Of(FailureCause.MalwareFound, "Le serveur du destinataire croit avoir trouvé un programme malveillant dans le courrier.", "Vérifiez les fichiers joints, puis relancez ; prévenez l'administrateur de la plateforme."),
        Of(FailureCause.AttachmentFormatNotAccepted, "Le serveur du destinataire n'accepte pas ce type de fichier joint.", "Envoyez un nouveau courrier suivi : ses fichiers restent sur la plateforme et le serveur du destinataire ne les voit pas."),
        Of(FailureCause.SenderRejected, "Le serveur du destinataire refuse l'expéditeur : son adresse, son domaine ou son serveur.", Operator),
        Of(FailureCause.SecurityRequired, "Le serveur du destinataire refuse ce courrier par sa politique de sécurité.", Operator),
        Of(FailureCause.RelayingDenied, "Le serveur interrogé n'achemine pas le courrier de cette adresse.", CheckAddress),
        Of(FailureCause.MessageTooLarge, "Le courrier dépasse la taille que le destinataire accepte.", "Envoyez un nouveau courrier suivi : ses fichiers restent sur la plateforme."),
        Of(FailureCause.InvalidMessageFormat, "Le serveur du destinataire refuse la forme du courrier.", Operator),
        Of(FailureCause.TooManyMessages, "Le serveur du destinataire reçoit trop de courriers de la plateforme.", Later),
        Of(FailureCause.TechnicalMalfunction, "Un serveur sur le chemin du courrier est en panne ou mal réglé.", Later),
        Of(FailureCause.RegularEmailUnreachable, "Le serveur du destinataire n'a pas pu être joint.", Later),
        Of(FailureCause.Expired, "Le serveur du destinataire n'a pas accepté le courrier dans le délai imparti.", Later),
    ];

    private static readonly Dictionary<string, FailureReason> ByName = All.ToDictionary(r => r.Name, StringComparer.Ordinal);

    /// <summary>The one of that name, for showing; null for a name that is none of ours.</summary>
    public static FailureReason? Named(string? name) => name is not null && ByName.TryGetValue(name, out var reason) ? reason : null;

    /// <summary>Of a server's answer in our own session: its enhanced status code and its words, where it gave them.</summary>
    public static FailureReason Of(string? statusCode, string? reply = null) => Of(statusCode, FailureCauses.Of(statusCode, reply));

    /// <summary>Of what a report says about one recipient.</summary>
    public static FailureReason Of(RecipientReport report) => Of(report.Status, FailureCauses.Of(report));

    /// <summary>What a server put off until the time was over did expire, unless what it said tells the agent more.</summary>
    private static FailureReason Of(string? statusCode, FailureCause cause) => ByName[
        (statusCode is ['4', ..] && cause is (FailureCause.Other or FailureCause.TechnicalMalfunction or FailureCause.SecurityRequired or FailureCause.InvalidMessageFormat) ? FailureCause.Expired : cause).ToString()];

    private static FailureReason Of(FailureCause cause, string french, string advice) => new(cause.ToString(), french, advice);
}
