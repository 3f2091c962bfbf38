using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;

namespace Vaguemestre.Core.Tracking.Notifying;

/// <summary>
/// The mail in which an agent is told: of one thing in the words of its kind, of several as a list, a line a letter and kind, however many
/// recipients it concerns. A list is bounded; what it leaves out is counted, by the database: memory does not grow with the news.
/// </summary>
public sealed class NewsMail(VaguemestreDb db, ConversationJournal journal, WriteNotice notices)
{
    private const int MostLines = 20, MostNames = 5;

    /// <param name="reader">With its organisation.</param>
    /// <param name="news">What is told; nobody changes it meanwhile.</param>
    /// <param name="daily">It is the mail of the day.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>False where there was nothing to tell.</returns>
    internal async Task<bool> WriteAsync(Agent reader, IQueryable<AgentNews> news, bool daily, CancellationToken cancel)
    {
        // Who has it twice, as itself and as somebody's substitute, reads it once.
        var events = news.Join(db.Conversations, n => n.ConversationId, c => c.Id, (n, c) => new { n.Kind, c.LetterId, n.ConversationId, n.ConcernsId, n.At })
            .GroupBy(n => new { n.Kind, n.LetterId, n.ConversationId, n.ConcernsId })
            .Select(g => new NewsEvent { Kind = g.Key.Kind, LetterId = g.Key.LetterId, ConversationId = g.Key.ConversationId, ConcernsId = g.Key.ConcernsId, At = g.Max(n => n.At) });
        var count = await events.CountAsync(cancel);
        if (count == 0)
            return false;
        var to = new NoticeReader(reader.Email, reader.Name, null, "fr");
        var inPlaceOf = await InPlaceOfAsync(reader, news, cancel);
        if (count == 1 && !daily)
        {
            var only = await events.SingleAsync(cancel);
            var conversation = (await journal.FindAsync(only.ConversationId, cancel))!;
            var reason = only.Kind == NewsKind.Undelivered ? await ReasonAsync(only, cancel) : null;
            await notices.OneNewsAsync(only.Kind, conversation, only.ConcernsId, to, only.At, reason, inPlaceOf, cancel);
            return true;
        }

        var lines = await WriteLinesAsync(events, cancel);
        notices.ManyNews(reader.OrganisationId, to, new NewsList
        {
            Organisation = reader.Organisation!.Name,
            Daily = daily,
            Count = count,
            Lines = lines,
            LeftOut = count - lines.Sum(l => l.Count),
            InPlaceOf = inPlaceOf,
        });
        return true;
    }

    private async Task<IReadOnlyList<NewsLine>> WriteLinesAsync(IQueryable<NewsEvent> events, CancellationToken cancel)
    {
        // What asks for somebody comes first.
        var lines = await events.GroupBy(e => new { e.Kind, e.LetterId })
            .Select(g => new { g.Key.Kind, g.Key.LetterId, Count = g.Count(), Conversations = g.Select(e => e.ConversationId).Distinct().Count(), At = g.Max(e => e.At) })
            .OrderBy(l => l.Kind == NewsKind.Replied ? 0 : l.Kind == NewsKind.WrongRecipient ? 1 : l.Kind == NewsKind.Undelivered ? 2 : 3).ThenByDescending(l => l.At).ThenByDescending(l => l.LetterId)
            .Take(MostLines).ToListAsync(cancel);
        var ids = lines.ConvertAll(l => l.LetterId);
        var letters = await db.Letters.Where(l => ids.Contains(l.Id)).Select(l => new { l.Id, l.Subject, l.ReplyDue, l.Consultation!.Reference }).ToDictionaryAsync(l => l.Id, cancel);
        var written = new List<NewsLine>();
        foreach (var line in lines)
        {
            var letter = letters[line.LetterId];
            var one = line.Conversations > 1 ? null
                : await events.Where(e => e.Kind == line.Kind && e.LetterId == line.LetterId).Join(db.Conversations, e => e.ConversationId, c => c.Id, (e, c) => new { c.Id, c.OwnSubject, Name = c.Company ?? c.Name ?? c.Email }).FirstAsync(cancel);
            written.Add(new NewsLine(line.Kind, line.Count, one?.Name, line.Conversations, one?.OwnSubject ?? letter.Subject, letter.Reference, line.At, one?.Id));
        }

        return written;
    }

    private async Task<string?> InPlaceOfAsync(Agent reader, IQueryable<AgentNews> news, CancellationToken cancel)
    {
        var names = await db.Agents.Where(a => a.Id != reader.Id && news.Any(n => n.AgentId == a.Id)).OrderBy(a => a.Name).Select(a => a.Name).Take(MostNames + 1).ToListAsync(cancel);
        return names.Count > MostNames ? string.Join(", ", names.Take(MostNames)) + "…" : names is [.. var first, var last] && first.Count > 0 ? $"{string.Join(", ", first)} et {last}" : names.FirstOrDefault();
    }

    /// <summary>Why it was not delivered, in French.</summary>
    private async Task<string?> ReasonAsync(NewsEvent news, CancellationToken cancel) =>
        await db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => f.SubjectId == news.ConversationId && f.Kind == FactKind.Undelivered && f.ConcernsId == news.ConcernsId).OrderByDescending(f => f.Sequence).FirstOrDefaultAsync(cancel) is { Payload: not null } fact
            ? fact.Content<ServerSaid>().Explanation
            : null;

    /// <summary>One thing that happened, whoever is told of it.</summary>
    private sealed class NewsEvent
    {
        public required NewsKind Kind { get; init; }

        public required Guid LetterId { get; init; }

        public required Guid ConversationId { get; init; }

        public Guid? ConcernsId { get; init; }

        public required DateTimeOffset At { get; init; }
    }
}
