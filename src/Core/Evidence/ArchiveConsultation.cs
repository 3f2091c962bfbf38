using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Historique;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Exports;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// A consultation whole, for the file and for the years after: every letter sent with its files, every conversation with its attestation, its facts
/// as JSON and the replies that were read, and an index, as one ZIP of open formats (HTML, CSV, JSON, PDF, and files as they were joined). It is
/// written as it is read: nothing of it is kept. A reply that nobody opened is named and left out, because reading it is an act of its own. Each
/// attestation in it is issued like any other, and is a fact of its conversation; where none can be, the facts are there as they are kept. What was exchanged under the messagerie historique, before the consultation's
/// date was corrected, has neither type, status nor attestation there, and all its replies; what was imported is there as the import tells it, and said to be no evidence of ours.
/// </summary>
public sealed class ArchiveConsultation(VaguemestreDb db, FindConsultation find, ExportConversations export, IssueAttestation issue, Journal.Journal journal, FileStore files, Settings settings, TimeProvider clock)
{
    /// <returns>What writes the ZIP; or <c>consultation-not-found</c>, <c>not-in-historique</c>.</returns>
    public async Task<Result<Func<Stream, CancellationToken, Task>>> RunAsync(Caller caller, string reference, CancellationToken cancel)
    {
        var found = await find.RunAsync(caller, reference, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        if (found.Value.EditionBy(settings) == Edition.Historique)
            return Messages.NoArchive;
        var table = await export.RunAsync(caller, new ConversationFilter { Reference = reference }, TableFormat.Csv, cancel);
        if (!table.Succeeded)
            return table.Problem!;
        return new Func<Stream, CancellationToken, Task>((target, stop) => WriteAsync(target, caller, found.Value, table.Value, stop));
    }

    private async Task WriteAsync(Stream target, Caller caller, Consultation consultation, Func<Stream, CancellationToken, Task> table, CancellationToken cancel)
    {
        await using var zip = await ZipArchive.CreateAsync(target, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancel);
        await using (var entry = await new Folder(zip, "").OpenAsync("index.csv", cancel))
            await table(entry, cancel);
        var index = new StringBuilder();
        var letters = await db.Letters.Where(l => l.ConsultationId == consultation.Id && l.OrganisationId == caller.OrganisationId && l.State == LetterState.Sent)
            .OrderBy(l => l.SentAt).ThenBy(l => l.Id).Select(l => l.Id).ToListAsync(cancel);
        for (var i = 0; i < letters.Count; i++)
            await WriteLetterAsync(new Folder(zip, string.Create(CultureInfo.InvariantCulture, $"courriers/{i + 1:0000}")), caller, letters[i], index, cancel);
        var imported = await db.ImportedMessages.Where(m => m.ConsultationId == consultation.Id && m.OrganisationId == caller.OrganisationId).OrderBy(m => m.At).ThenBy(m => m.Id).Select(m => m.Id).ToListAsync(cancel);
        if (imported.Count > 0)
            index.Append(ArchivePages.ImportedHeading(imported.Count));
        for (var i = 0; i < imported.Count; i++)
            await WriteImportedAsync(new Folder(zip, string.Create(CultureInfo.InvariantCulture, $"importes/{i + 1:0000}")), imported[i], index, cancel);
        if (imported.Count > 0)
            index.Append("</ul>\n");
        await new Folder(zip, "").WriteAsync("index.html", ArchivePages.Index(consultation, clock.Now(), letters.Count, index.ToString()), cancel);
    }

    private async Task WriteLetterAsync(Folder folder, Caller caller, Guid id, StringBuilder index, CancellationToken cancel)
    {
        var letter = await db.Letters.AsNoTracking().Include(l => l.Attachments).SingleAsync(l => l.Id == id, cancel);
        await folder.WriteAsync("courrier.html", ArchivePages.Letter(letter, letter.Subject, letter.Body), cancel);
        await WriteFilesAsync(folder.In("fichiers"), letter.Attachments.OrderBy(a => a.Rank).Select(a => (a.Name, a.FileId, a.Size)), cancel);
        index.Append(ArchivePages.LetterHeading(letter, folder.Path));

        var conversations = await db.Conversations.Where(c => c.LetterId == id).OrderBy(c => c.Company ?? c.Email).ThenBy(c => c.Id).Select(c => c.Id).ToListAsync(cancel);
        for (var i = 0; i < conversations.Count; i++)
            await WriteConversationAsync(folder.In(string.Create(CultureInfo.InvariantCulture, $"destinataires/{i + 1:0000}")), caller, conversations[i], index, cancel);
        index.Append("</ul>\n");
    }

    private async Task WriteConversationAsync(Folder folder, Caller caller, Guid id, StringBuilder index, CancellationToken cancel)
    {
        var conversation = await db.Conversations.AsNoTracking().Include(c => c.Letter).Include(c => c.Recipient!.Attachments).SingleAsync(c => c.Id == id, cancel);
        if (conversation.OwnBody is not null || conversation.OwnSubject is not null)
            await folder.WriteAsync("courrier.html", ArchivePages.Letter(conversation.Letter!, conversation.Subject, conversation.Body), cancel);
        await WriteFilesAsync(folder.In("fichiers"), (conversation.Recipient?.Attachments ?? []).OrderBy(a => a.Rank).Select(a => (a.Name, a.FileId, a.Size)), cancel);

        var replies = await db.Replies.AsNoTracking().Include(r => r.Attachments).Where(r => r.ConversationId == id).OrderBy(r => r.At).ToListAsync(cancel);
        var number = 0;
        foreach (var reply in replies)
        {
            var place = folder.In(string.Create(CultureInfo.InvariantCulture, $"reponses/{++number}"));
            if (reply.OpenedAt is null && !conversation.IsHistorique)
                continue;
            await place.WriteAsync("reponse.html", ArchivePages.Reply(conversation, reply), cancel);
            await WriteFilesAsync(place.In("fichiers"), reply.Attachments.OrderBy(a => a.Rank).Select(a => (a.Name, a.FileId, a.Size)), cancel);
        }

        if (conversation.IsHistorique)
        {
            index.Append(ArchivePages.MessageLine(conversation, folder.Path, replies.Count));
            return;
        }

        var issued = await issue.RunAsync(caller, id, cancel);
        db.ChangeTracker.Clear();
        if (issued.Succeeded)
        {
            await folder.WriteAsync("attestation.pdf", issued.Value.Pdf, cancel);
            await folder.WriteAsync("preuves.json", issued.Value.Evidence, cancel);
        }
        else
        {
            await folder.WriteAsync("attestation-non-etablie.txt", issued.Problem!.Message, cancel);
            await folder.WriteAsync("faits.json", CanonicalJson.Serialize((await journal.OfAsync(id, cancel)).ConvertAll(ExportedFact.Of)), cancel);
        }

        index.Append(ArchivePages.ConversationLine(conversation, folder.Path, issued.Succeeded, replies));
    }

    private async Task WriteImportedAsync(Folder folder, Guid id, StringBuilder index, CancellationToken cancel)
    {
        var message = await db.ImportedMessages.AsNoTracking().Include(m => m.Files.OrderBy(f => f.Rank)).SingleAsync(m => m.Id == id, cancel);
        await folder.WriteAsync("message.html", ArchivePages.Imported(message), cancel);
        await WriteFilesAsync(folder.In("fichiers"), message.Files.Where(f => f.FileId is not null).Select(f => (f.Name, f.FileId!.Value, f.Size!.Value)), cancel);
        index.Append(ArchivePages.ImportedLine(message, folder.Path));
    }

    private async Task WriteFilesAsync(Folder folder, IEnumerable<(string Name, Guid FileId, long Size)> content, CancellationToken cancel)
    {
        var all = content.ToList();
        foreach (var (file, name) in all.Zip(ZipNames.Of(all.Select(f => f.Name))))
        {
            await using var source = files.Open(file.FileId, file.Size);
            await using var entry = await folder.OpenAsync(name, cancel);
            await source.CopyToAsync(entry, cancel);
        }
    }

    /// <summary>A folder of the archive; the empty path is its root.</summary>
    private sealed record Folder(ZipArchive Zip, string Path)
    {
        public Folder In(string name) => this with { Path = $"{Path}/{name}" };

        public Task<Stream> OpenAsync(string name, CancellationToken cancel) =>
            Zip.CreateEntry(Path.Length == 0 ? name : $"{Path}/{name}", CompressionLevel.Fastest).OpenAsync(cancel);

        public Task WriteAsync(string name, string text, CancellationToken cancel) => WriteAsync(name, Encoding.UTF8.GetBytes(text), cancel);

        public async Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancel)
        {
            await using var entry = await OpenAsync(name, cancel);
            await entry.WriteAsync(content, cancel);
        }
    }
}

