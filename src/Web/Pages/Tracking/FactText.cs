using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>What a conversation's page says of a fact beyond its kind and instant.</summary>
internal static class FactText
{
    /// <summary>In our words, one under the other.</summary>
    public static IEnumerable<string> Lines(ConversationEvent told) =>
        (told.Said is { } said ? Delivery(said) : Other(told.Fact)).Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => line!);

    /// <summary>Why the last failure happened and what to do about it; null where nothing failed.</summary>
    public static (string Why, string? Advice)? Failure(IEnumerable<ConversationEvent> events) =>
        events.LastOrDefault(e => e.Kind == FactKind.Undelivered)?.Said is { Explanation: { Length: > 0 } why } said ? (why, FailureReason.Named(said.Reason)?.Advice) : null;

    /// <summary>What a mail server said, word for word; null where none spoke.</summary>
    public static string? ServerWords(ConversationEvent told) =>
        told.Said is { Reply: { Length: > 0 } reply } said && said.IsServersOwn() ? reply : null;

    private static IEnumerable<string?> Delivery(ServerSaid said) =>
    [
        said.Explanation,
        FailureReason.Named(said.Reason)?.Advice,
        said.IsServersOwn() ? null : said.Reply,
        said.Server is { Length: > 0 } server ? $"Serveur : {server}" : null,
        said.Recipient is { Length: > 0 } named ? $"Adresse nommée par le rapport : {named}" : null,
    ];

    private static IEnumerable<string?> Other(Fact fact)
    {
        switch (fact.Kind)
        {
            case FactKind.Submitted:
                var submitted = fact.Content<SubmittedContent>();
                return [$"Par {submitted.Author}, à {submitted.Recipient}", submitted.Corrects is { } first ? $"À la suite de l’envoi à {first.Recipient}" : null, submitted.Answers is null ? null : "En réponse à un autre échange"];
            case FactKind.Resubmitted:
                var resent = fact.Content<Resent>();
                return [$"Envoi n° {resent.Number}, à {resent.Recipient}"];
            case FactKind.MailReceived:
                var mail = fact.Content<ReturnedMail>();
                return [mail.From is { Length: > 0 } from ? $"Expéditeur annoncé : {from}" : null];
            case FactKind.ReaderInvited:
                var invitation = fact.Content<Invitation>();
                return [$"À {invitation.Email}, à la demande de {invitation.By}"];
            case FactKind.LinkEnded:
                return [$"Par {fact.Content<LinkEndedBy>().Agent}"];
            case FactKind.WrongRecipient:
                var declared = fact.Content<NotTheRecipient>();
                return [$"Par le lien envoyé à {declared.Recipient}", declared.Reason is { } reason ? $"Motif choisi : {reason.InFrench()}" : null, Browser(declared.UserAgent)];
            case FactKind.NoticeSent:
                var notice = fact.Content<NoticeTaken>();
                return [$"{notice.Kind.InFrench()}, à {notice.Email}"];
            case FactKind.Readdressed:
                return [$"À {fact.Content<CorrectedAddress>().Recipient}, suivi dans un autre échange"];
            case FactKind.Answered:
                return [$"Objet : {fact.Content<AnsweringLetter>().Subject}"];
            case FactKind.AutomatedAccess:
                var visit = fact.Content<Visit>();
                return [$"Requête {visit.Method}", Browser(visit.UserAgent)];
            case FactKind.Opened:
                var receipt = fact.Content<Receipt>();
                return
                [
                    $"Acte constaté : {receipt.ProofInFrench()}",
                    receipt.Capacity is { } capacity ? $"Pour {capacity}, par le lien envoyé à {receipt.Recipient}" : $"Par le lien envoyé à {receipt.Recipient}",
                    Browser(receipt.UserAgent),
                    receipt.Signals.Count == 0 ? null : $"Signes d’automatisme, à apprécier : {receipt.SignsInFrench()}",
                ];
            case FactKind.AttachmentDownloaded:
                return [fact.Content<Download>().Name];
            case FactKind.Replied:
                var reply = fact.Content<ReplyContent>();
                return [reply.Attachments.Count == 0 ? "Sans fichier" : $"Avec {French.Count(reply.Attachments.Count, "fichier")}", reply.AfterDue ? "Après la date limite de réponse" : null];
            case FactKind.ReplyOpened:
                return [$"Par {fact.Content<ReplyOpenedContent>().Agent}"];
            case FactKind.AttestationIssued:
                var issued = fact.Content<AttestationIssuedContent>();
                return [$"Pour {issued.Agent}, sur {French.Count(issued.Facts, "événement")}"];
            default:
                return [];
        }
    }

    private static string? Browser(string? userAgent) => userAgent is { Length: > 0 } ? $"Logiciel annoncé : {userAgent}" : null;
}
