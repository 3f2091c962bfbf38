using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Letters.Historique;

/// <summary>
/// Reads a file of past messages: one JSON value in UTF-8, checked before anything of it is imported. A fault of one consultation leaves
/// the others readable; a fault of the file itself does not. Reads nothing but the file.
/// </summary>
public static class HistoriqueReader
{
    public const string Format = "vaguemestre-historique-1";

    /// <summary>Bytes: 100 × 1 048 576, files in base64 included.</summary>
    public const int MaxBytes = 100 * 1024 * 1024;

    public const int MaxDepth = 16;

    public const int MostErrors = 100;

    public const int MostConsultations = 10_000;

    /// <summary>Of one consultation in one file.</summary>
    public const int MostMessages = 50_000;

    public const int LongestId = 200;

    private static readonly DateTimeOffset Earliest = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const int LongestName = 500, LongestSubject = 1000;

    /// <summary>Reads the stream to its end, or to the size limit, without closing it.</summary>
    /// <param name="now">No message is later.</param>
    public static async Task<HistoriqueFile> ReadAsync(Stream utf8Json, DateTimeOffset now, CancellationToken cancel)
    {
        using var content = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while (content.Length <= MaxBytes && (read = await utf8Json.ReadAsync(chunk, cancel)) > 0)
            content.Write(chunk, 0, read);
        return Read(content.GetBuffer().AsMemory(0, (int)content.Length), now);
    }

    public static HistoriqueFile Read(ReadOnlyMemory<byte> json, DateTimeOffset now)
    {
        if (json.Length > MaxBytes)
            return Refused($"Le fichier dépasse {MaxBytes / 1_048_576} Mo. Divisez-le : une consultation peut se répartir entre plusieurs fichiers.");
        json = json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;
        if (!Utf8.IsValid(json.Span))
            return Refused("Le fichier n'est pas encodé en UTF-8. Convertissez-le.");
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
        }
        catch (InvalidOperationException)
        {
            return Refused("Le nom d'un champ n'est pas du texte Unicode (demi-codet isolé). Corrigez l'export."); // names are compared as they are read
        }
        catch (JsonException fault)
        {
            var place = fault is { LineNumber: { } line, BytePositionInLine: { } position } ? string.Create(CultureInfo.InvariantCulture, $" (ligne {line + 1}, octet {position + 1})") : "";
            return Refused(string.Create(CultureInfo.InvariantCulture, $"Ce n'est pas du JSON lisible{place}, un champ y figure deux fois, ou plus de {MaxDepth} niveaux s'y emboîtent. Corrigez l'export."));
        }

