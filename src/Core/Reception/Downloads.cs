using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>What of a file is asked for.</summary>
public enum DownloadPart
{
    /// <summary>Its content, from the first byte.</summary>
    Beginning,

    /// <summary>Its content from a later byte, or if it is not the one that is there already: a download that goes on, or was.</summary>
    Rest,

    /// <summary>Its name and size only.</summary>
    Nothing,
}

/// <summary>
/// A file of an opened letter, for its recipient. Each download is a fact, two hundred at most. One that goes on where it broke off is
/// none again, unless the first request of that file left none; asking for name and size is none.
/// </summary>
public sealed class DownloadAttachment(VaguemestreDb db, ConversationJournal journal)
{
    public async Task<Result<LetterAttachment>> RunAsync(string token, Guid attachmentId, DownloadPart part, CancellationToken cancel)
    {
        var found = await OpenedLetter.FindAsync(db, token, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        if (found.Value.Conversation.Files.SingleOrDefault(a => a.Id == attachmentId) is not { } attachment)
            return AttachmentLimits.NotFound;
        if (part != DownloadPart.Nothing)
            await new DownloadFacts(db, journal).AppendAsync(found.Value, [attachment], again: part == DownloadPart.Beginning, cancel);
        return attachment;
    }
}

/// <summary>All files of an opened letter at once, for its recipient: a download, and a fact, of each.</summary>
public sealed class DownloadAll(VaguemestreDb db, ConversationJournal journal)
{
    public async Task<Result<LetterVisit>> RunAsync(string token, DownloadPart part, CancellationToken cancel)
    {
        var found = await OpenedLetter.FindAsync(db, token, cancel);
        if (!found.Succeeded)
            return found;
        if (found.Value.Conversation.Files.Count == 0)
            return AttachmentLimits.NotFound;
        if (part != DownloadPart.Nothing)
            await new DownloadFacts(db, journal).AppendAsync(found.Value, found.Value.Conversation.Files, again: true, cancel);
        return found;
    }
}

internal static class OpenedLetter
{
    public static async Task<Result<LetterVisit>> FindAsync(VaguemestreDb db, string token, CancellationToken cancel)
    {
        var found = await new FindVisit(db).RunAsync(token, cancel);
        return found is { Succeeded: true, Value.Opened: false } ? ReplyProblems.NotOpened : found;
    }
}

internal sealed class DownloadFacts(VaguemestreDb db, ConversationJournal journal)
{
    private const int MostFacts = 200;

    /// <param name="visit">Of whoever asks.</param>
    /// <param name="files">Asked for.</param>
    /// <param name="again">Whether a file that was downloaded before is told again.</param>
    /// <param name="cancel">The request ended.</param>
    public async Task AppendAsync(LetterVisit visit, IReadOnlyList<LetterAttachment> files, bool again, CancellationToken cancel)
    {
        var conversationId = visit.Conversation.Id;
        var told = await ToldAsync(conversationId, cancel);
        if (told.Count >= MostFacts || (!again && files.All(f => told.Contains(f.Id))))
            return;
        await db.WriteAsync<bool>(
            async () =>
            {
                var conversation = (await journal.LockAsync(conversationId, cancel))!;
                var known = await ToldAsync(conversationId, cancel);
                foreach (var file in files.Where(f => again || !known.Contains(f.Id)).Take(MostFacts - known.Count))
                    await journal.AppendAsync(conversation, FactKind.AttachmentDownloaded, new Download(file.Id, file.Name, Convert.ToHexStringLower(file.Sha256), visit.Email), Actor.Recipient, file.Id, cancel);
                return true;
            },
            cancel);
    }

    private Task<List<Guid?>> ToldAsync(Guid conversationId, CancellationToken cancel) =>
        db.Facts.Where(f => f.SubjectId == conversationId && f.Kind == FactKind.AttachmentDownloaded).Select(f => f.ConcernsId).ToListAsync(cancel);
}
