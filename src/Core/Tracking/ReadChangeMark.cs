using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Tracking;

/// <summary>
/// A word that is another one once something happened: in one conversation, or in any conversation of a consultation. It says nothing else, and
/// two of them can only be compared. Drafts do not count, nor, in a consultation, do attestations, of which its table tells nothing. Two index
/// look-ups, whatever the size.
/// </summary>
public sealed class ReadChangeMark(VaguemestreDb db)
{
    /// <param name="reference">The consultation; null where <paramref name="conversationId"/> is given.</param>
    /// <returns>The mark; or <c>not-found</c>, other organisations' included.</returns>
    public async Task<Result<string>> RunAsync(Caller caller, string? reference, Guid? conversationId, CancellationToken cancel)
    {
        var conversations = db.Conversations.Where(c => c.OrganisationId == caller.OrganisationId);
        if (conversationId is { } id)
        {
            return await conversations.Where(c => c.Id == id).Select(c => new { c.LastEventAt, c.AssigneeId, c.DoneAt, Facts = db.Facts.Where(f => f.SubjectId == id).Max(f => (int?)f.Sequence) }).SingleOrDefaultAsync(cancel) is { } now
                ? Mark(id, now.LastEventAt, now.Facts ?? 0, now.AssigneeId, now.DoneAt)
                : NotFound;
        }

        var consultation = await db.Consultations.Where(c => c.OrganisationId == caller.OrganisationId && c.Reference == reference).Select(c => (Guid?)c.Id).SingleOrDefaultAsync(cancel);
        if (consultation is null)
            return NotFound;
        return await OfAsync(consultation.Value, cancel);
    }

    /// <summary>The mark of a consultation that was just found for its caller.</summary>
    public Task<string> OfAsync(Consultation consultation, CancellationToken cancel) => OfAsync(consultation.Id, cancel);

    private async Task<string> OfAsync(Guid consultation, CancellationToken cancel)
    {
        var newest = await db.Conversations.Where(c => c.ConsultationId == consultation).OrderByDescending(c => c.LastEventAt).ThenByDescending(c => c.Id).Select(c => new { c.LastEventAt, c.Id }).FirstOrDefaultAsync(cancel);
        return newest is null ? Mark(default, Guid.Empty) : Mark(newest.LastEventAt, newest.Id);
    }

    /// <summary>The mark of a conversation that was just read: before its facts, so that one which came in between makes another mark. Who has it and whether it is done count too.</summary>
    public static string Of(ConversationDetail detail) =>
        Mark(detail.Conversation.Id, detail.Conversation.LastEventAt, detail.Events is [.., var last] ? last.Fact.Sequence : 0, detail.Conversation.AssigneeId, detail.Conversation.DoneAt);

    private static Problem NotFound => Problem.NotFound("not-found", "Cet élément n'existe pas.");

    private static string Mark(Guid id, DateTimeOffset at, int facts, Guid? assignee, DateTimeOffset? done) => string.Create(CultureInfo.InvariantCulture, $"{Mark(at, id)}-{facts}-{assignee:N}-{done?.UtcTicks}");

    private static string Mark(DateTimeOffset at, Guid id) => string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks}-{id:N}");
}
