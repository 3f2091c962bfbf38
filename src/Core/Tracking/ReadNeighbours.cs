using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tracking;

/// <summary>The conversations before and after one in its consultation's tracking table, newest event first, without a filter; null at either end.</summary>
public sealed record Neighbours(Guid? Previous, Guid? Next);

/// <summary>Finds what stands beside a conversation. Two index look-ups, whatever the size.</summary>
public sealed class ReadNeighbours(VaguemestreDb db)
{
    public async Task<Neighbours> RunAsync(Caller caller, Conversation conversation, CancellationToken cancel)
    {
        var (at, id) = (conversation.LastEventAt, conversation.Id);
        var all = db.Conversations.Where(c => c.OrganisationId == caller.OrganisationId && c.ConsultationId == conversation.ConsultationId);
        var previous = await all.Where(c => c.LastEventAt > at || (c.LastEventAt == at && c.Id > id)).OrderBy(c => c.LastEventAt).ThenBy(c => c.Id).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancel);
        var next = await all.Where(c => c.LastEventAt < at || (c.LastEventAt == at && c.Id < id)).OrderByDescending(c => c.LastEventAt).ThenByDescending(c => c.Id).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancel);
        return new Neighbours(previous, next);
    }
}
