using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// What the messages of the messagerie historique have not, as refusals: <see cref="Letter.IsHistorique"/> tells such a message from a
/// letter. Everything else of a letter they have: text, files, personal link, acknowledgement of receipt, replies.
/// </summary>
public static class Messages
{
    public const string Code = "not-in-historique";

    public static Problem NoTypes { get; } = Without("ni type ni modèle de courrier. Laissez le type de côté, ou donnez « free ».");

    public static Problem NoDrafts { get; } = Without("ni brouillon ni modèle de courrier.");

    public static Problem NoReplyStatus { get; } = Without("pas de statut des réponses : une réponse s'y lit sans être ouverte.");

    public static Problem NoDeliveryStatus { get; } = Without("pas de statut de remise, donc pas de relance. Écrivez un nouveau message.");

    public static Problem NoFavourites { get; } = Without("pas de favoris.");

    public static Problem NoHandling { get; } = Without("ni attribution à un agent ni état « traité ».");

    public static Problem NoAttestation { get; } = Without("pas d'attestation des échanges.");

    public static Problem NoArchive { get; } = Without("pas d'archive de la consultation.");

    public static Problem NoScheduling { get; } = Without("pas d'envoi programmé.");

    public static Problem NoOwnContent { get; } = Without("pas de texte ni de fichier propres à un destinataire.");

    private static Problem NoPlainMode { get; } = Without("que l'envoi avec accusé de réception. Laissez le mode de côté, ou donnez « tracked ».");

    private static Problem NoRegisters { get; } = Without("que des adresses saisies librement. Donnez les destinataires sans registre.");

    private static Problem NoDeadline { get; } = Without("pas de date limite de réponse.");

    /// <summary>The first thing asked for that a message has not; null: it has all of it.</summary>
    internal static Problem? WhyNot(DraftInput input) =>
        input.Type is not null and not LetterType.Free ? NoTypes
            : input.Mode == DeliveryMode.Plain ? NoPlainMode
            : input.ReplyDue is not null ? NoDeadline
            : (input.Recipients ?? []).Any(r => !string.IsNullOrEmpty(r.Register)) ? NoRegisters
            : null;

    private static Problem Without(string what) => Problem.Conflict(Code, $"La consultation relève de la messagerie historique, qui n'a {what}");
}
