using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Delivery;

/// <summary>Notes, as a fact, that no report came within the waiting time after the relay took a mail.</summary>
public sealed class NoteSilence(VaguemestreDb db, ConversationJournal journal, TimeProvider clock)
{
    private const int Batch = 100;

    /// <returns>How many were noted.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var silent = await db.Sendings.AsNoTracking().Where(s => s.ReportDueAt <= now).OrderBy(s => s.ReportDueAt).Take(Batch).ToListAsync(cancel);
        foreach (var (id, conversationId) in silent.Select(s => (s.Id, s.ConversationId)))
        {
            await db.WriteAsync<bool>(
                async () =>
                {
                    var conversation = (await journal.LockAsync(conversationId, cancel))!;
                    var sending = await db.Sendings.SingleAsync(s => s.Id == id, cancel);
                    if (sending.ReportDueAt is null)
                        return true;
                    sending.Reported();
                    await journal.AppendAsync(conversation, FactKind.NoReport, new Silence(sending.AcceptedAt!.Value, sending.ReportsAsked), Actor.Platform, id, cancel);
                    return true;
                },
                cancel);
        }

        return silent.Count;
    }
}
