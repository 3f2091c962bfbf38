using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Files;

namespace Vaguemestre.Core.Delivery.Examining;

/// <summary>
/// Looks at everything that letters and reports need on their way: relay, return path, DNS, outbox, database, disk. Sends no mail and
/// changes nothing. It opens connections: for a person who asks, not for a page that is merely looked at.
/// </summary>
public sealed class ExamineCarriage(VaguemestreDb db, ExamineOutbox outbox, OutsideExamination outside, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), SealedWithin = TimeSpan.FromMinutes(15), CommittedLate = TimeSpan.FromDays(2);

    /// <param name="caller">An administrator, who gets the organisation's figures; null for the operator, who gets the platform's. Problem <c>administrator-only</c>.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The checks, in the order of their groups.</returns>
    public async Task<Result<Examination>> RunAsync(Caller? caller, CancellationToken cancel)
    {
        if (caller is { IsAdministrator: false })
            return ReturnedProblems.AdministratorOnly;
        var asked = outside.AskAsync(cancel);
        var within = await WithinAsync(caller, cancel);
        return new Examination(clock.Now(), [.. (await asked).Checks.Concat(within).OrderBy(c => c.Group)]);
    }

    private async Task<IReadOnlyList<Check>> WithinAsync(Caller? caller, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        var findings = new Findings(CheckGroup.Host);
        try
        {
            return await IsCurrentAsync(findings, limit.Token) ? [.. findings.Checks, .. (await outbox.RunAsync(caller, limit.Token)).Value.Checks] : findings.Checks;
        }
        catch (Exception fault) when (fault is DbException or InvalidOperationException or TimeoutException || (fault is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            findings.Fail("database", "Base de données", $"La base ne répond pas : {fault.GetBaseException().Message}", "Vérifiez Database:Provider et Database:ConnectionString, et que le serveur tourne.");
            return findings.Checks;
        }
    }

    private async Task<bool> IsCurrentAsync(Findings findings, CancellationToken cancel)
    {
        var pending = (await db.Database.GetPendingMigrationsAsync(cancel)).Count();
        if (pending > 0)
        {
            findings.Fail("schema", "Schéma de la base", $"Il manque {Said.Count(pending, "migration")}.", "Tapez : vaguemestre migrate");
            return false;
        }

        findings.Ok("schema", "Schéma de la base", "La base répond et son schéma est à jour.");
        if (await db.MissingTriggersAsync(cancel) is { Count: > 0 } missing)
            findings.Fail("journal-guards", "Protection du journal", $"Il manque les déclencheurs {string.Join(", ", missing)}.", "Restaurez-les : sans eux, des faits peuvent être changés.");
        else
            findings.Ok("journal-guards", "Protection du journal", "Les déclencheurs qui interdisent d'en changer les faits sont en place.");
        await SealingAsync(findings, cancel);
        await WaitingFilesAsync(findings, cancel);
        return true;
    }

    private async Task WaitingFilesAsync(Findings findings, CancellationToken cancel)
    {
        if (await db.Files.CountAsync(f => f.Scan == FileScan.Waiting, cancel) is > 0 and var waiting)
            findings.Warn("files-waiting", "Fichiers en attente d'analyse", $"{Said.Count(waiting, "fichier")} : l'antivirus ne les a pas encore vus, et rien ne part avec eux.", "Vérifiez que clamd répond et qu'un processus de rôle worker tourne.");
    }

    /// <summary>
    /// A fact is sealed within minutes; one that is not waits for the timestamp authority, or for a worker. Facts are sealed the oldest first: those
    /// that wait are looked for from the last seal on, however long ago that was made, and not through a journal of years.
    /// </summary>
    private async Task SealingAsync(Findings findings, CancellationToken cancel)
    {
        var lastSealed = await db.SealedFacts.Where(s => s.Leaf == 0 && s.SealNumber == db.Seals.Max(l => l.Number))
            .Join(db.Facts, s => s.FactId, f => f.Id, (_, f) => (DateTimeOffset?)f.At).FirstOrDefaultAsync(cancel);
        var oldest = await db.UnsealedFacts(lastSealed - CommittedLate, 1).AsNoTracking().OrderBy(f => f.Id).FirstOrDefaultAsync(cancel);
        if (oldest is null || clock.Now() - oldest.At < SealedWithin)
            findings.Ok("sealing", "Scellement du journal", "Les faits sont scellés et horodatés à mesure.");
        else
            findings.Warn("sealing", "Scellement du journal", $"Des faits attendent leur horodatage depuis le {ParisTime.Text(oldest.At)}.", "Vérifiez Timestamping:Url et qu'un processus de rôle worker tourne ; son journal dit pourquoi les faits attendent. Rien d'autre n'attend.");
    }
}
