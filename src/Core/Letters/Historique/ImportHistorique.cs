using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Files.Scanning;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters.Historique;

public enum HistoriqueOutcome
{
    Imported,

    /// <summary>Everything was there already.</summary>
    Unchanged,
    Refused,
}

/// <summary>What became of one consultation of a file; of the whole file (no reference) when it was refused.</summary>
/// <param name="Added">Messages that were not there.</param>
/// <param name="Known">Messages that were, the same.</param>
public sealed record HistoriqueLine(HistoriqueOutcome Outcome, string? Reference, int Added, int Known, IReadOnlyList<FieldError> Errors);

public sealed record HistoriqueReport(IReadOnlyList<HistoriqueLine> Lines)
{
    public bool Refused => Lines.Any(l => l.Outcome == HistoriqueOutcome.Refused);
}

/// <summary>How many messages an import brought, and the SHA-256 over their identifiers and content hashes in the order of the file.</summary>
public sealed record MessagesImportedContent(int Sent, int Replies, int Attachments, string ContentSha256) : FactContent;

/// <summary>
/// Brings past messages into consultations of the messagerie historique: each consultation of the file whole or not at all. Importing
/// the same again changes nothing; a message that is there with another content is refused, since messages do not change.
/// </summary>
public sealed class ImportHistorique(VaguemestreDb db, Journal.Journal journal, FileStore files, Antivirus antivirus, Settings settings, TimeProvider clock)
{
    public async Task<HistoriqueReport> RunAsync(Caller caller, Stream file, CancellationToken cancel)
    {
        var read = await HistoriqueReader.ReadAsync(file, clock.GetUtcNow(), cancel);
        if (read.Errors.Count > 0)
            return new HistoriqueReport([Refusal(null, read.Errors)]);
        var lines = new List<HistoriqueLine>();
        foreach (var consultation in read.Consultations)
            lines.Add(await ImportAsync(caller, consultation, cancel));
        return new HistoriqueReport(lines);
    }

    private static HistoriqueLine Refusal(string? reference, IReadOnlyList<FieldError> errors) => new(HistoriqueOutcome.Refused, reference, 0, 0, errors);

    private async Task<HistoriqueLine> ImportAsync(Caller caller, HistoriqueConsultation given, CancellationToken cancel)
    {
        if (given.Errors.Count > 0)
            return Refusal(given.Reference, given.Errors);
        var contents = new Dictionary<string, StoredFile>(StringComparer.Ordinal);
        try
        {
            var known = await KnownAsync(caller, given, cancel);
            foreach (var attachment in known.Succeeded ? given.Messages.Where(m => !known.Value.Known.ContainsKey(m.Id)).SelectMany(m => m.Attachments).Where(a => a.Content is not null) : [])
            {
                if (RefusedFiles.Check(attachment.Name, await KindOf(attachment, cancel)) is { } runs)
                    return Refused([new FieldError($"{attachment.Path}.content", runs.Errors[0].Message)]);
                using var content = new MemoryStream(attachment.Content!);
                var saved = (await files.SaveAsync(content, caller.OrganisationId, attachment.Content!.Length, cancel)).Value;
                contents.Add(attachment.Path, saved);
                if ((await antivirus.ScanAsync(attachment.Name, saved, cancel) ?? HeldFiles.WhyNot(attachment.Name, saved)) is { } held)
                    return Refused([new FieldError($"{attachment.Path}.content", held.Errors is [var error, ..] ? error.Message : held.Message)]);
            }

            var written = await db.WriteAsync(() => InTransactionAsync(caller, given, contents, cancel), cancel);
            if (written.Succeeded)
                return written.Value;
            return Refused(written.Problem!.Errors);
        }
        catch
        {
            Forget();
            throw;
        }

        HistoriqueLine Refused(IReadOnlyList<FieldError> errors)
        {
            Forget();
            return Refusal(given.Reference, errors);
        }

        void Forget()
        {
            foreach (var content in contents.Values)
                files.Delete(content.Id);
        }
    }

