using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Reception;

/// <summary>A file as the recipient gives it; the content is read once.</summary>
public sealed record ReplyFile(string Name, Stream Content);

/// <summary>Takes a recipient's reply with its files: all of it, or nothing.</summary>
public sealed class SendReply(VaguemestreDb db, ConversationJournal journal, FileStore files, Settings settings, TimeProvider clock)
{
    public async Task<Result<Reply>> RunAsync(string token, string text, IReadOnlyList<ReplyFile> given, CancellationToken cancel)
    {
        var found = await new FindVisit(db).RunAsync(token, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var visit = found.Value;
        if (!visit.MayReply)
            return Problem.Conflict("no-reply-expected", visit.Opened ? "Aucune réponse n'est attendue à ce courrier." : "Ouvrez d'abord le courrier.");
        if (WhyNot(text, given) is { } refused)
            return refused;

        var stored = new List<(string Name, StoredFile File, FileKind Kind)>();
        var refusal = await StoreAsync(given, visit.Conversation.OrganisationId, stored, cancel);
        var result = refusal is not null ? refusal : await db.WriteAsync(() => WriteAsync(visit, text, stored, cancel), cancel);
        if (!result.Succeeded)
            stored.ForEach(s => files.Delete(s.File.Id));
        return result;
    }

    private static Problem? WhyNot(string text, IReadOnlyList<ReplyFile> given)
    {
        var errors = new List<FieldError>();
        if (string.IsNullOrWhiteSpace(text) && given.Count == 0)
            errors.Add(new FieldError("text", "Saisissez votre réponse ou joignez au moins un fichier."));
        if (text.Length > DraftContent.LongestBody)
            errors.Add(new FieldError("text", $"Votre réponse dépasse {DraftContent.LongestBody} caractères. Joignez-la plutôt en fichier."));
        if (given.Count > AttachmentLimits.MostFiles)
            errors.Add(new FieldError("files", $"Joignez au plus {AttachmentLimits.MostFiles} fichiers."));
        errors.AddRange(given.Take(AttachmentLimits.MostFiles).Select(f => AttachmentName.Check(f.Name)).OfType<Problem>().SelectMany(p => p.Errors).Select(e => e with { Field = "files" }));
        return errors.Count > 0 ? Problem.Invalid(errors) : null;
    }

    private async Task<Problem?> StoreAsync(IReadOnlyList<ReplyFile> given, Guid organisationId, List<(string Name, StoredFile File, FileKind Kind)> stored, CancellationToken cancel)
    {
        var limit = settings.Limits.TrackedAttachments;
        try
        {
            foreach (var file in given)
            {
                var saved = await files.SaveAsync(file.Content, organisationId, limit - stored.Sum(s => s.File.Size), cancel);
                if (!saved.Succeeded)
                    return AttachmentLimits.TooLarge(limit);
                var kind = await files.KindOfAsync(saved.Value.Id, saved.Value.Size, CancellationToken.None);
                stored.Add((file.Name, saved.Value, kind));
                if (saved.Value.Size == 0)
                    return Problem.Invalid("files", $"Le fichier « {file.Name} » est vide.");
                if (RefusedFiles.Check(file.Name, kind) is { } refused)
                    return Problem.Invalid([.. refused.Errors.Select(e => e with { Field = "files" })]);
            }

            return null;
        }
        catch
        {
            // The sender went away, or the disk is full: what had come is nobody's.
            stored.ForEach(s => files.Delete(s.File.Id));
            throw;
        }
    }

    private async Task<Result<Reply>> WriteAsync(LetterVisit visit, string text, List<(string Name, StoredFile File, FileKind Kind)> stored, CancellationToken cancel)
    {
        var conversation = (await journal.LockAsync(visit.Conversation.Id, cancel))!;
        var now = clock.Now();
        var reply = new Reply { Id = Guid.CreateVersion7(now), OrganisationId = conversation.OrganisationId, ConversationId = conversation.Id, At = now, Body = BodyHtml.Sanitise(BodyHtml.FromText(text)) };
        reply.Attachments.AddRange(stored.Select((s, rank) => new ReplyAttachment
        {
            Id = Guid.CreateVersion7(now),
            ReplyId = reply.Id,
            FileId = s.File.Id,
            Name = s.Name,
            ContentType = s.Kind.ContentTypeFor(s.Name),
            Size = s.File.Size,
            Sha256 = s.File.Sha256,
            Rank = rank,
        }));
        db.Files.AddRange(stored.Select(s => s.File));
        db.Replies.Add(reply);
        var content = new ReplyContent(
            conversation.Email,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reply.Body))),
            [.. reply.Attachments.Select(a => new FileDigest(a.Name, a.Size, Convert.ToHexStringLower(a.Sha256)))],
            AfterDue: visit.Letter.ReplyDue < now);
        await journal.AppendAsync(conversation, FactKind.Replied, content, Actor.Recipient, reply.Id, cancel);
        return reply;
    }
}
