using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Delivery.Examining;

/// <summary>
/// The figures of the outbox and of what came back, from the database alone: reads, opens no connection. For an administrator they
/// are the organisation's, for the operator the platform's.
/// </summary>
public sealed class ExamineOutbox(VaguemestreDb db, Settings settings, TimeProvider clock)
{
    private const int FewSendings = 5;

    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(5), LongLag = TimeSpan.FromHours(1), LongRetry = TimeSpan.FromHours(1), Week = TimeSpan.FromDays(7);

    /// <param name="caller">An administrator; null for the operator. Problem <c>administrator-only</c>.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<Result<Examination>> RunAsync(Caller? caller, CancellationToken cancel)
    {
        if (caller is { IsAdministrator: false })
            return ReturnedProblems.AdministratorOnly;
        var now = clock.Now();
        var sendings = db.Sendings.AsNoTracking();
        if (caller is not null)
            sendings = sendings.Where(s => s.OrganisationId == caller.OrganisationId);
        return new Examination(now, [.. await OutboxAsync(sendings, now, cancel), .. await ReturnsAsync(caller, sendings, now, cancel)]);
    }

    private static async Task<IReadOnlyList<Check>> OutboxAsync(IQueryable<Sending> sendings, DateTimeOffset now, CancellationToken cancel)
    {
        var findings = new Findings(CheckGroup.Outbox);
        var waiting = await sendings.CountAsync(s => s.NextAttemptAt != null, cancel);
        var oldest = await sendings.Where(s => s.NextAttemptAt <= now).OrderBy(s => s.NextAttemptAt).Select(s => s.NextAttemptAt).FirstOrDefaultAsync(cancel);
        var late = oldest is { } due ? now - due : TimeSpan.Zero;
        var queue = $"{Said.Count(waiting, "courrier")} en file{(late >= TimeSpan.FromSeconds(1) ? $", le plus ancien à envoyer depuis {Said.Time(late)}" : "")}.";
        const string Start = "Vérifiez que vaguemestre serve tourne avec le rôle « worker » et que le relais répond.";
        if (late > LongLag)
            findings.Fail("queue", "Courriers en file", queue, Start);
        else if (late > Lag)
            findings.Warn("queue", "Courriers en file", queue, Start);
        else
            findings.Ok("queue", "Courriers en file", queue);

        var retried = sendings.Where(s => s.NextAttemptAt != null && s.Attempts > 0);
        var retries = await retried.CountAsync(cancel);
        var firstTried = await retried.OrderBy(s => s.CreatedAt).Select(s => (DateTimeOffset?)s.CreatedAt).FirstOrDefaultAsync(cancel);
        if (firstTried is { } since && now - since > LongRetry)
            findings.Warn("retries", "Nouveaux essais", $"{Said.Count(retries, "courrier")} en nouvel essai, le plus ancien depuis {Said.Time(now - since)}.", "Lisez la dernière réponse du relais dans le détail de ces conversations.");
        else
            findings.Ok("retries", "Nouveaux essais", $"{Said.Count(retries, "courrier")} en nouvel essai.");

        var lost = await sendings.CountAsync(s => s.LeaseId != null && s.LeaseUntil < now, cancel);
        if (lost > 0)
            findings.Warn("leases", "Envois interrompus", $"{Said.Count(lost, "envoi")} sans nouvelles du processus qui s'en chargeait.", "Un autre processus les reprend de lui-même ; s'ils restent, " + char.ToLowerInvariant(Start[0]) + Start[1..]);
        else
            findings.Ok("leases", "Envois interrompus", "Aucun.");
        return findings.Checks;
    }

    private async Task<IReadOnlyList<Check>> ReturnsAsync(Caller? caller, IQueryable<Sending> sendings, DateTimeOffset now, CancellationToken cancel)
    {
        var findings = new Findings(CheckGroup.Returns);
        var awaited = await sendings.CountAsync(s => s.ReportDueAt != null, cancel);
        findings.Ok("awaited", "Rapports attendus", $"{Said.Count(awaited, "courrier")} dont on attend un rapport, {Said.Time(settings.Delivery.WaitForReports)} au plus.");

        var received = db.InboundMessages.AsNoTracking();
        var own = caller is null ? received : received.Where(m => sendings.Any(s => s.Id == m.SendingId));
        var last = await own.Where(m => m.Outcome == InboundOutcome.Applied).OrderByDescending(m => m.ReceivedAt).Select(m => (DateTimeOffset?)m.ReceivedAt).FirstOrDefaultAsync(cancel);
        if (last is { } at)
            findings.Ok("last-report", "Dernier rapport", $"Reçu le {ParisTime.Text(at)}.");
        else
            findings.Unknown("last-report", "Dernier rapport", "Aucun rapport n'est encore venu.");

        await SilenceAsync(findings, sendings, received, now, cancel);

        var recent = received.Where(m => m.ReceivedAt >= now - Week);
        var unmatched = await Known(recent, caller, sendings).CountAsync(m => m.Outcome == InboundOutcome.Unmatched || m.Outcome == InboundOutcome.UnknownToken, cancel);
        if (unmatched > 0)
            findings.Warn("unmatched", "Messages sans suite", $"{Said.Count(unmatched, "message")} en 7 jours, revenus à une adresse inconnue ou pour un autre destinataire : ils sont gardés et ne changent rien.", "Regardez d'où ils viennent : une base restaurée, une liste de diffusion, ou une imposture.");
        else
            findings.Ok("unmatched", "Messages sans suite", "Aucun en 7 jours.");
        return findings.Checks;
    }

    /// <summary>Over a week, of the letters that the relay took and whose waiting time is over: how many brought nothing back.</summary>
    private async Task SilenceAsync(Findings findings, IQueryable<Sending> sendings, IQueryable<InboundMessage> received, DateTimeOffset now, CancellationToken cancel)
    {
        const string Name = "silent", Title = "Envois sans rapport";
        var ripe = sendings.Where(s => s.AcceptedAt >= now - Week && s.AcceptedAt < now - settings.Delivery.WaitForReports);
        var total = await ripe.CountAsync(cancel);
        if (total == 0)
        {
            findings.Unknown(Name, Title, "Aucun envoi des 7 derniers jours n'a dépassé le temps d'attente.");
            return;
        }

        var silent = await ripe.CountAsync(s => !received.Any(m => m.SendingId == s.Id && m.Outcome == InboundOutcome.Applied), cancel);
        var unasked = await ripe.CountAsync(s => !s.ReportsAsked, cancel);
        var found = $"{silent} des {Said.Count(total, "courrier")} remis au relais en 7 jours sont sans rapport ({(int)(100L * silent / total)} %).";
        if (total >= FewSendings && silent * 2 > total)
            findings.Warn(Name, Title, found, unasked == total ? "Le relais ne prend pas les demandes de rapport. Voir docs/operate/mail.md." : "Vérifiez que le relais n'offre pas DSN aux serveurs distants (smtp_discard_ehlo_keywords = dsn) et que les rapports arrivent à l'écoute. Voir docs/operate/mail.md.");
        else
            findings.Ok(Name, Title, found);
    }

    /// <summary>What an administrator may know of: what came to the organisation's sendings, and to nobody's.</summary>
    internal static IQueryable<InboundMessage> Known(IQueryable<InboundMessage> messages, Caller? caller, IQueryable<Sending> own) =>
        caller is null ? messages : messages.Where(m => m.SendingId == null || own.Any(s => s.Id == m.SendingId));
}
