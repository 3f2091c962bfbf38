using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Examining;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Evidence;

/// <summary>What the table of facts says of each, beyond its kind and instant.</summary>
internal static class FactDetails
{
    public static string Of(Fact fact, Exchange exchange) => French.Lines(
        exchange.SendingNumber(fact) is { } number ? $"Envoi n° {number}" : null,
        fact.Kind switch
        {
            FactKind.Submitted => Submitted(fact.Content<SubmittedContent>()),
            FactKind.Resubmitted => $"À : {fact.Content<Resent>().Recipient}",
            FactKind.AcceptedByRelay or FactKind.Relayed or FactKind.Delivered or FactKind.Delayed or FactKind.Undelivered or FactKind.ReportUnmatched or FactKind.OutcomeUnknown =>
                Said(fact.Content<ServerSaid>()),
            FactKind.NoReport => $"Pris en charge par le relais le {French.Instant(fact.Content<Silence>().AcceptedAt)}",
            FactKind.MailReceived => Received(fact.Content<ReturnedMail>()),
            FactKind.ReaderInvited => Invited(fact.Content<Invitation>()),
            FactKind.LinkEnded => French.Lines($"Par {fact.Content<LinkEndedBy>().Agent}"),
            FactKind.WrongRecipient => Declared(fact.Content<NotTheRecipient>()),
            FactKind.NoticeSent => Notice(fact.Content<NoticeTaken>()),
            FactKind.Answered => Answered(fact.Content<AnsweringLetter>()),
            FactKind.Readdressed => Readdressed(fact.Content<CorrectedAddress>()),
            FactKind.AutomatedAccess => Visited(fact.Content<Visit>()),
            FactKind.Opened => Opened(fact.Content<Receipt>()),
            FactKind.AttachmentDownloaded => Downloaded(fact.Content<Download>()),
            FactKind.Replied => Replied(fact.Content<ReplyContent>()),
            FactKind.ReplyOpened when exchange.About(fact, FactKind.Replied) is { } reply => $"Réponse de l’événement n° {reply.Sequence}",
            FactKind.AttestationIssued => Issued(fact.Content<AttestationIssuedContent>()),
            _ => null,
        },
        EtsiEvents.NameOf(fact.Kind, exchange.Submitted.Mode) is { } name ? $"ETSI EN 319 522-3 : {name}" : null);

    /// <summary>By whom, as far as it is known: an agent by name, a server as such, and never a person behind a link.</summary>
    public static string Author(Fact fact, Exchange exchange) => fact.ActorKind switch
    {
        ActorKind.Agent => exchange.NameOf(fact.ActorId) is { } name ? $"{name}, pour l’acheteur" : "un agent de l’acheteur",
        ActorKind.Key => exchange.NameOf(fact.ActorId) is { } name ? $"{name} (programme de l’acheteur)" : "un programme de l’acheteur",
        ActorKind.Recipient when fact.Kind == FactKind.AutomatedAccess => "visiteur du lien, programme ou personne",
        ActorKind.Recipient => "porteur du lien personnel",
        ActorKind.MailServer when fact.Kind == FactKind.AcceptedByRelay => "relais d’envoi",
        ActorKind.MailServer when !fact.Content<ServerSaid>().IsServersOwn() => "plateforme",
        ActorKind.MailServer => "serveur de messagerie",
        _ => "plateforme",
    };

    private static string Submitted(SubmittedContent sent) => French.Lines(
        $"À : {sent.Recipient}",
        sent.Corrects is { } first ? $"À la suite de l’envoi à {first.Recipient}, conversation {first.Conversation}" : null,
        sent.Answers is { } answered ? $"En réponse à la conversation {answered}" : null);

    private static string Invited(Invitation invitation) => French.Lines($"À : {invitation.Email}", $"Par le lien envoyé à {invitation.By}");

    private static string Notice(NoticeTaken notice) => French.Lines($"{notice.Kind.InFrench()}, à {notice.Email}", $"Réponse du relais : {notice.Reply}");

    private static string Readdressed(CorrectedAddress corrected) => French.Lines($"À : {corrected.Recipient}", $"Conversation {corrected.Conversation}");

    private static string Answered(AnsweringLetter answer) => French.Lines(
        $"Objet : {French.Quote(answer.Subject)}",
        answer.Conversation is { } next ? $"Conversation {next}" : null);

    private static string Said(ServerSaid said) => French.Lines(
        French.Said(said),
        said.Report is { } action ? $"Source : rapport de remise, action {French.Quote(action)}" : null,
        said.Recipient is { } named ? $"Adresse nommée par le rapport : {named}" : null);

    private static string Received(ReturnedMail mail) => French.Lines(
        mail.From is { } from ? $"Expéditeur annoncé : {from}" : null,
        mail.Subject is { } subject ? $"Objet : {French.Quote(subject)}" : null);

    private static string Visited(Visit visit) => French.Lines($"Requête {visit.Method}", Browser(visit.UserAgent));

    private static string Opened(Receipt receipt) => French.Lines(
        $"Adresse affichée : {receipt.Recipient}",
        $"Acte constaté : {receipt.ProofInFrench()}",
        receipt.Capacity is { } capacity ? $"Pour : {capacity}" : null,
        Browser(receipt.UserAgent),
        receipt.Signals.Count == 0 ? null : $"Signes d’automatisme : {receipt.SignsInFrench()}");

    private static string Declared(NotTheRecipient declared) => French.Lines(
        $"Adresse affichée : {declared.Recipient}",
        declared.Reason is { } reason ? $"Motif choisi : {reason.InFrench()}" : null,
        Browser(declared.UserAgent));

    private static string Downloaded(Download download) => French.Lines(
        download.Recipient is { } recipient ? $"Adresse affichée : {recipient}" : null,
        $"Fichier : {French.Quote(download.Name)}");

    private static string Replied(ReplyContent reply) => French.Lines(
        $"Adresse affichée : {reply.Recipient}",
        reply.Attachments.Count == 0 ? "Sans fichier" : French.Count(reply.Attachments.Count, "fichier"),
        reply.AfterDue ? "Après la date limite de réponse" : null);

    private static string Issued(AttestationIssuedContent issued) => French.Lines(
        $"Fichier : {issued.FileName}, sur {French.Count(issued.Facts, "événement")}",
        $"SHA-256 : {issued.Sha256}");

    private static string? Browser(string? userAgent) => userAgent is null ? null : $"Logiciel annoncé : {userAgent}";
}