/// <summary>The pages of a consultation's archive: HTML without script or style sheet, so that any reader shows them in any year.</summary>
internal static class ArchivePages
{
    private const string NotOurs = "Ce qui est importé vient d’une autre plateforme : expéditeur, dates, texte et fichiers sont ceux que l’import indique ; cette plateforme ne les a pas constatés et n’en atteste rien.";

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Index(Consultation consultation, DateTimeOffset at, int letters, string list) => Page(
        $"{consultation.Reference} · {consultation.Title}",
        $"""
        <h1>{Text(consultation.Title)}</h1>
        <p>Consultation {Text(consultation.Reference)}. Archive établie le {Text(ParisTime.TextToTheSecond(at))}, heure de Paris. {letters.ToString(CultureInfo.InvariantCulture)} courrier(s) envoyé(s).</p>
        <p>Chaque attestation (PDF) porte ses preuves et se vérifie sans la plateforme ; <code>preuves.json</code> est la même preuve, lisible par un programme.
        Là où l’attestation n’a pas pu être établie, <code>attestation-non-etablie.txt</code> dit pourquoi, et <code>faits.json</code> donne les événements tels qu’ils sont conservés, avec leurs empreintes ; il n’est pas une preuve.
        Le tableau de suivi, brouillons compris, est dans <a href="index.csv">index.csv</a>. Une réponse que personne n’a encore ouverte n’est pas jointe : l’ouvrir est un acte, qui s’inscrit dans la conversation. Les messages de la messagerie historique, qui n’a pas cet acte, le sont avec toutes leurs réponses.</p>
        {list}
        """);

