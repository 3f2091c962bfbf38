using System.ComponentModel;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Api;

/// <summary>
/// <c>/events</c>: every fact of the organisation, in the order of its instant, for a program that follows along. Facts of
/// the last two seconds are held back, since transactions end in another order than they take their instants; one that
/// takes longer than that commits its facts behind readers who are already past them.
/// </summary>
internal static class Events
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/events", ListAsync).WithName("listEvents").WithTags("Events").WithSummary("All facts in order, for a program that follows along")
            .WithDescription("""
                Start without `after`; then give the `id` of the last event you got, now or next week. `next` is that `id` while more is there, and null when you have caught up.
                An event appears two seconds after it happened. `sequence` orders the facts of one subject; those of different subjects within one millisecond come in no particular order.
                A change that took longer than two seconds to write may come in behind what you have read: a program that must miss nothing reads again from some minutes back and skips the `id`s it knows.
                """)
            .Produces<PageShape<EventShape>>().Refuses(422);

    private static async Task<IResult> ListAsync(
        HttpContext context,
        VaguemestreDb db,
        TimeProvider clock,
        [Description("`id` of the last event you have; left out: from the beginning.")] string? after,
        [AsParameters] Paging paging,
        CancellationToken cancel)
    {
        var query = new QueryReader();
        var (last, limit) = (query.Id("after", after) ?? query.Id("cursor", paging.Cursor) ?? Guid.Empty, query.Limit(paging.Limit));
        if (query.Problem is { } problem)
            return Answers.Refuse(problem);

        var organisation = context.Caller().OrganisationId;
        var settled = WholeMilliseconds(clock.Now() - Settling);
        var facts = await db.Facts.AsNoTracking().Include(f => f.Payload)
            .Where(f => f.OrganisationId == organisation && f.Id > last && f.At < settled)
            .OrderBy(f => f.Id).Take(limit + 1).ToListAsync(cancel);
        var page = facts.Take(limit).ToList();
        var conversations = page.Where(f => f.SubjectKind == SubjectKind.Conversation).Select(f => f.SubjectId).Distinct().ToList();
        var modes = await db.Conversations.Where(c => conversations.Contains(c.Id)).Select(c => new { c.Id, c.Letter!.Mode }).ToDictionaryAsync(c => c.Id, c => c.Mode, cancel);
        return Results.Ok(new PageShape<EventShape>(
            [.. page.Select(f => EventShape.Of(f, modes.TryGetValue(f.SubjectId, out var mode) ? mode : null))],
            facts.Count > limit ? page[^1].Id.ToString() : null));
    }

    /// <summary>Identifiers sort by the millisecond: one is told whole or not yet.</summary>
    private static DateTimeOffset WholeMilliseconds(DateTimeOffset instant) => new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}
