using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>
/// Opens the content by a deliberate act, which makes the receipt: exactly one, whoever clicks how often. Without the
/// declaration ticked, the visit is kept as an automated access and nothing opens.
/// </summary>
public sealed class OpenLetter(VaguemestreDb db, ConversationJournal journal)
{
    public async Task<Result<LetterVisit>> RunAsync(string token, bool declared, string? userAgent, CancellationToken cancel)
    {
        var found = declared
            ? await new FindVisit(db).RunAsync(token, cancel)
            : await new VisitLetter(db, journal).RunAsync(token, "POST", userAgent, cancel);
        if (!found.Succeeded || found.Value.Opened)
            return found;
        if (!declared)
            return Problem.Invalid("declared", "Cochez la case pour confirmer que vous ouvrez ce courrier.");

        await db.WriteAsync<bool>(
            async () =>
            {
                var conversation = (await journal.LockAsync(found.Value.Conversation.Id, cancel))!;
                if (!await db.Facts.AnyAsync(f => f.SubjectId == conversation.Id && f.Kind == FactKind.Opened, cancel))
                    await journal.AppendAsync(conversation, FactKind.Opened, new Receipt(conversation.Email, conversation.Company, ReceiptProof.Declaration, UserAgents.Shorten(userAgent), conversation.Company, []), Actor.Recipient, cancel: cancel);
                return true;
            },
            cancel);
        return await new FindVisit(db).RunAsync(token, cancel);
    }
}

/// <summary>A file of an opened letter, for its recipient; each download is a fact.</summary>
public sealed class DownloadAttachment(VaguemestreDb db, ConversationJournal journal)
{
    private const int MostFacts = 200;

    public async Task<Result<LetterAttachment>> RunAsync(string token, Guid attachmentId, CancellationToken cancel)
    {
        var found = await new FindVisit(db).RunAsync(token, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        if (!found.Value.Opened)
            return Problem.Conflict("not-opened", "Ouvrez d'abord le courrier.");
        if (found.Value.Conversation.Files.SingleOrDefault(a => a.Id == attachmentId) is not { } attachment)
            return AttachmentLimits.NotFound;

        await db.WriteAsync<bool>(
            async () =>
            {
                var conversation = (await journal.LockAsync(found.Value.Conversation.Id, cancel))!;
                if (await db.Facts.CountAsync(f => f.SubjectId == conversation.Id && f.Kind == FactKind.AttachmentDownloaded, cancel) < MostFacts)
                    await journal.AppendAsync(conversation, FactKind.AttachmentDownloaded, new Download(attachment.Id, attachment.Name, Convert.ToHexStringLower(attachment.Sha256)), Actor.Recipient, attachment.Id, cancel);
                return true;
            },
            cancel);
        return attachment;
    }
}
