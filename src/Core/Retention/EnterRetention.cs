using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Retention;

/// <summary>
/// Enters from which day, and by which rule, a consultation's letters are kept. The years are the organisation's of that moment. Entering what
/// stands is no fact.
/// </summary>
public sealed class EnterRetention(VaguemestreDb db, FindConsultation find, Journal.Journal journal)
{
    private const int FarthestYears = 50;

    /// <returns>What stands now; or <c>consultation-not-found</c>, <c>already-purged</c>, <c>invalid</c> at <c>kind</c> or <c>from</c>.</returns>
    public Task<Result<ConsultationRetention>> RunAsync(Caller caller, string reference, RetentionKind? kind, DateOnly? from, CancellationToken cancel) => db.WriteAsync<ConsultationRetention>(
        async () =>
        {
            var found = await RetentionRow.LockAsync(db, find, caller, reference, cancel);
            if (!found.Succeeded)
                return found.Problem!;
            var (consultation, retention) = found.Value;
            var errors = Check(consultation, kind, from).ToList();
            if (errors.Count > 0)
                return Problem.Invalid(errors);
            var years = RetentionYears.Of(kind!.Value, await db.Organisations.AsNoTracking().SingleAsync(o => o.Id == caller.OrganisationId, cancel));
            if (retention.Kind == kind && retention.From == from && retention.Years == years)
                return retention;
            retention.Enter(kind.Value, from!.Value, years);
            await journal.AppendAsync(consultation.Subject, FactKind.RetentionEntered, new RetentionWritten(kind.Value, from.Value, years, retention.Until!.Value, caller.Name), caller.Actor, cancel: cancel);
            return retention;
        },
        cancel);

    private static IEnumerable<FieldError> Check(Consultation consultation, RetentionKind? kind, DateOnly? from)
    {
        if (kind is not { } known || !Enum.IsDefined(known))
            yield return new FieldError("kind", "Choisissez la nature du marché : la durée de conservation en dépend.");
        var begun = DateOnly.FromDateTime(ParisTime.Of(consultation.InitialisedAt).DateTime);
        if (from is not { } day)
            yield return new FieldError("from", "Indiquez le jour à partir duquel la durée de conservation court.");
        else if (day < begun || day > begun.AddYears(FarthestYears))
            yield return new FieldError("from", $"Ce jour est antérieur à la création de la consultation, ou postérieur de plus de {FarthestYears} ans : corrigez l’année.");
    }
}

/// <summary>
/// Holds what a consultation's letters are, whatever the end of their retention: a litigation, an audit; or lifts the hold. For administrators.
/// What is erased already stays so.
/// </summary>
public sealed class HoldConsultation(VaguemestreDb db, FindConsultation find, Journal.Journal journal, TimeProvider clock)
{
    public const int LongestReason = 500;

    internal static Problem AdministratorOnly { get; } =
        Problem.Forbidden("administrator-only", "Seul un administrateur de votre organisation peut régler la conservation, suspendre un effacement ou lever cette suspension. Adressez-lui votre demande.");

    /// <param name="hold">False lifts it.</param>
    /// <returns>What stands now; or <c>administrator-only</c>, <c>consultation-not-found</c>, <c>already-purged</c>, <c>invalid</c> at <c>reason</c>.</returns>
    public async Task<Result<ConsultationRetention>> RunAsync(Caller caller, string reference, bool hold, string? reason, CancellationToken cancel) => caller.IsAdministrator
        ? await db.WriteAsync<ConsultationRetention>(
            async () =>
            {
                var found = await RetentionRow.LockAsync(db, find, caller, reference, cancel);
                if (!found.Succeeded)
                    return found.Problem!;
                var (consultation, retention) = found.Value;
                if (string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason || !SoundText.CanBeKept(reason))
                    return Problem.Invalid("reason", $"Indiquez le motif, en {LongestReason} caractères au plus : il est inscrit au journal.");
                if (hold == retention.HeldSince is not null)
                    return retention;
                if (hold)
                    retention.Hold(reason, caller.Name, clock.Now());
                else
                    retention.LiftHold();
                await journal.AppendAsync(consultation.Subject, hold ? FactKind.HoldSet : FactKind.HoldLifted, new HoldWritten(reason, caller.Name), caller.Actor, cancel: cancel);
                return retention;
            },
            cancel)
        : AdministratorOnly;
}

/// <summary>Chooses how many years an organisation keeps each kind, from now on: dates entered before keep theirs. For administrators.</summary>
public sealed class ChooseRetention(VaguemestreDb db, Journal.Journal journal)
{
    /// <param name="caller">An administrator.</param>
    /// <param name="suppliesAndServices">Years; null: what the law asks for at least.</param>
    /// <param name="works">The same for works.</param>
    /// <param name="cancel">Stops the operation.</param>
    public async Task<Result<bool>> RunAsync(Caller caller, int? suppliesAndServices, int? works, CancellationToken cancel)
    {
        if (!caller.IsAdministrator)
            return HoldConsultation.AdministratorOnly;
        FieldError[] errors = [.. Check("suppliesAndServices", RetentionKind.SuppliesAndServices, suppliesAndServices), .. Check("works", RetentionKind.Works, works)];
        return errors.Length > 0 ? Problem.Invalid(errors) : await db.WriteAsync<bool>(
            async () =>
            {
                await db.LockAsync<Organisation>(caller.OrganisationId, cancel);
                var organisation = await db.Organisations.SingleAsync(o => o.Id == caller.OrganisationId, cancel);
                if ((organisation.RetentionYears, organisation.WorksRetentionYears) == (suppliesAndServices, works))
                    return true;
                (organisation.RetentionYears, organisation.WorksRetentionYears) = (suppliesAndServices, works);
                await journal.AppendAsync(organisation.JournalSubject, FactKind.RetentionChanged, new RetentionChosen(suppliesAndServices, works, caller.Name), caller.Actor, cancel: cancel);
                return true;
            },
            cancel);
    }

    private static IEnumerable<FieldError> Check(string field, RetentionKind kind, int? years)
    {
        if (years is { } given && (given < RetentionYears.LeastOf(kind) || given > RetentionYears.Most))
            yield return new FieldError(field, $"De {RetentionYears.LeastOf(kind)} ans, minimum légal, à {RetentionYears.Most} ans.");
    }
}

internal static class RetentionRow
{
    /// <summary>The row, made where there is none; the consultation is held until the caller's transaction ends.</summary>
    public static async Task<Result<(Consultation Consultation, ConsultationRetention Retention)>> LockAsync(VaguemestreDb db, FindConsultation find, Caller caller, string reference, CancellationToken cancel)
    {
        var found = await find.RunAsync(caller, reference, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        await db.LockAsync<Consultation>(found.Value.Id, cancel);
        var retention = await db.Retentions.SingleOrDefaultAsync(r => r.ConsultationId == found.Value.Id, cancel);
        if (retention is null)
        {
            retention = new ConsultationRetention { ConsultationId = found.Value.Id, OrganisationId = caller.OrganisationId };
            db.Retentions.Add(retention);
        }

        return retention.PurgedAt is null ? (found.Value, retention)
            : Problem.Conflict("already-purged", "Les courriers de cette consultation ont été effacés à la fin de leur durée de conservation : il n’y a plus rien à régler.");
    }
}
