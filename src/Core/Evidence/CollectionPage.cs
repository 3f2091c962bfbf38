using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Pdf;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// The attestation of a letter with all its recipients, or of a consultation, as it is read: for each letter a table that tells of each
/// recipient where it stands and the four instants, then each exchange as its own attestation tells it. Made for one recipient, the others
/// have neither name nor address. Another edition is told by <see cref="AttestationPage.Edition"/>.
/// </summary>
internal static class CollectionPage
{
    public static UnsignedPdf Write(EvidenceFile file, EvidenceCollection evidence, X509Certificate2 signer)
    {
        var letters = evidence.Letters.Select(l => CollectedLetter.Of(evidence, l)).ToList();
        var first = letters.SelectMany(l => l.Told).First().Submitted;
        var title = (evidence.Scope == AttestationScope.Letter ? "Attestation des échanges d’un courrier" : "Attestation des échanges d’une consultation") + (evidence.Volume is { } volume ? $", {volume.InFrench()}" : "");
        var page = new PdfDocument(new PdfProperties
        {
            Title = $"{title} – {first.Consultation}",
            Author = first.Organisation,
            Subject = evidence.Scope == AttestationScope.Letter ? first.Subject : first.Title,
            CreatedAt = evidence.IssuedAt,
        })
        {
            Footer = (number, count) => $"{title} · {(evidence.Scope == AttestationScope.Letter ? "courrier" : "consultation")} {evidence.Subject} · page {number} sur {count}",
        };

        page.Heading(1, title);
        page.Paragraph($"Établie le {French.Instant(evidence.IssuedAt)} à la demande de {evidence.IssuedBy}, pour {first.Organisation}, d’après le journal de la plateforme. Les heures sont celles de Paris.");
        if (evidence.Volume is { } told)
            page.Paragraph(Text.Bold($"Dans ce volume : {told.RangeInFrench(evidence.Scope)}."), $" {OfTheOthers(evidence)}");
        if (evidence.For is not null && letters[0].Told.Single() is var one)
            page.Paragraph(Text.Bold($"Pour {Who(one)}."), $" Les autres destinataires sont masqués : leur nom, leur adresse et ce que les serveurs en ont dit ne sont pas dans ce document ni dans ses preuves{Exception(one)}. L’état et les instants de leurs échanges y sont{(evidence.Volume is null ? "" : ", pour ceux de ce volume")}.");
        var conversations = letters.SelectMany(l => l.Lines).ToList();
        var here = evidence.Volume is null ? "" : " de ce volume";
        page.Facts([
            ("Acheteur", first.Organisation),
            ("Consultation", French.Lines(first.Consultation, first.Title)),
            .. evidence.Scope == AttestationScope.Letter ? [] : new[] { ($"Courriers{here}", Of(letters.Count, evidence.Volume?.Letters)) },
            ($"Échanges{here}", French.Lines([Of(conversations.Count, evidence.Volume?.Conversations), .. conversations.GroupBy(l => l.Status).OrderBy(g => g.Key).Select(g => $"{StatusWords.French(g.Key)} : {French.Number(g.Count())}")])),
        ]);
        for (var i = 0; i < letters.Count; i++)
            Letter(page, letters[i], evidence.LetterNumber(i) is { } number ? $" n° {French.Number(number)}" : "");
        AttestationPage.Meanings(page, letters.SelectMany(l => l.Lines).SelectMany(l => l.Facts));
        CheckingPart.Write(page, file, signer, ("Événements", French.Number(evidence.All().Count())));
        page.Attach(EvidenceFile.Name, "application/json", file.Bytes(), "Les événements tels qu’ils ont été enregistrés et scellés, lisibles par un programme", AttachmentRelationship.Data);
        return page.WriteForSignature(new PdfSignature(title, AttestationPage.SignatureCapacity));
    }

    /// <summary>Where those are told that this volume does not tell. Where they are masked, no other volume tells them by the same numbers: see <see cref="Share.Of"/>.</summary>
    private static string OfTheOthers(EvidenceCollection evidence) => (evidence.Scope, evidence.For) switch
    {
        (AttestationScope.Letter, null) => "Les autres destinataires sont dits dans les autres volumes, chacun une attestation à lui seul. Les numéros sont ceux du courrier entier.",
        (AttestationScope.Letter, _) => "Les autres destinataires du courrier n’y sont pas.",
        _ => "Ils sont numérotés dans l’ordre des envois. Les autres sont dits dans les autres volumes, chacun une attestation à lui seul. Les numéros des courriers sont ceux de la consultation entière, ceux des destinataires ceux du courrier entier.",
    };

