using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;

namespace Vaguemestre.Core.Tracking.Notifying;

/// <summary>
/// Writes the mails to agents whose news is due. All that waits for one mailbox goes in one mail: its own news, and that of the colleagues
/// it stands in for. After a mail told at once, further news waits (<see cref="NotificationSettings.QuietFor"/>): a burst is one mail.
/// What was chosen since the news came counts.
/// </summary>
public sealed class TellAgents(VaguemestreDb db, NewsMail mail, Settings settings, TimeProvider clock)
{
    private const int MostAgents = 50;

    /// <summary>The hour of what a mail is about to tell: what comes while it is written keeps its own, and is not deleted with it. No other transaction sees it.</summary>
    private static readonly DateTimeOffset Taken = DateTimeOffset.UnixEpoch;

    /// <summary>When the mail of the day leaves, on the clocks of Paris. No hour that a change of time skips or repeats.</summary>
    private static readonly TimeOnly DailyHour = new(8, 0);

    /// <returns>How many mails were written.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var due = await db.AgentNews.Where(n => n.DueAt <= now).Select(n => new { n.AgentId, n.OrganisationId }).Distinct().OrderBy(n => n.AgentId).Take(MostAgents).ToListAsync(cancel);
        if (due.Count == 0)
            return 0;
        var organisations = due.Select(d => d.OrganisationId).Distinct().ToList();
        var absences = await db.AgentNotices.AsNoTracking().Where(n => organisations.Contains(n.OrganisationId) && n.AbsentUntil > now && n.AbsentFrom <= now && n.SubstituteId != null)
            .ToDictionaryAsync(n => n.AgentId, n => n.SubstituteId!.Value, cancel);
        var told = 0;
        foreach (var reader in due.Select(d => Reader(d.AgentId, absences)).Distinct())
        {
            List<Guid> owners = [reader, .. absences.Keys.Where(a => a != reader && Reader(a, absences) == reader)];
            if ((await db.WriteAsync<bool>(async () => await TellAsync(reader, owners, now, cancel), cancel)).Value)
                told++;
        }

        return told;
    }

    /// <summary>The first morning after an instant at which the mail of the day leaves.</summary>
    public static DateTimeOffset NextDailyMail(DateTimeOffset now)
    {
        var day = DateOnly.FromDateTime(ParisTime.Of(now).DateTime);
        var today = ParisTime.From(day.ToDateTime(DailyHour));
        return today > now ? today : ParisTime.From(day.AddDays(1).ToDateTime(DailyHour));
    }

    /// <summary>The agent, or who stands in for it; where all who would are away in turn, the agent.</summary>
    private static Guid Reader(Guid agent, Dictionary<Guid, Guid> absences)
    {
        var (here, met) = (agent, new HashSet<Guid>());
        while (absences.TryGetValue(here, out var substitute))
        {
            if (!met.Add(here))
                return agent;
            here = substitute;
        }

        return here;
    }

    private async Task<bool> TellAsync(Guid readerId, List<Guid> owners, DateTimeOffset now, CancellationToken cancel)
    {
        await db.LockAllAsync<Agent>([.. owners.Append(readerId).Distinct().Order()], cancel);
        var reader = await db.Agents.AsNoTracking().Include(a => a.Organisation).SingleAsync(a => a.Id == readerId, cancel);
        var mine = await db.AgentNotices.SingleOrDefaultAsync(n => n.AgentId == readerId, cancel);
        var quietUntil = mine?.ToldAt + settings.Notifications.QuietFor;
        var quiet = quietUntil > now;
        if (quiet)
            await db.AgentNews.Where(n => owners.Contains(n.AgentId) && !n.Daily && n.DueAt <= now).ExecuteUpdateAsync(n => n.SetProperty(x => x.DueAt, quietUntil!.Value), cancel);
        if (await Waiting(owners, now, quiet).ExecuteUpdateAsync(n => n.SetProperty(x => x.DueAt, Taken), cancel) == 0)
            return false;
        var news = db.AgentNews.Where(n => owners.Contains(n.AgentId) && n.DueAt == Taken);
        await DropUnwantedAsync(news, owners, cancel);
        var daily = !await news.AnyAsync(n => !n.Daily, cancel);
        var written = await mail.WriteAsync(reader, news, daily, cancel);
        await news.ExecuteDeleteAsync(cancel);
        if (!written || daily)
            return written;
        if (mine is null)
            db.AgentNotices.Add(mine = new AgentNotices { AgentId = readerId, OrganisationId = reader.OrganisationId });
        mine.Told(now);
        return true;
    }

    /// <summary>What is due; and, unless it has to wait, what is told at once and came meanwhile.</summary>
    private IQueryable<AgentNews> Waiting(List<Guid> owners, DateTimeOffset now, bool quiet) =>
        db.AgentNews.Where(n => owners.Contains(n.AgentId) && ((n.DueAt <= now && (n.Daily || !quiet)) || (!n.Daily && !quiet)));

    private async Task DropUnwantedAsync(IQueryable<AgentNews> news, List<Guid> owners, CancellationToken cancel)
    {
        var paces = await db.AgentNotices.AsNoTracking().Where(n => owners.Contains(n.AgentId)).ToDictionaryAsync(n => n.AgentId, n => n.Paces, cancel);
        foreach (var owner in owners)
        {
            var chosen = paces.GetValueOrDefault(owner, AgentNotices.Defaults);
            var unwanted = Enum.GetValues<NewsKind>().Where(kind => chosen.Of(kind) == NoticePace.None).ToList();
            if (unwanted.Count > 0)
                await news.Where(n => n.AgentId == owner && unwanted.Contains(n.Kind)).ExecuteDeleteAsync(cancel);
        }

        await news.Where(n => db.ConsultationChoices.Any(c => c.Pace == NoticePace.None && c.AgentId == n.AgentId && db.Conversations.Any(x => x.Id == n.ConversationId && x.ConsultationId == c.ConsultationId)))
            .ExecuteDeleteAsync(cancel);
    }
}