    private async Task<Result<HistoriqueLine>> InTransactionAsync(Caller caller, HistoriqueConsultation given, Dictionary<string, StoredFile> contents, CancellationToken cancel)
    {
        var found = await KnownAsync(caller, given, cancel, locked: true);
        if (!found.Succeeded)
            return found.Problem!;
        var (consultation, known) = found.Value;
        if (await db.WereErasedAsync(consultation.Id, cancel))
            return Problem.Invalid("reference", FindConsultation.Erased.Message);
        var messages = given.Messages.Select(m => (Given: m, Hash: HashOf(m))).ToList();
        var changed = messages.Where(m => known.TryGetValue(m.Given.Id, out var before) && !before.AsSpan().SequenceEqual(m.Hash)).Take(HistoriqueReader.MostErrors)
            .Select(m => new FieldError($"{m.Given.Path}.id", $"Le message « {m.Given.Id} » est déjà importé avec un autre contenu, et un message importé ne change plus. Redonnez-lui son premier contenu, ou un autre identifiant si c'est un autre message.")).ToList();
        if (changed.Count > 0)
            return Problem.Invalid(changed);

        var added = messages.Where(m => !known.ContainsKey(m.Given.Id)).ToList();
        if (added.Count == 0)
            return new HistoriqueLine(HistoriqueOutcome.Unchanged, given.Reference, 0, messages.Count, []);
        var now = clock.Now();
        foreach (var (message, hash) in added)
            db.ImportedMessages.Add(await MakeAsync(consultation, message, hash, contents, now, cancel));
        db.Files.AddRange(contents.Values);
        var content = new MessagesImportedContent(
            added.Count(m => m.Given.Kind == ImportedKind.Sent),
            added.Count(m => m.Given.Kind == ImportedKind.Reply),
            added.Sum(m => m.Given.Attachments.Count),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Serialize(added.Select(m => new { m.Given.Id, Sha256 = Convert.ToHexStringLower(m.Hash) }))))));
        await journal.AppendAsync(consultation.Subject, FactKind.MessagesImported, content, caller.Actor, cancel: cancel);
        return new HistoriqueLine(HistoriqueOutcome.Imported, given.Reference, added.Count, messages.Count - added.Count, []);
    }

    /// <summary>The consultation, and the content hashes of what was imported into it, by identifier.</summary>
    private async Task<Result<(Consultation Consultation, Dictionary<string, byte[]> Known)>> KnownAsync(Caller caller, HistoriqueConsultation given, CancellationToken cancel, bool locked = false)
    {
        var found = await new FindConsultation(db).RunAsync(caller, given.Reference, cancel);
        if (!found.Succeeded)
            return Problem.Invalid($"{given.Path}.reference", $"Aucune consultation n'a la référence « {given.Reference} ». Créez-la d'abord, par l'API ou par « vaguemestre import ocds ».");
        if (found.Value.EditionBy(settings) != Edition.Historique)
            return Problem.Invalid($"{given.Path}.reference", $"La consultation « {given.Reference} » n'est pas de la messagerie historique : sa création a été initialisée le {ParisTime.Text(found.Value.InitialisedAt)}, et la bascule est au {ParisTime.Text(settings.Messaging.V2From)}. Corrigez cet instant, ou retirez la consultation du fichier.");
        if (locked)
            await db.LockAsync<Consultation>(found.Value.Id, cancel);
        var id = found.Value.Id;
        return (found.Value, await db.ImportedMessages.Where(m => m.ConsultationId == id).Select(m => new { m.SourceId, m.ContentHash }).ToDictionaryAsync(m => m.SourceId, m => m.ContentHash, StringComparer.Ordinal, cancel));
    }

    private static async Task<ImportedMessage> MakeAsync(Consultation consultation, HistoriqueMessage message, byte[] hash, Dictionary<string, StoredFile> contents, DateTimeOffset now, CancellationToken cancel)
    {
        var made = new ImportedMessage
        {
            Id = Guid.CreateVersion7(message.At),
            OrganisationId = consultation.OrganisationId,
            ConsultationId = consultation.Id,
            SourceId = message.Id,
            Kind = message.Kind,
            At = message.At,
            SenderName = message.Sender.Name,
            SenderEmail = message.Sender.Email,
            SenderCompany = message.Sender.Company,
            Recipients = [.. message.Recipients],
            InReplyTo = message.InReplyTo,
            Subject = message.Subject,
            Text = message.Text,
            ImportedAt = now,
            ContentHash = hash,
        };
        foreach (var attachment in message.Attachments)
        {
            made.Files.Add(new ImportedFile
            {
                Id = Guid.CreateVersion7(now),
                MessageId = made.Id,
                Name = attachment.Name,
                Size = attachment.Size,
                Sha256 = attachment.Sha256,
                FileId = contents.GetValueOrDefault(attachment.Path)?.Id,
                ContentType = attachment.Content is null ? null : (await KindOf(attachment, cancel)).ContentTypeFor(attachment.Name),
                Rank = made.Files.Count,
            });
        }

        return made;
    }

    private static async Task<FileKind> KindOf(HistoriqueAttachment attachment, CancellationToken cancel)
    {
        using var content = new MemoryStream(attachment.Content!);
        return await FileKind.ReadAsync(content, cancel);
    }

    private static byte[] HashOf(HistoriqueMessage message) => SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Serialize(new
    {
        message.Id,
        message.Kind,
        message.At,
        message.Sender,
        message.Recipients,
        message.InReplyTo,
        message.Subject,
        message.Text,
        Attachments = message.Attachments.Select(a => new { a.Name, a.Size, Sha256 = a.Sha256 is null ? null : Convert.ToHexStringLower(a.Sha256), Brought = a.Content is not null }),
    })));
}