    private static string Of(int here, int? all) => French.Number(here) + (all is { } total ? $" sur {French.Number(total)}" : "");

    private static void Letter(PdfDocument page, CollectedLetter letter, string number)
    {
        var example = letter.Told[0];
        var sent = example.Submitted;
        page.Heading(2, $"Courrier{number} : {sent.Subject}");
        page.Facts(
            ("Expéditeur", sent.Author),
            ("Envoyé", French.Instant(letter.Sent.At)),
            ("Type et mode", $"{LetterTemplate.For(sent.Type).Title}\n{LetterWords.French(sent.Mode)}"),
            ("Réponse demandée", AttestationPage.Asked(example.Letter)),
            ("Destinataires", Recipients(letter)));
        page.Heading(3, "Où en est chaque destinataire");
        page.Table(
            [new("N°", 0.6), new("Destinataire", 2.9), new("État", 1.5), new("Envoi", 1.5), new("Réception", 1.7), new("Lecture", 1.5), new("Réponse", 1.5)],
            letter.Lines.Select(line => line.Cells()));
        Contents(page, letter);
        foreach (var line in letter.Lines.Where(l => l.Exchange is not null))
        {
            var exchange = line.Exchange!;
            page.Heading(3, $"Destinataire n° {French.Number(line.Number)} : {Who(exchange)}");
            page.Facts([("Destinataire", French.Lines(exchange.Submitted.Company, exchange.Submitted.Name, exchange.Submitted.Recipient)), ("État", StatusWords.French(exchange.Status)), ("Conversation", $"{exchange.Conversation}"), .. LegalInstants.Of(exchange)]);
            AttestationPage.Events(page, exchange);
        }
    }

    /// <summary>How many the sending counted, and those that corrected addresses added since.</summary>
    private static string Recipients(CollectedLetter letter)
    {
        var added = (letter.Part?.Of ?? letter.Lines.Count) - letter.Counted;
        return French.Lines(
            French.Number(letter.Counted),
            added > 0 ? $"et {French.Count(added, "envoi")} à une adresse corrigée" : null,
            letter.Part is null ? null : $"Dans ce volume : {EvidenceVolume.Range(AttestationScope.Letter, letter.Lines[0].Number, letter.Lines[^1].Number)}");
    }

    /// <summary>An address that was corrected is told with the one that took its place, on either side.</summary>
    private static string Exception(Exchange exchange) => (exchange.Submitted.Corrects is not null, exchange.First(FactKind.Readdressed) is not null) switch
    {
        (true, true) => ", hormis l’adresse que celle-ci a corrigée et celle qui l’a corrigée",
        (true, false) => ", hormis l’adresse que celle-ci a corrigée",
        (false, true) => ", hormis l’adresse qui a corrigé celle-ci",
        _ => "",
    };

    private static string Who(Exchange exchange) => exchange.Submitted.Company ?? exchange.Submitted.Name ?? exchange.Submitted.Recipient;

    private static void Contents(PdfDocument page, CollectedLetter letter)
    {
        page.Heading(3, "Contenus");
        page.Table(
            [new("Contenu", 3.5), new("Taille", 1.4), new("Empreinte SHA-256", 5.4)],
            letter.Told.DistinctBy(e => e.Submitted.ContentSha256).SelectMany(e => Hashed(letter, e))
                .Concat(letter.Told.SelectMany(Replies)).DistinctBy(row => string.Join('\n', row)));
    }

    private static IEnumerable<string[]> Hashed(CollectedLetter letter, Exchange exchange)
    {
        var sent = exchange.Submitted;
        var whose = letter.Told.Select(e => e.Submitted.ContentSha256).Distinct().Skip(1).Any()
            ? $", tel que reçu par les destinataires n° {French.Some([.. letter.Lines.Where(l => l.Exchange?.Submitted.ContentSha256 == sent.ContentSha256).Select(l => French.Number(l.Number))])}"
            : "";
        yield return [$"Courrier : type, mode, objet, texte et liste des fichiers{whose}", exchange.SizeOf(sent.ContentSha256), sent.ContentSha256];
        foreach (var file in sent.Attachments)
            yield return [$"Fichier du courrier : {file.Name}", French.Bytes(file.Size), file.Sha256];
    }

    private static IEnumerable<string[]> Replies(Exchange exchange)
    {
        foreach (var reply in exchange.All(FactKind.Replied))
        {
            var content = reply.Content<Reception.ReplyContent>();
            yield return [$"Réponse de {content.Recipient}, événement n° {reply.Sequence} : texte", exchange.SizeOf(content.BodySha256), content.BodySha256];
            foreach (var file in content.Attachments)
                yield return [$"Fichier de cette réponse : {file.Name}", French.Bytes(file.Size), file.Sha256];
        }
    }
}

