using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Files.Scanning;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters.Writing;

/// <summary>
/// Makes a new draft of a letter, sent or not, in the same consultation: type, options, subject, body, recipients with their own
/// words, and copies of all files. A deadline that has passed is left out.
/// </summary>
public sealed class DuplicateLetter(VaguemestreDb db, Journal.Journal journal, FileStore files, Antivirus antivirus, Settings settings, TimeProvider clock)
{
    public async Task<Result<Letter>> RunAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        var found = await new FindLetter(db).RunAsync(caller, id, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        if (found.Value.IsHistorique || found.Value.Consultation!.EditionBy(settings) == Edition.Historique)
            return Messages.NoDrafts;
        var copies = new Dictionary<Guid, StoredFile>();
        try
        {
            foreach (var file in found.Value.Attachments.Concat(found.Value.Recipients.SelectMany(r => r.Attachments)))
            {
                var problem = HeldFiles.WhyNot(file.Name, file.File!) ?? await CopyAsync(file, caller.OrganisationId, copies, cancel);
                if (problem is not null)
                {
                    Forget(copies);
                    return problem;
                }
            }

            var made = await db.WriteAsync(() => InTransactionAsync(caller, id, copies, cancel), cancel);
            if (!made.Succeeded)
                Forget(copies);
            return made;
        }
        catch
        {
            Forget(copies);
            throw;
        }
    }

    /// <summary>The antivirus may know today what it did not when the file came in.</summary>
    private async Task<Problem?> CopyAsync(LetterAttachment file, Guid organisationId, Dictionary<Guid, StoredFile> copies, CancellationToken cancel)
    {
        await using var content = files.Open(file.FileId, file.Size);
        var copy = (await files.SaveAsync(content, organisationId, file.Size, cancel)).Value;
        copies.Add(file.Id, copy);
        return await antivirus.ScanAsync(file.Name, copy, cancel);
    }

    private async Task<Result<Letter>> InTransactionAsync(Caller caller, Guid id, Dictionary<Guid, StoredFile> copies, CancellationToken cancel)
    {
        var found = await new FindLetter(db).RunAsync(caller, id, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var (source, now) = (found.Value, clock.Now());
        if (await db.WereErasedAsync(source.ConsultationId, cancel))
            return FindConsultation.Erased;
        var letter = Letter.Begin(caller, source.Consultation!, now);
        letter.MadeFrom(source.TemplateNumber);
        letter.Write(
            new DraftContent(source.Type, source.Mode, source.ReplyExpected, source.ReplyDue > now ? source.ReplyDue : null, source.Subject, source.Body, [.. source.Recipients.Select(r => r.AsInput())]),
            caller.Name,
            now);
        letter.Attachments.AddRange(source.Attachments.Select(a => Copy(a, letter.Id)));
        foreach (var (recipient, model) in letter.Recipients.Zip(source.Recipients))
        {
            recipient.Paragraph = model.Paragraph;
            recipient.Attachments.AddRange(model.Attachments.Select(a => Copy(a, null)));
        }

        db.Files.AddRange(copies.Values);
        db.Letters.Add(letter);
        await journal.AppendAsync(letter.JournalSubject, FactKind.DraftCreated, DraftWritten.Of(letter), caller.Actor, cancel: cancel);
        foreach (var file in letter.Attachments.Concat(letter.Recipients.SelectMany(r => r.Attachments)))
            await journal.AppendAsync(letter.JournalSubject, FactKind.AttachmentAdded, AttachmentFact.Of(file), caller.Actor, cancel: cancel);
        return letter;

        LetterAttachment Copy(LetterAttachment file, Guid? letterId) => new()
        {
            Id = Guid.CreateVersion7(now),
            LetterId = letterId,
            FileId = copies[file.Id].Id,
            Name = file.Name,
            ContentType = file.ContentType,
            Size = file.Size,
            Sha256 = file.Sha256,
            Rank = file.Rank,
        };
    }

    private void Forget(Dictionary<Guid, StoredFile> copies)
    {
        foreach (var copy in copies.Values)
            files.Delete(copy.Id);
    }
}
