using System.Security.Cryptography.X509Certificates;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;
using Vaguemestre.Pdf;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// The attestation as it is read: at one glance who, what about, where it stands and the four instants; then every event,
/// what each establishes, the contents' hashes, and how to check. Printed without colour it says the same.
/// </summary>
internal static class AttestationPage
{
    /// <summary>
    /// Raised by whoever changes what the pages say, here or in what is used here: an attestation of the same edition is written anew
    /// and compared when it is verified, one of another edition is not. A test finds a change without it.
    /// </summary>
    public const int Edition = 5;

    private const string Title = "Attestation des échanges";

    /// <summary>Room for a signature, the certificates on its path and its timestamp.</summary>
    internal const int SignatureCapacity = 16 * 1024;

    /// <param name="file">What the pages tell, and what is attached to them.</param>
    /// <param name="signer">Who signs both.</param>
    /// <returns>The same pages for the same evidence and signer.</returns>
    public static UnsignedPdf Write(EvidenceFile file, X509Certificate2 signer) =>
        file.Evidence is EvidenceCollection collection ? CollectionPage.Write(file, collection, signer) : Write(file, (EvidenceDocument)file.Evidence, signer);

    private static UnsignedPdf Write(EvidenceFile file, EvidenceDocument evidence, X509Certificate2 signer)
    {
        var exchange = Exchange.Of(evidence);
        var sent = exchange.Submitted;
        var page = new PdfDocument(new PdfProperties
        {
            Title = $"{Title} – {sent.Consultation}",
            Author = sent.Organisation,
            Subject = sent.Subject,
            CreatedAt = exchange.IssuedAt,
        })
        {
            Footer = (number, count) => $"{Title} · conversation {exchange.Conversation} · page {number} sur {count}",
        };

        page.Heading(1, Title);
        page.Paragraph($"Établie le {French.Instant(exchange.IssuedAt)} à la demande de {exchange.IssuedBy}, pour {sent.Organisation}, d’après le journal de la plateforme. Les heures sont celles de Paris.");
        Summary(page, exchange);
        page.Heading(2, "Envoi, réception, lecture, réponse");
        page.Facts([.. LegalInstants.Of(exchange)]);
        page.Heading(2, "Tous les événements");
        Events(page, exchange);
        Meanings(page, exchange.Facts);
        Contents(page, exchange);
        CheckingPart.Write(page, file, signer, ("Événements", French.Number(exchange.Facts.Count)), ("Dernière empreinte", Convert.ToHexStringLower(exchange.Facts[^1].Hash)));
        page.Attach(EvidenceFile.Name, "application/json", file.Bytes(), "Les événements tels qu’ils ont été enregistrés et scellés, lisibles par un programme", AttachmentRelationship.Data);
        return page.WriteForSignature(new PdfSignature(Title, SignatureCapacity));
    }

    private static void Summary(PdfDocument page, Exchange exchange)
    {
        var sent = exchange.Submitted;
        if (sent.Corrects is { } first)
            page.Paragraph($"Ce courrier a d’abord été envoyé à {first.Recipient}, puis par cet échange à {sent.Recipient}. Le premier envoi est suivi à part, dans la conversation {first.Conversation}, qui a sa propre attestation.");
        page.Facts(
            ("État", StatusWords.French(exchange.Status)),
            ("Acheteur", $"{sent.Organisation}\nExpéditeur : {sent.Author}"),
            ("Destinataire", French.Lines(sent.Company, sent.Name, sent.Recipient)),
            ("Consultation", French.Lines(sent.Consultation, sent.Title)),
            ("Objet", sent.Subject),
            ("Type et mode", $"{LetterTemplate.For(sent.Type).Title}\n{LetterWords.French(sent.Mode)}"),
            ("Réponse demandée", Asked(exchange.Letter)));
    }

    internal static string Asked(LetterTerms letter) => letter switch
    {
        { ReplyExpected: false } => "Non",
        { ReplyDue: { } due } => $"Oui, avant le {French.Instant(due)}",
        _ => "Oui, sans date limite",
    };

    internal static void Events(PdfDocument page, Exchange exchange) => page.Timeline(
        new Moment("N°", "Instant (Paris, UTC)", "Événement", "Détail"),
        exchange.Facts.Select(fact => new Moment(
            $"{fact.Sequence}",
            French.InColumn(fact.At),
            $"{FactWords.French(fact.Kind)}\nPar : {FactDetails.Author(fact, exchange)}",
            FactDetails.Of(fact, exchange))));

    internal static void Meanings(PdfDocument page, IEnumerable<Fact> facts)
    {
        page.Heading(2, "Ce que chaque événement établit, et ce qu’il n’établit pas");
        page.Table(
            [new("Événement", 3), new("Il établit", 4), new("Il n’établit pas", 4)],
            facts.Select(f => f.Kind).Distinct()
                .Select(kind => (Kind: kind, Meaning: Meaning.Of(kind)))
                .Where(row => row.Meaning is not null)
                .Select(row => new[] { FactWords.French(row.Kind), row.Meaning!.Establishes, row.Meaning.DoesNot }));
    }

    private static void Contents(PdfDocument page, Exchange exchange)
    {
        page.Heading(2, "Contenus échangés");
        page.Table(
            [new("Contenu", 3.5), new("Taille", 1.4), new("Empreinte SHA-256", 5.4)],
            Hashed(exchange));
    }

    private static IEnumerable<string[]> Hashed(Exchange exchange)
    {
        yield return ["Courrier : type, mode, objet, texte et liste des fichiers", exchange.SizeOf(exchange.Submitted.ContentSha256), exchange.Submitted.ContentSha256];
        foreach (var file in exchange.Submitted.Attachments)
            yield return [$"Fichier du courrier : {file.Name}", French.Bytes(file.Size), file.Sha256];
        foreach (var reply in exchange.All(FactKind.Replied))
        {
            var content = reply.Content<ReplyContent>();
            yield return [$"Réponse de l’événement n° {reply.Sequence} : texte", exchange.SizeOf(content.BodySha256), content.BodySha256];
            foreach (var file in content.Attachments)
                yield return [$"Fichier de cette réponse : {file.Name}", French.Bytes(file.Size), file.Sha256];
        }
    }
}
