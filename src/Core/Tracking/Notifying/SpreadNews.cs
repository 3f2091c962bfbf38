using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters.Notices;

namespace Vaguemestre.Core.Tracking.Notifying;

/// <summary>
/// Finds out who is to be told of the news that waits: the letter's author, whoever the conversation was given to, and those who follow the
/// consultation, without those who muted it; each as soon as it chose. A letter that a program wrote has no author to tell.
/// </summary>
public sealed class SpreadNews(VaguemestreDb db, Settings settings, TimeProvider clock)
{
    private const int Batch = 500;

    /// <returns>How much news was taken.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var waiting = await db.News.OrderBy(n => n.Id).Take(Batch).Select(n => n.Id).ToListAsync(cancel);
        return waiting.Count == 0 ? 0 : (await db.WriteAsync<int>(async () => await InTransactionAsync(waiting, cancel), cancel)).Value;
    }

    private async Task<int> InTransactionAsync(List<Guid> waiting, CancellationToken cancel)
    {
        await db.LockAllAsync<News>(waiting, cancel);
        var news = await db.News.AsNoTracking().Where(n => waiting.Contains(n.Id)).OrderBy(n => n.Id).ToListAsync(cancel); // not those that another worker took meanwhile
        var concerned = news.Select(n => n.ConversationId).Distinct().ToList();
        var about = await db.Conversations.Where(c => concerned.Contains(c.Id))
            .Select(c => new { c.Id, c.OrganisationId, c.ConsultationId, c.AssigneeId, c.Letter!.AuthorId, c.IsHistorique })
            .ToDictionaryAsync(c => c.Id, cancel);
        var consultations = about.Values.Select(c => c.ConsultationId).Distinct().ToList();
        var chosen = (await db.ConsultationChoices.AsNoTracking().Where(c => consultations.Contains(c.ConsultationId)).ToListAsync(cancel)).ToLookup(c => c.ConsultationId);
        var candidates = about.Values.SelectMany(c => new[] { c.AuthorId, c.AssigneeId ?? c.AuthorId }).Concat(chosen.SelectMany(g => g.Select(c => c.AgentId))).Distinct().ToList();
        var agents = await db.Agents.Where(a => candidates.Contains(a.Id)).Select(a => new { a.Id, a.OrganisationId }).ToDictionaryAsync(a => a.Id, a => a.OrganisationId, cancel);
        var paces = await db.AgentNotices.AsNoTracking().Where(n => candidates.Contains(n.AgentId)).ToDictionaryAsync(n => n.AgentId, n => n.Paces, cancel);

        var now = clock.Now();
        var spread = new List<AgentNews>();
        foreach (var one in news)
        {
            var conversation = about[one.ConversationId];
            if (conversation.IsHistorique && one.Kind == NewsKind.Undelivered)
                continue; // the messagerie historique tells no fate of a message
            var choices = chosen[conversation.ConsultationId].ToList();
            var chosenPaces = choices.ToDictionary(c => c.AgentId, c => c.Pace);
            IEnumerable<Guid> readers = [conversation.AuthorId, .. conversation.AssigneeId is { } assignee ? [assignee] : Array.Empty<Guid>(), .. choices.Select(c => c.AgentId)];
            foreach (var agent in readers.Distinct().Where(a => agents.TryGetValue(a, out var organisation) && organisation == one.OrganisationId))
            {
                var pace = paces.GetValueOrDefault(agent, AgentNotices.Defaults).Of(one.Kind, chosenPaces.GetValueOrDefault(agent, NoticePace.AtOnce));
                if (pace != NoticePace.None)
                    spread.Add(For(agent, one, pace, now));
            }
        }

        await db.InsertManyAsync(spread, cancel);
        var taken = news.ConvertAll(n => n.Id);
        await db.News.Where(n => taken.Contains(n.Id)).ExecuteDeleteAsync(cancel);
        return news.Count;
    }

    private AgentNews For(Guid agent, News news, NoticePace pace, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        OrganisationId = news.OrganisationId,
        AgentId = agent,
        ConversationId = news.ConversationId,
        Kind = news.Kind,
        ConcernsId = news.ConcernsId,
        At = news.At,
        Daily = pace == NoticePace.Daily,
        DueAt = pace == NoticePace.Daily ? TellAgents.NextDailyMail(now) : now + settings.Notifications.GatherFor,
    };
}
