using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Delivery;

/// <summary>Notes, as a fact, that no report came within the waiting time after the relay took a mail.</summary>
public sealed class NoteSilence(VaguemestreDb db, TimeProvider clock)
{
    private const int Batch = 200;

    /// <returns>How many were noted.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var due = db.Sendings.AsNoTracking().Where(s => s.ReportDueAt <= now);
        var conversations = await due.OrderBy(s => s.ReportDueAt).Take(Batch).Select(s => s.ConversationId).Distinct().ToListAsync(cancel);
        if (conversations.Count == 0)
            return 0;
        var noted = await db.WriteAsync<int>(
            async () =>
            {
                var chains = await ConversationChains.LockAsync(db, clock, conversations, cancel);
                var silent = await due.Where(s => conversations.Contains(s.ConversationId)).ToListAsync(cancel);
                foreach (var sending in silent)
                    chains.Append(new Subject(SubjectKind.Conversation, sending.ConversationId, sending.OrganisationId), FactKind.NoReport, new Silence(sending.AcceptedAt!.Value, sending.ReportsAsked), Actor.Platform, sending.Id);
                await chains.WriteAsync(cancel);
                await db.UpdateManyAsync<Sending>(silent.ConvertAll(s => s.Id), [(nameof(Sending.ReportDueAt), silent.Select(_ => (object?)null))], cancel);
                return silent.Count;
            },
            cancel);
        return noted.Value;
    }
}
