using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Evidence;

/// <summary>What a company keeps of its own act, as a PDF. Made of facts, and no attestation: it is neither sealed nor issued by the buyer.</summary>
/// <param name="FileName">ASCII letters, digits, <c>-</c> and <c>.</c> only.</param>
public sealed record CompanyCopy(string FileName, byte[] Pdf);

/// <summary>Makes the copy of the receipt, for whoever holds the personal link. Reading it changes nothing.</summary>
public sealed class CopyReceipt(VaguemestreDb db, TimeProvider clock)
{
    /// <param name="token">Of the personal link.</param>
    /// <param name="language">ISO 639-1.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns><c>link-not-found</c>; <c>not-opened</c> as long as there is no receipt.</returns>
    public async Task<Result<CompanyCopy>> RunAsync(string token, string language, CancellationToken cancel)
    {
        var found = await new FindVisit(db).RunAsync(token, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var conversation = found.Value.Conversation.Id;
        var opened = await db.Facts.AsNoTracking().Include(f => f.Payload).SingleOrDefaultAsync(f => f.SubjectId == conversation && f.Kind == FactKind.Opened, cancel);
        return opened is null ? ReplyProblems.NotOpened : CompanyCopyPage.OfReceipt(found.Value, opened, language == "en", clock.Now());
    }
}

/// <summary>Makes the copy of the acknowledgement of a reply, for whoever holds the personal link. Reading it changes nothing.</summary>
public sealed class CopyAcknowledgement(VaguemestreDb db, TimeProvider clock)
{
    /// <param name="token">Of the personal link.</param>
    /// <param name="replyId">A reply sent by it.</param>
    /// <param name="language">ISO 639-1.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns><c>link-not-found</c>, for a reply that is none of this letter's too.</returns>
    public async Task<Result<CompanyCopy>> RunAsync(string token, Guid replyId, string language, CancellationToken cancel)
    {
        var found = await new FindVisit(db).RunAsync(token, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var conversation = found.Value.Conversation.Id;
        var replied = await db.Facts.AsNoTracking().Include(f => f.Payload).SingleOrDefaultAsync(f => f.SubjectId == conversation && f.Kind == FactKind.Replied && f.ConcernsId == replyId, cancel);
        return replied is null ? FindVisit.UnknownLink : CompanyCopyPage.OfReply(found.Value, replied, language == "en", clock.Now());
    }
}
