using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Reception;
using Vaguemestre.Pdf;

namespace Vaguemestre.Core.Evidence;

/// <summary>The company's copies as they are read: one page that says what it states, what it does not, and from which fact it comes.</summary>
internal sealed class CompanyCopyPage
{
    private readonly PdfDocument _page;
    private readonly LetterVisit _visit;
    private readonly Fact _fact;
    private readonly bool _english;

    private CompanyCopyPage(LetterVisit visit, Fact fact, string title, bool english, DateTimeOffset now)
    {
        (_visit, _fact, _english) = (visit, fact, english);
        _page = new PdfDocument(new PdfProperties
        {
            Title = $"{title} – {Reference}",
            Author = visit.Organisation,
            Subject = visit.Conversation.Subject,
            Language = english ? "en-GB" : "fr-FR",
            CreatedAt = now,
        })
        {
            Footer = (number, count) => In($"{title} · conversation {visit.Conversation.Id} · page {number} sur {count}", $"{title} · conversation {visit.Conversation.Id} · page {number} of {count}"),
        };
        _page.Heading(1, title);
        _page.Paragraph(In(
            $"Copie remise le {Instant(now)} à qui détient le lien personnel du courrier, d’après le journal de la plateforme. Les heures sont celles de Paris.",
            $"Copy handed on {Instant(now)} to the holder of the letter’s personal link, from the journal of the platform. Hours are those of Paris."));
    }

    private string Reference => _visit.Letter.Consultation!.Reference;

    public static CompanyCopy OfReceipt(LetterVisit visit, Fact opened, bool english, DateTimeOffset now)
    {
        var copy = new CompanyCopyPage(visit, opened, english ? "Receipt" : "Accusé de réception", english, now);
        var receipt = opened.Content<Receipt>();
        copy._page.Facts([
            .. copy.Parties(),
            (copy.In("Envoyé", "Sent"), copy.Instant(visit.Conversation.SentAt)),
            (copy.In("Ouvert", "Opened"), copy.Instant(opened.At)),
            (copy.In("Par", "Through"), copy.In($"le lien personnel envoyé à {receipt.Recipient}", $"the personal link sent to {receipt.Recipient}")),
            (copy.In("Acte constaté", "Act observed"), english ? EnglishProof(receipt.Proof) : receipt.ProofInFrench()),
            .. receipt.Capacity is { } capacity ? [(copy.In("Déclaration", "Declaration"), copy.In($"pour {capacity}", $"for {capacity}"))] : Array.Empty<(string, string)>(),
        ]);
        return copy.End(
            "accuse-de-reception",
            "Il constate que le courrier a été ouvert à cet instant, par ce lien.",
            "It states that the letter was opened at that instant, through this link.",
            "Il n’établit ni l’identité de la personne qui l’a ouvert, ni qu’elle a pris connaissance de tout le contenu.",
            "It establishes neither who opened it, nor that the whole content was read.");
    }

    public static CompanyCopy OfReply(LetterVisit visit, Fact replied, bool english, DateTimeOffset now)
    {
        var copy = new CompanyCopyPage(visit, replied, english ? "Acknowledgement of a reply" : "Accusé de réception d’une réponse", english, now);
        var reply = replied.Content<ReplyContent>();
        var sizes = Exchange.SizesOf(visit.Replies.Where(r => r.Id == replied.ConcernsId).Select(r => r.Body));
        copy._page.Facts([
            (copy.In("Opérateur", "Operator"), copy.In($"Vaguemestre, messagerie sécurisée de {visit.Organisation}", $"Vaguemestre, secure messaging service of {visit.Organisation}")),
            .. copy.Parties(),
            (copy.In("Reçue", "Received"), copy.Instant(replied.At) + (reply.AfterDue ? copy.In(", après la date limite de réponse", ", after the deadline for replies") : "")),
            (copy.In("Par", "Through"), copy.In($"le lien personnel envoyé à {reply.Recipient}", $"the personal link sent to {reply.Recipient}")),
        ]);
        copy._page.Heading(2, copy.In("Contenu de la réponse", "Content of the reply"));
        copy._page.Table(
            [new(copy.In("Contenu", "Content"), 3.5), new(copy.In("Taille", "Size"), 1.4), new(copy.In("Empreinte SHA-256", "SHA-256 digest"), 5.4)],
            [[copy.In("Texte de la réponse", "Text of the reply"), sizes.TryGetValue(reply.BodySha256, out var size) ? copy.Bytes(size) : "", reply.BodySha256], .. reply.Attachments.Select(f => new[] { copy.In("Fichier : ", "File: ") + f.Name, copy.Bytes(f.Size), f.Sha256 })]);
        return copy.End(
            "accuse-de-reception-reponse",
            "Il constate que cette réponse et ces fichiers, de ces empreintes, ont été déposés à cet instant, par ce lien.",
            "It states that this reply and these files, of these digests, were deposited at that instant, through this link.",
            "Il n’établit ni l’identité de la personne qui les a déposés, ni son pouvoir d’engager l’entreprise, et ne dit rien de leur contenu.",
            "It establishes neither who deposited them nor a power to bind the company, and says nothing of their content.");
    }

    private (string, string)[] Parties() =>
    [
        (In("Acheteur", "Buyer"), _visit.Organisation),
        (In("Consultation", "Procedure"), French.Lines(Reference, _visit.Letter.ConsultationTitle)),
        (In("Objet", "Subject"), _visit.Conversation.Subject),
        (In("Destinataire", "Recipient"), French.Lines(_visit.Conversation.Company, _visit.Conversation.Name, _visit.Conversation.Email)),
    ];

    private CompanyCopy End(string name, string states, string statesInEnglish, string not, string notInEnglish)
    {
        _page.Heading(2, In("Ce que cet accusé constate, et ce qu’il n’établit pas", "What this states, and what it does not establish"));
        _page.Paragraph(In(states, statesInEnglish) + " " + In(not, notInEnglish));
        _page.Paragraph(In(
            "Ce n’est pas l’attestation des échanges, que l’acheteur seul établit ; il n’est ni signé ni horodaté par un tiers. Les instants sont ceux de l’horloge de la plateforme.",
            "It is not the attestation of the exchange, which only the buyer issues; it is neither signed nor timestamped by a third party. Instants are those of the platform’s clock."));
        _page.Note(In(
            $"Événement n° {_fact.Sequence} de la conversation, empreinte SHA-256 {Convert.ToHexStringLower(_fact.Hash)}. L’attestation des échanges porte la même.",
            $"Event no. {_fact.Sequence} of the conversation, SHA-256 digest {Convert.ToHexStringLower(_fact.Hash)}. The attestation of the exchange bears the same."));
        using var file = new MemoryStream();
        _page.Write(file);
        return new CompanyCopy(DocumentName.Of(name, Reference, ""), file.ToArray());
    }

    private string In(string french, string english) => _english ? english : french;

    private string Instant(DateTimeOffset at) => _english ? ParisTime.EnglishToTheSecond(at) : ParisTime.TextToTheSecond(at);

    private string Bytes(long size) => _english ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{size:N0} byte{(size == 1 ? "" : "s")}") : French.Bytes(size);

    private static string EnglishProof(ReceiptProof proof) => proof switch
    {
        ReceiptProof.Declaration => "declaration box ticked, then the button that opens the letter pressed",
        ReceiptProof.Gesture => "button that opens the letter pressed, by a gesture that the browser observed",
        _ => "personal link followed, the buyer asking for no further act",
    };
}
