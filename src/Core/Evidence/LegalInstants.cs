using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// The four instants that the law looks at: sending, reception or not by the remote mail server, reading, reply. One row
/// each, a row for every sending and every reply; what did not happen is said to be not established.
/// </summary>
internal static class LegalInstants
{
    private const string NotEstablished = "Non constatée à la date de cette attestation";
    private const string RemoteServer = "le serveur de messagerie distant";

    public static IEnumerable<(string Label, string Value)> Of(Exchange exchange)
    {
        foreach (var sending in exchange.Sendings)
        {
            var number = exchange.Sendings.Count == 1 ? "" : $" n° {exchange.SendingNumber(sending)}";
            yield return ($"Envoi{number}", Sent(sending));
            yield return ($"Réception{number}", Received(sending, exchange));
        }

        yield return ("Lecture", Read(exchange));
        var replies = exchange.All(FactKind.Replied).ToList();
        if (replies.Count == 0)
            yield return ("Réponse", exchange.Letter.ReplyExpected ? NotEstablished : $"{NotEstablished} ; ce courrier n’en demandait pas");
        for (var i = 0; i < replies.Count; i++)
            yield return (replies.Count == 1 ? "Réponse" : $"Réponse n° {i + 1}", Replied(replies[i], exchange));
    }

    private static string Sent(Fact sending) => $"{(sending.Kind == FactKind.Submitted ? "Envoyé" : "Envoyé de nouveau")} le {French.Instant(sending.At)}";

    /// <summary>As in <see cref="ConversationStatus"/>: of one sending, a bounce outweighs an acceptance, whichever came first.</summary>
    private static string Received(Fact sending, Exchange exchange)
    {
        if (exchange.About(sending, FactKind.Undelivered) is { } bounce)
        {
            var earlier = exchange.FirstAbout(sending, FactKind.Delivered);
            return French.Lines(Told("Non délivré", bounce), earlier is null ? null : Told($"Pour le même envoi, accepté par {RemoteServer}", earlier));
        }

        if (exchange.FirstAbout(sending, FactKind.Delivered) is { } acceptance)
            return Told($"Accepté par {RemoteServer}", acceptance);
        const string Missing = $"Non constatée par {RemoteServer} à la date de cette attestation";
        if (exchange.About(sending, FactKind.Relayed) is { } relayed)
            return French.Lines(Missing, Told("Transmis vers un serveur qui ne rend pas compte", relayed));
        return exchange.About(sending, FactKind.NoReport) is { } silence
            ? French.Lines(Missing, $"Aucun rapport de remise n’était parvenu le {French.Instant(silence.At)}")
            : Missing;
    }

    private static string Told(string outcome, Fact fact)
    {
        var said = fact.Content<ServerSaid>();
        return French.Lines(outcome, $"{(said.Report is null ? "Constaté le" : "Rapport parvenu le")} {French.Instant(fact.At)}", French.Said(said));
    }

    private static string Read(Exchange exchange)
    {
        if (exchange.First(FactKind.Opened) is not { } opened)
            return exchange.Submitted.Mode == DeliveryMode.Tracked ? NotEstablished : $"{NotEstablished} ; un courrier électronique simple n’en rend pas compte";
        var receipt = opened.Content<Receipt>();
        return French.Lines($"Ouvert le {French.Instant(opened.At)}", $"Adresse affichée : {receipt.Recipient}", $"Acte constaté : {receipt.ProofInFrench()}");
    }

    private static string Replied(Fact reply, Exchange exchange)
    {
        var content = reply.Content<ReplyContent>();
        var files = content.Attachments.Count == 0 ? "sans fichier" : $"avec {French.Count(content.Attachments.Count, "fichier")}";
        return French.Lines(
            $"Déposée le {French.Instant(reply.At)}, {files}",
            $"Adresse affichée : {content.Recipient}",
            content.AfterDue ? "Après la date limite de réponse" : null,
            exchange.About(reply, FactKind.ReplyOpened) is { } opened ? $"Ouverte par l’acheteur le {French.Instant(opened.At)}" : "Pas encore ouverte par l’acheteur");
    }
}