    public static string Letter(Letter letter, string subject, string body) => Page(
        subject,
        $"""
        <h1>{Text(subject)}</h1>
        <p>{(letter.IsHistorique ? "" : $"{Text(LetterTemplate.For(letter.Type).Title)}, {Text(LetterWords.French(letter.Mode))}.<br>")}De {Text(letter.SenderName ?? letter.AuthorName)}, envoyé le {Text(ParisTime.TextToTheSecond(letter.SentAt!.Value))}, heure de Paris.</p>
        <hr>
        {body}
        """);

    public static string Reply(Conversation conversation, Reply reply) => Page(
        $"Réponse à « {conversation.Subject} »",
        $"""
        <h1>Réponse à « {Text(conversation.Subject)} »</h1>
        <p>De {Text(Who(conversation))}, reçue le {Text(ParisTime.TextToTheSecond(reply.At))}{(reply.OpenedAt is { } opened ? $", ouverte le {Text(ParisTime.TextToTheSecond(opened))}" : "")}, heure de Paris.</p>
        <hr>
        {reply.Body}
        """);

    public static string LetterHeading(Letter letter, string folder) =>
        $"<h2><a href=\"{folder}/courrier.html\">{Text(letter.Subject)}</a></h2>\n<p>{Text(letter.IsHistorique ? "Messagerie historique" : LetterTemplate.For(letter.Type).Title)}, envoyé le {Text(ParisTime.TextToTheSecond(letter.SentAt!.Value))}{(letter.Attachments.Count == 0 ? "" : $", {letter.Attachments.Count.ToString(CultureInfo.InvariantCulture)} fichier(s)")}.</p>\n<ul>\n";