/// <summary>A letter of a collection as its evidence tells it.</summary>
/// <param name="Sent">The fact that it was sent.</param>
/// <param name="Counted">How many recipients that fact counts.</param>
/// <param name="Lines">Every conversation that is here, in order.</param>
/// <param name="Part">Null where there are no volumes.</param>
internal sealed record CollectedLetter(Fact Sent, int Counted, IReadOnlyList<RecipientLine> Lines, EvidencePart? Part)
{
    /// <exception cref="System.Text.Json.JsonException">It tells what this version does not know.</exception>
    public static CollectedLetter Of(EvidenceCollection evidence, EvidenceLetter letter)
    {
        var contents = letter.Contents.DistinctBy(c => c).ToDictionary(
            c => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(c))), c => CanonicalJson.DeserializeStrictly<LetterTerms>(c)!, StringComparer.Ordinal);
        var sizes = Exchange.SizesOf(letter.Contents);
        var sent = letter.Sent.Read();
        return new CollectedLetter(sent, sent.Content<LetterSentContent>().Recipients, [.. letter.Conversations.Select((c, i) => RecipientLine.Of(evidence, c, contents, sizes, letter.NumberOf(i)))], letter.Part);
    }

    /// <summary>The conversations that are told whole.</summary>
    public IReadOnlyList<Exchange> Told { get; } = [.. Lines.Select(l => l.Exchange).OfType<Exchange>()];
}

/// <summary>One recipient in the table: from kinds and instants alone, so that it is the same for one that is masked.</summary>
/// <param name="Number">From one, in its letter.</param>
/// <param name="Exchange">Null for one that is masked.</param>
internal sealed record RecipientLine(int Number, IReadOnlyList<Fact> Facts, Exchange? Exchange)
{
    private const string NotEstablished = "Non constatée";

    public static RecipientLine Of(EvidenceCollection evidence, EvidenceConversation conversation, IReadOnlyDictionary<string, LetterTerms> contents, IReadOnlyDictionary<string, int> sizes, int number)
    {
        var exchange = evidence.For is { } one && one != conversation.Conversation ? null : Exchange.Of(evidence, conversation, contents, sizes);
        return new RecipientLine(number, exchange?.Facts ?? [.. conversation.Facts.Select(f => f.Read())], exchange);
    }

    public Status Status { get; } = ConversationStatus.From(Facts);

    public string Who => Exchange is { Submitted: var sent } ? French.Lines(sent.Company ?? sent.Name, sent.Recipient) : "Destinataire masqué";

    /// <summary>Envoi, réception, lecture, réponse.</summary>
    public IReadOnlyList<string> Instants => [Sent(), Received(), First(FactKind.Opened), Replied()];

    public string[] Cells() => [French.Number(Number), Who, StatusWords.French(Status), .. Instants];

    private string Sent()
    {
        var sendings = Sendings();
        return French.Lines(French.Short(sendings[0].At), sendings.Count > 1 ? $"puis\n{French.Short(sendings[^1].At)}" : null);
    }

    /// <summary>Of the latest sending; a bounce outweighs an acceptance, of which the first counts.</summary>
    private string Received()
    {
        var sending = Sendings()[^1];
        foreach (var (kind, word) in new[] { (FactKind.Undelivered, "Non délivré"), (FactKind.Delivered, "Accepté"), (FactKind.Relayed, "Transmis, sans suite connue"), (FactKind.NoReport, "Aucun rapport") })
        {
            var told = Facts.Where(f => f.Kind == kind && f.ConcernsId == sending.ConcernsId);
            if ((kind == FactKind.Delivered ? told.FirstOrDefault() : told.LastOrDefault()) is { } fact)
                return French.Lines(word, French.Short(fact.At));
        }

        return NotEstablished;
    }

    private string Replied()
    {
        var more = Facts.Count(f => f.Kind == FactKind.Replied) - 1;
        return French.Lines(First(FactKind.Replied), more > 0 ? $"puis {French.Count(more, "autre")}" : null);
    }

    private string First(FactKind kind) => Facts.FirstOrDefault(f => f.Kind == kind) is { } fact ? French.Short(fact.At) : NotEstablished;

    private List<Fact> Sendings() => Facts.Where(f => f.Kind is FactKind.Submitted or FactKind.Resubmitted).ToList() is { Count: > 0 } sendings ? sendings : throw new System.Text.Json.JsonException("A conversation begins with a sending.");
}
