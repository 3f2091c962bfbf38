namespace Vaguemestre.Pdf.Tests;

/// <summary>A document that uses every word of the vocabulary, and helpers to write others.</summary>
static class Sample
{
    public static readonly PdfProperties Properties = new()
    {
        Title = "Attestation des échanges — 2026-MAPA-0042",
        Author = "Ville d’Œuvre-lès-Noël",
        Subject = "Courrier de notification & accusé de réception",
        CreatedAt = new DateTimeOffset(2026, 11, 23, 17, 5, 12, TimeSpan.FromHours(1)),
    };

    public static readonly byte[] Evidence = [.. Enumerable.Range(0, 70_000).Select(i => (byte)((i * 7) ^ (i >> 8)))];

    public static byte[] Write(Action<PdfDocument> fill)
    {
        var document = new PdfDocument(Properties);
        fill(document);
        using var stream = new MemoryStream();
        document.Write(stream);
        return stream.ToArray();
    }

    public static byte[] Attestation(int events = 60) => Write(document =>
    {
        document.Footer = (page, pages) => $"Attestation des échanges · 2026-MAPA-0042 · page {page} sur {pages}";
        document.Heading(1, "Attestation des échanges");
        document.Paragraph("Le présent document rapporte les événements d’une conversation tels que le journal les a enregistrés. ",
            Text.Bold("Il n’établit pas l’identité de la personne"), " qui a ouvert le courrier : il établit qu’une personne tenant le lien l’a ouvert.");
        document.Facts(
            ("Consultation", "2026-MAPA-0042 — Réfection de la toiture de l’école Jean-Moulin, lot 3 « couverture, zinguerie »"),
            ("Objet", "Notification du marché"),
            ("Envoyé le", "lundi 23 novembre 2026 à 17 h 05 (heure de Paris)"),
            ("Destinataire", "Société Ωμέγα & Fils <marches@exemple.fr>"),
            ("Empreinte", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a089f86d081884c7d659a2feaa0c55ad015"));
        document.Heading(2, "Événements");
        document.Table([new("Instant", 3), new("Événement", 4), new("Détail", 6)], Enumerable.Range(0, events).Select(i => new[]
        {
            $"23/11/2026 17:{i / 60 % 60:00}:{i % 60:00}",
            i % 3 == 0 ? "Accepté par le serveur distant" : i % 3 == 1 ? "Courrier ouvert" : "Réponse déposée",
            i % 3 == 0 ? $"250 2.0.0 Ok: queued as 4F{i:X6} (mx{i}.exemple.fr, https://exemple.fr/consultations/2026-MAPA-0042/courriers?jeton=abcdefghijklmnopqrstuvwxyz0123456789)" : "Fait n° " + i,
        }));
        document.Heading(2, "Ce que ces événements établissent");
        document.Heading(3, "L’acceptation par le serveur");
        document.Paragraph("L’acceptation établit que le serveur de messagerie du destinataire a pris en charge le courrier ; elle n’établit pas sa lecture.");
        document.Rule();
        document.Space(6);
        document.Note("Vérification : vaguemestre verify attestation.pdf. Le fichier journal.json joint au présent document fait foi.");
        document.Attach("journal.json", "application/json", Evidence, "Journal des événements", AttachmentRelationship.Data);
    });
}
