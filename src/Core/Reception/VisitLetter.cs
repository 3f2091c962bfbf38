using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>
/// A visit of the link: shows who writes and about what, and keeps the visit as an automated access, each user agent once and twenty at
/// most. It changes no status, except where the organisation chose that following the link is opening (<see cref="ReceiptTrigger.Link"/>).
/// </summary>
public sealed class VisitLetter(VaguemestreDb db, ConversationJournal journal, Settings settings, TimeProvider clock)
{
    private const int MostVisits = 20;

    public async Task<Result<LetterVisit>> RunAsync(string token, Visitor visitor, CancellationToken cancel)
    {
        var found = await new FindVisit(db).RunAsync(token, cancel);
        if (found is not { Succeeded: true, Value.Opened: false })
            return found;
        if ((found.Value.OwnTrigger ?? settings.Receipts.Trigger) != ReceiptTrigger.Link || !visitor.FollowsTheLink)
        {
            await KeepAsync(found.Value.Conversation.Id, new Visit(visitor.Method, visitor.ShortUserAgent), cancel);
            return found;
        }

        await new Receipts(db, journal, clock).MakeAsync(found.Value, ReceiptProof.Link, visitor, cancel);
        return await new FindVisit(db).RunAsync(token, cancel);
    }

    private async Task KeepAsync(Guid conversationId, Visit visit, CancellationToken cancel)
    {
        if (await IsKnownAsync(conversationId, visit, cancel))
            return;
        await db.WriteAsync<bool>(
            async () =>
            {
                var conversation = (await journal.LockAsync(conversationId, cancel))!;
                if (!await IsKnownAsync(conversationId, visit, cancel))
                    await journal.AppendAsync(conversation, FactKind.AutomatedAccess, visit, Actor.Recipient, cancel: cancel);
                return true;
            },
            cancel);
    }

    private async Task<bool> IsKnownAsync(Guid conversationId, Visit visit, CancellationToken cancel)
    {
        var visits = await db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => f.SubjectId == conversationId && f.Kind == FactKind.AutomatedAccess).ToListAsync(cancel);
        return visits.Count >= MostVisits || visits.Exists(f => f.Content<Visit>() == visit);
    }
}