    public static string ConversationLine(Conversation conversation, string folder, bool attested, IReadOnlyList<Reply> replies)
    {
        var line = new StringBuilder($"<li>{Text(Who(conversation))} : {Text(StatusWords.French(conversation.Status))}. ");
        line.Append(attested ? $"<a href=\"{folder}/attestation.pdf\">Attestation</a>, <a href=\"{folder}/preuves.json\">preuves</a>" : $"<a href=\"{folder}/attestation-non-etablie.txt\">Attestation non établie</a>, <a href=\"{folder}/faits.json\">faits</a>");
        for (var i = 0; i < replies.Count; i++)
            line.Append(replies[i].OpenedAt is null ? string.Create(CultureInfo.InvariantCulture, $", réponse {i + 1} non ouverte") : string.Create(CultureInfo.InvariantCulture, $", <a href=\"{folder}/reponses/{i + 1}/reponse.html\">réponse {i + 1}</a>"));
        return line.Append(".</li>\n").ToString();
    }

    /// <summary>The same for a message of the messagerie historique: who, and what came back.</summary>
    public static string MessageLine(Conversation conversation, string folder, int replies) =>
        $"<li>{Text(Who(conversation))}{string.Concat(Enumerable.Range(1, replies).Select(i => string.Create(CultureInfo.InvariantCulture, $", <a href=\"{folder}/reponses/{i}/reponse.html\">réponse {i}</a>")))}.</li>\n";

    public static string ImportedHeading(int count) =>
        $"<h2>Messages importés</h2>\n<p>{count.ToString(CultureInfo.InvariantCulture)} message(s), qui ne sont pas dans <code>index.csv</code>. {NotOurs}</p>\n<ul>\n";

    public static string ImportedLine(ImportedMessage message, string folder) =>
        $"<li><a href=\"{folder}/message.html\">{Text(SubjectOf(message))}</a>, {What(message)}, de {Text(From(message))}.</li>\n";

    public static string Imported(ImportedMessage message) => Page(
        SubjectOf(message),
        $"""
        <h1>{Text(SubjectOf(message))}</h1>
        <p><strong>Message importé</strong> le {Text(ParisTime.TextToTheSecond(message.ImportedAt))}, heure de Paris. {NotOurs}</p>
        <p>De {Text(From(message))}, {What(message)}.{string.Concat(message.Recipients.Select(r => $"<br>À {Text(Joined(r.Company, r.Name, r.Email))}{(r.AcknowledgedAt is { } at ? $", accusé de réception du {Text(ParisTime.TextToTheSecond(at))}, d’après l’import" : "")}."))}</p>
        <hr>
        {BodyHtml.FromText(message.Text)}
        {string.Concat(message.Files.Where(f => f.FileId is null).Select(f => $"<p>Fichier dont le contenu n’est pas importé : {Text(f.Name)}{(f.Sha256 is { } hash ? $", empreinte SHA-256 {Convert.ToHexStringLower(hash)}" : "")}.</p>\n"))}
        """);

    private static string What(ImportedMessage message) => $"{(message.Kind == ImportedKind.Sent ? "envoyé" : "réponse reçue")} le {Text(ParisTime.TextToTheSecond(message.At))}, heure de Paris, d’après l’import";

    private static string SubjectOf(ImportedMessage message) => message.Subject.Length == 0 ? "(sans objet)" : message.Subject;

    private static string From(ImportedMessage message) => Joined(message.SenderCompany, message.SenderName, message.SenderEmail);

    private static string Joined(params string?[] parts) => string.Join(", ", parts.Where(part => part is not null));

    private static string Who(Conversation conversation) => conversation.Company is { } company ? $"{company}, {conversation.Email}" : conversation.Email;

    private static string Text(string text) => Encoder.Encode(text);

    private static string Page(string title, string body) => $"""
        <!DOCTYPE html>
        <html lang="fr">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{Text(title)}</title></head>
        <body>
        {body}
        </body>
        </html>

        """;
}
