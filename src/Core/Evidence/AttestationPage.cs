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
    private const string Title = "Attestation des échanges";

    public static byte[] Write(Exchange exchange)
    {
        var sent = exchange.Submitted;
        var page = new PdfDocument(new PdfProperties
        {
            Title = $"{Title} – {sent.Consultation}",
            Author = sent.Organisation,
            Subject = sent.Subject,
            CreatedAt = exchange.IssuedAt,
        })
        {
            Footer = (number, count) => $"{Title} · conversation {exchange.Conversation.Id} · page {number} sur {count}",
        };

        page.Heading(1, Title);
        page.Paragraph($"Établie le {French.Instant(exchange.IssuedAt)} à la demande de {exchange.IssuedBy}, pour {sent.Organisation}, d’après le journal de la plateforme. Les heures sont celles de Paris.");
        Summary(page, exchange);
        page.Heading(2, "Envoi, réception, lecture, réponse");
        page.Facts([.. LegalInstants.Of(exchange)]);
        Events(page, exchange);
        Meanings(page, exchange);
        Contents(page, exchange);
        Checking(page, exchange);
        page.Attach(EvidenceFile.Name, "application/json", EvidenceFile.Write(exchange), "Les événements tels qu’ils ont été enregistrés, lisibles par un programme", AttachmentRelationship.Data);

        using var file = new MemoryStream();
        page.Write(file);
        return file.ToArray();
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

    private static string Asked(Letter letter) => letter switch
    {
        { ReplyExpected: false } => "Non",
        { ReplyDue: { } due } => $"Oui, avant le {French.Instant(due)}",
        _ => "Oui, sans date limite",
    };

    private static void Events(PdfDocument page, Exchange exchange)
    {
        page.Heading(2, "Tous les événements");
        page.Table(
            [new("N°", 0.4), new("Instant (Paris, UTC)", 2.55), new("Événement", 3.3), new("Détail", 4.9)],
            exchange.Facts.Select(fact => new[]
            {
                $"{fact.Sequence}",
                French.InColumn(fact.At),
                $"{FactWords.French(fact.Kind)}\nPar : {FactDetails.Author(fact, exchange)}",
                FactDetails.Of(fact, exchange),
            }));
    }

    private static void Meanings(PdfDocument page, Exchange exchange)
    {
        page.Heading(2, "Ce que chaque événement établit, et ce qu’il n’établit pas");
        page.Table(
            [new("Événement", 3), new("Il établit", 4), new("Il n’établit pas", 4)],
            exchange.Facts.Select(f => f.Kind).Distinct()
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
        yield return ["Courrier : type, mode, objet, texte et liste des fichiers", "", exchange.Submitted.ContentSha256];
        foreach (var file in exchange.Submitted.Attachments)
            yield return [$"Fichier du courrier : {file.Name}", French.Bytes(file.Size), file.Sha256];
        foreach (var reply in exchange.All(FactKind.Replied))
        {
            var content = reply.Content<ReplyContent>();
            yield return [$"Réponse de l’événement n° {reply.Sequence} : texte", "", content.BodySha256];
            foreach (var file in content.Attachments)
                yield return [$"Fichier de cette réponse : {file.Name}", French.Bytes(file.Size), file.Sha256];
        }
    }

    private static void Checking(PdfDocument page, Exchange exchange)
    {
        page.Heading(2, "Vérifier plus tard");
        page.Facts(
            ("Événements", $"{exchange.Facts.Count}"),
            ("Dernière empreinte", Convert.ToHexStringLower(exchange.Facts[^1].Hash)));
        page.Paragraph(
            $"Chaque événement porte l’empreinte SHA-256 du précédent : la dernière les couvre tous, et en modifier, en retirer ou en déplacer un change toutes les suivantes. Le fichier {EvidenceFile.Name}, joint à ce document, contient les événements, le courrier et les réponses tels qu’ils ont été enregistrés : quiconque peut y recalculer ces empreintes, et les comparer à celles d’une autre attestation, sans la plateforme.");
        page.Paragraph(
            Text.Bold("Cette attestation n’est pas encore signée ni horodatée par un tiers."),
            " Elle montre que le journal est cohérent ; elle ne montre pas, à elle seule, qu’il n’a pas été réécrit en entier par qui en a la garde. Les instants sont ceux de l’horloge de la plateforme.");
        page.Note("L’établissement de cette attestation est inscrit au journal, à la suite, avec l’empreinte du présent fichier.");
    }
}