        using (document)
            return Read(document.RootElement, now);
    }

    private static HistoriqueFile Refused(string why) => new([], [new FieldError("(fichier)", why)]);

    private static HistoriqueFile Read(JsonElement root, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        var file = new JsonFields(root, "", errors, "format", "consultations");
        if (errors.Count > 0)
            return new HistoriqueFile([], errors);
        if (file.Line("format", 100, required: true) is { } format && format != Format)
            file.Tell("format", $"Ce format n'est pas connu. Attendu : {Format}.");
        var consultations = file.Items("consultations", MostConsultations, required: true).ToList();
        if (errors.Count > 0)
            return new HistoriqueFile([], errors);
        if (consultations.Count == 0)
            return Refused("La liste « consultations » est vide : il n'y a rien à importer.");
        return new HistoriqueFile([.. consultations.Select(c => ReadConsultation(c.Item, c.Path, now))], []);
    }

    private static HistoriqueConsultation ReadConsultation(JsonElement element, string path, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        var fields = new JsonFields(element, path, errors, "reference", "messages");
        var reference = fields.Line("reference", 200, required: true);
        var messages = fields.Items("messages", MostMessages, required: true).Select(m => ReadMessage(m.Item, m.Path, now, errors)).OfType<HistoriqueMessage>().ToList();
        foreach (var twice in messages.GroupBy(m => m.Id, StringComparer.Ordinal).Where(g => g.Count() > 1).SelectMany(g => g.Skip(1)).Take(MostErrors))
            fields.Tell($"{twice.Path}.id", $"Deux messages de cette consultation portent l'identifiant « {twice.Id} ». Donnez à chacun le sien.");
        return new HistoriqueConsultation(reference ?? "", messages, errors, path);
    }

    private static HistoriqueMessage? ReadMessage(JsonElement element, string path, DateTimeOffset now, List<FieldError> errors)
    {
        if (errors.Count >= MostErrors)
            return null;
        var before = errors.Count;
        var fields = new JsonFields(element, path, errors, "id", "kind", "at", "sender", "recipients", "inReplyTo", "subject", "text", "attachments");
        var id = fields.Line("id", LongestId, required: true);
        var word = fields.Line("kind", 100, required: true);
        var kind = Words.Parse<ImportedKind>(word);
        if (word is not null && kind is null)
            fields.Tell(fields.At("kind"), $"Ce mot n'est pas connu. Mots admis : {string.Join(", ", Words.All<ImportedKind>())}.");
        var at = Past(fields, "at", now, required: true);
        var sender = fields.Object("sender") is { } who ? ReadSender(who, fields.At("sender"), errors) : null;
        var recipients = fields.Items("recipients", DraftContent.MostRecipients, required: kind == ImportedKind.Sent).Select(r => ReadRecipient(r.Item, r.Path, now, errors)).OfType<ImportedRecipient>().ToList();
        if (kind == ImportedKind.Sent && recipients.Count == 0 && errors.Count == before)
            fields.Tell(fields.At("recipients"), "Un message envoyé a au moins un destinataire. Donnez son adresse.");
        var inReplyTo = fields.Line("inReplyTo", LongestId);
        var subject = fields.Line("subject", LongestSubject);
        var text = fields.Text("text", DraftContent.LongestBody);
        var attachments = fields.Items("attachments", AttachmentLimits.MostFiles).Select(a => ReadAttachment(a.Item, a.Path, errors)).OfType<HistoriqueAttachment>().ToList();
        return errors.Count > before || id is null || kind is null || at is null || sender is null
            ? null
            : new HistoriqueMessage(id, kind.Value, at.Value, sender, recipients, inReplyTo, subject ?? "", text ?? "", attachments, path);
    }

    private static DateTimeOffset? Past(JsonFields fields, string field, DateTimeOffset now, bool required = false)
    {
        var at = fields.Instant(field, required);
        if (at < Earliest)
            fields.Tell(fields.At(field), $"Cet instant précède {Earliest.Year}. Corrigez la date.");
        if (at > now)
            fields.Tell(fields.At(field), "Cet instant est à venir : un message importé est passé. Corrigez la date ou son décalage.");
        return at?.ToMicroseconds();
    }

    private static HistoriqueSender ReadSender(JsonElement element, string path, List<FieldError> errors)
    {
        var before = errors.Count;
        var fields = new JsonFields(element, path, errors, "name", "email", "company");
        var sender = new HistoriqueSender(fields.Line("name", LongestName), Address(fields, required: false), fields.Line("company", LongestName));
        if (errors.Count == before && sender is { Name: null, Email: null, Company: null })
            fields.Tell(path, "L'expéditeur n'est pas désigné. Donnez au moins l'un des champs name, email, company.");
        return sender;
    }

    private static ImportedRecipient? ReadRecipient(JsonElement element, string path, DateTimeOffset now, List<FieldError> errors)
    {
        var fields = new JsonFields(element, path, errors, "email", "name", "company", "acknowledgedAt");
        var (email, name, company, acknowledged) = (Address(fields, required: true), fields.Line("name", LongestName), fields.Line("company", LongestName), Past(fields, "acknowledgedAt", now));
        return email is null ? null : new ImportedRecipient(email, name, company, acknowledged);
    }

    private static string? Address(JsonFields fields, bool required)
    {
        if (fields.Line("email", 300, required) is not { } text)
            return null;
        if (EmailAddress.Parse(text, out var why) is { } address)
            return address.Text;
        fields.Tell(fields.At("email"), why);
        return null;
    }

    private static HistoriqueAttachment? ReadAttachment(JsonElement element, string path, List<FieldError> errors)
    {
        var before = errors.Count;
        var fields = new JsonFields(element, path, errors, "name", "size", "sha256", "content");
        var name = fields.Line("name", AttachmentName.Longest, required: true);
        var (size, hash, content) = (fields.Size("size"), fields.Sha256("sha256"), fields.Base64("content"));
        if (errors.Count > before || name is null)
            return null;
        if (content is null)
            return new HistoriqueAttachment(name, size, hash, null, path);

        var computed = SHA256.HashData(content);
        if (content.Length == 0)
            fields.Tell(fields.At("content"), "Ce contenu est vide. Retirez le champ « content » et gardez le nom.");
        else if (size is { } announced && announced != content.Length)
            fields.Tell(fields.At("size"), $"Le contenu compte {content.Length} octets, et non {announced}. Corrigez l'un des deux champs.");
        else if (hash is not null && !hash.AsSpan().SequenceEqual(computed))
            fields.Tell(fields.At("sha256"), "Le contenu n'a pas cette empreinte. Corrigez l'un des deux champs.");
        else if (AttachmentName.Check(name) is { } refused)
            fields.Tell(fields.At("name"), Without(refused));
        else if (RefusedFiles.Check(name, FileKind.Of(content.AsSpan(0, Math.Min(content.Length, FileKind.Beginning)))) is { } runs)
            fields.Tell(fields.At("content"), Without(runs));
        return errors.Count > before ? null : new HistoriqueAttachment(name, content.Length, computed, content, path);
    }

    private static string Without(Problem refused) => $"{refused.Errors[0].Message} Ou gardez le nom, la taille et l'empreinte, sans le champ « content ».";
}
