using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tracking;

/// <summary>What an open page shows: one conversation; all of a consultation; or with neither, its agent's inbox.</summary>
public sealed record Watched(string? Reference = null, Guid? ConversationId = null);

/// <summary>
/// A word that is another one once something happened: in one conversation, in any conversation of a consultation, or in any of an organisation. It
/// says nothing else, and two of them can only be compared. Drafts count in the inbox alone, attestations in their own conversation alone: no
/// table tells of them. Four index look-ups at most, in one question, whatever the size.
/// </summary>
public sealed class ReadChangeMark(VaguemestreDb db)
{
    /// <returns>The mark; or <c>not-found</c>, other organisations' included.</returns>
    public async Task<Result<string>> RunAsync(Caller caller, Watched watched, CancellationToken cancel)
    {
        if (watched.ConversationId is { } id)
        {
            return await db.Conversations.Where(c => c.Id == id && c.OrganisationId == caller.OrganisationId)
                .Select(c => new { c.LastEventAt, c.AssigneeId, c.DoneAt, Facts = db.Facts.Where(f => f.SubjectId == id).Max(f => (int?)f.Sequence) }).SingleOrDefaultAsync(cancel) is { } now
                ? Mark(id, now.LastEventAt, now.Facts ?? 0, now.AssigneeId, now.DoneAt)
                : NotFound;
        }

        if (watched.Reference is not { } reference)
            return await OfInboxAsync(caller, cancel);
        var consultation = await db.Consultations.Where(c => c.OrganisationId == caller.OrganisationId && c.Reference == reference).Select(c => (Guid?)c.Id).SingleOrDefaultAsync(cancel);
        if (consultation is null)
            return NotFound;
        return await NewestAsync(Newest(consultation.Value), cancel);
    }

    /// <summary>The mark of the consultation of a filter, as <see cref="LocateFilter"/> found it before anything was listed.</summary>
    public static string Of(ConversationFilter filter) => filter.Located is { NewestAt: { } at, Newest: { } id } ? Mark(at, id) : Mark(default, Guid.Empty);

    /// <summary>The mark of a conversation that was just read: before its facts, so that one which came in between makes another mark. Who has it and whether it is done count too.</summary>
    public static string Of(ConversationDetail detail) =>
        Mark(detail.Conversation.Id, detail.Conversation.LastEventAt, detail.Events is [.., var last] ? last.Fact.Sequence : 0, detail.Conversation.AssigneeId, detail.Conversation.DoneAt);

    /// <summary>
    /// The mark of the caller's inbox: the latest event, the conversation that was given to somebody, done or taken up again last, the draft that
    /// changed last.
    /// </summary>
    public async Task<string> OfInboxAsync(Caller caller, CancellationToken cancel)
    {
        var (organisation, newest, handled, draft) = (caller.OrganisationId, NewestOf(caller), LatestHandled(caller), LatestDraft(caller));
        var now = await db.Organisations.Where(o => o.Id == organisation).Select(_ => new
        {
            At = newest.Select(c => (DateTimeOffset?)c.LastEventAt).FirstOrDefault(),
            Id = newest.Select(c => (Guid?)c.Id).FirstOrDefault(),
            Handled = handled.FirstOrDefault(),
            Draft = draft.FirstOrDefault(),
        }).SingleOrDefaultAsync(cancel);
        return string.Create(CultureInfo.InvariantCulture, $"{Mark(now?.At ?? default, now?.Id ?? default)}-{now?.Handled?.UtcTicks}-{now?.Draft?.UtcTicks}");
    }

    internal IQueryable<Conversation> NewestOf(Caller caller)
    {
        var organisation = caller.OrganisationId;
        return NewestFirst(db.Conversations.Where(c => c.OrganisationId == organisation));
    }

    internal IQueryable<DateTimeOffset?> LatestHandled(Caller caller)
    {
        var organisation = caller.OrganisationId;
        return db.Handlings.Where(h => h.OrganisationId == organisation && h.ChangedAt != null).OrderByDescending(h => h.ChangedAt).Select(h => h.ChangedAt);
    }

    internal IQueryable<DateTimeOffset?> LatestDraft(Caller caller)
    {
        var organisation = caller.OrganisationId;
        return db.Letters.Where(l => l.OrganisationId == organisation && l.State == LetterState.Draft && l.DeletedAt == null && !l.IsHistorique).OrderByDescending(l => l.ChangedAt).Select(l => (DateTimeOffset?)l.ChangedAt);
    }

    private IQueryable<Conversation> Newest(Guid consultation) => NewestFirst(db.Conversations.Where(c => c.ConsultationId == consultation));

    private static IQueryable<Conversation> NewestFirst(IQueryable<Conversation> conversations) => conversations.OrderByDescending(c => c.LastEventAt).ThenByDescending(c => c.Id);

    private static async Task<string> NewestAsync(IQueryable<Conversation> newestFirst, CancellationToken cancel)
    {
        var newest = await newestFirst.Select(c => new { c.LastEventAt, c.Id }).FirstOrDefaultAsync(cancel);
        return newest is null ? Mark(default, Guid.Empty) : Mark(newest.LastEventAt, newest.Id);
    }

    private static Problem NotFound => Problem.NotFound("not-found", "Cet élément n'existe pas.");

    private static string Mark(Guid id, DateTimeOffset at, int facts, Guid? assignee, DateTimeOffset? done) => string.Create(CultureInfo.InvariantCulture, $"{Mark(at, id)}-{facts}-{assignee:N}-{done?.UtcTicks}");

    private static string Mark(DateTimeOffset at, Guid id) => string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks}-{id:N}");
}
