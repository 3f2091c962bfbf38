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
/// recipients it concerns. A list is bounded; what it leaves out is counted.
/// </summary>
public sealed class NewsMail(VaguemestreDb db, ConversationJournal journal, WriteNotice notices)
{
    private const int MostLines = 20, MostNames = 5;

    /// <summary>What asks for somebody comes first.</summary>
    private static readonly NewsKind[] Order = [NewsKind.Replied, NewsKind.WrongRecipient, NewsKind.Undelivered, NewsKind.Read];

    /// <param name="reader">With its organisation.</param>
    /// <param name="news">The latest first; not empty.</param>
    /// <param name="cancel">Ends the work.</param>
    internal async Task WriteAsync(Agent reader, IReadOnlyList<WaitingNews> news, CancellationToken cancel)
    {
        var to = new NoticeReader(reader.Email, reader.Name, null, "fr");
        var inPlaceOf = await InPlaceOfAsync(reader, news, cancel);

        // Who has it twice, as itself and as somebody's substitute, reads it once.
        var events = news.DistinctBy(n => (n.ConversationId, n.Kind, n.ConcernsId)).ToList();
        if (events is [{ Daily: false } only])
        {
            var conversation = (await journal.FindAsync(only.ConversationId, cancel))!;
            var reason = only.Kind == NewsKind.Undelivered ? await ReasonAsync(only, cancel) : null;
            await notices.OneNewsAsync(only.Kind, conversation, only.ConcernsId, to, only.At, reason, inPlaceOf, cancel);
            return;
        }

        var lines = events.GroupBy(n => (n.Kind, n.LetterId)).OrderBy(g => Array.IndexOf(Order, g.Key.Kind)).ThenByDescending(g => g.Max(n => n.At)).ToList();
        var listed = lines.Take(MostLines).ToList();
        notices.ManyNews(reader.OrganisationId, to, new NewsList
        {
            Organisation = reader.Organisation!.Name,
            Daily = events.TrueForAll(e => e.Daily),
            Count = events.Count,
            Lines = await WriteLinesAsync(listed, cancel),
            LeftOut = lines.Skip(MostLines).Sum(g => g.Count()),
            InPlaceOf = inPlaceOf,
        });
    }

    private async Task<IReadOnlyList<NewsLine>> WriteLinesAsync(List<IGrouping<(NewsKind Kind, Guid LetterId), WaitingNews>> lines, CancellationToken cancel)
    {
        var ids = lines.ConvertAll(g => g.Key.LetterId);
        var letters = await db.Letters.Where(l => ids.Contains(l.Id)).Select(l => new { l.Id, l.Subject, l.ReplyDue, l.Consultation!.Reference }).ToDictionaryAsync(l => l.Id, cancel);
        var firsts = lines.ConvertAll(g => g.First().ConversationId);
        var recipients = await db.Conversations.Where(c => firsts.Contains(c.Id)).Select(c => new { c.Id, c.OwnSubject, Name = c.Company ?? c.Name ?? c.Email }).ToDictionaryAsync(c => c.Id, cancel);
        return lines.ConvertAll(line =>
        {
            var letter = letters[line.Key.LetterId];
            var conversations = line.Select(n => n.ConversationId).Distinct().Count();
            var one = conversations == 1 ? recipients[line.First().ConversationId] : null;
            return new NewsLine(
                line.Key.Kind,
                line.Count(),
                one?.Name,
                conversations,
                one?.OwnSubject ?? letter.Subject,
                letter.Reference,
                line.First().At,
                one is null ? null : line.First().ConversationId);
        });
    }

    private async Task<string?> InPlaceOfAsync(Agent reader, IReadOnlyList<WaitingNews> news, CancellationToken cancel)
    {
        var others = news.Select(n => n.AgentId).Where(a => a != reader.Id).Distinct().ToList();
        if (others.Count == 0)
            return null;
        var names = await db.Agents.Where(a => others.Contains(a.Id)).OrderBy(a => a.Name).Select(a => a.Name).Take(MostNames).ToListAsync(cancel);
        return others.Count > MostNames ? string.Join(", ", names) + "…" : names is [.. var first, var last] && first.Count > 0 ? $"{string.Join(", ", first)} et {last}" : names.FirstOrDefault();
    }

    /// <summary>Why it was not delivered, in French.</summary>
    private async Task<string?> ReasonAsync(WaitingNews news, CancellationToken cancel) =>
        await db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => f.SubjectId == news.ConversationId && f.Kind == FactKind.Undelivered && f.ConcernsId == news.ConcernsId).OrderByDescending(f => f.Sequence).FirstOrDefaultAsync(cancel) is { Payload: not null } fact
            ? fact.Content<ServerSaid>().Explanation
            : null;
}
