using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Tracking.Inbox;

namespace Vaguemestre.Core.Tracking.Notifying;

/// <summary>A consultation that an agent follows or muted (<see cref="ConsultationChoice.Pace"/>).</summary>
public sealed record ChosenConsultation(string Reference, string Title, NoticePace Pace);

/// <summary>While an agent is away, its news goes to the substitute.</summary>
/// <param name="From">First day, in Paris.</param>
/// <param name="Until">Last day, in Paris.</param>
public sealed record Absence(DateOnly From, DateOnly Until, Colleague Substitute);

/// <summary>What an agent chose.</summary>
/// <param name="Absence">Now or to come; null without one.</param>
/// <param name="Consultations">The first <see cref="ReadNotices.MostConsultations"/> by reference.</param>
public sealed record NoticeChoices(NoticePaces Paces, Absence? Absence, IReadOnlyList<ChosenConsultation> Consultations);

/// <summary>The caller's own choices. For agents: a program has no mailbox.</summary>
public sealed class ReadNotices(VaguemestreDb db, TimeProvider clock)
{
    public const int MostConsultations = 500;

    public async Task<NoticeChoices> RunAsync(Caller caller, CancellationToken cancel)
    {
        var me = caller.OwnerId;
        var chosen = await db.AgentNotices.AsNoTracking().SingleOrDefaultAsync(n => n.AgentId == me, cancel);
        var consultations = await db.ConsultationChoices.Where(c => c.AgentId == me && c.OrganisationId == caller.OrganisationId)
            .Join(db.Consultations, c => c.ConsultationId, k => k.Id, (c, k) => new { c.Pace, k.Reference, k.Title })
            .OrderBy(c => c.Reference).Take(MostConsultations).Select(c => new ChosenConsultation(c.Reference, c.Title, c.Pace)).ToListAsync(cancel);
        return new NoticeChoices(chosen?.Paces ?? AgentNotices.Defaults, await AbsenceAsync(chosen, cancel), consultations);
    }

    /// <summary>What the caller chose for one consultation; null for no choice.</summary>
    public Task<NoticePace?> OfConsultationAsync(Caller caller, Guid consultationId, CancellationToken cancel)
    {
        var me = caller.OwnerId;
        return db.ConsultationChoices.Where(c => c.AgentId == me && c.ConsultationId == consultationId).Select(c => (NoticePace?)c.Pace).SingleOrDefaultAsync(cancel);
    }

    private async Task<Absence?> AbsenceAsync(AgentNotices? chosen, CancellationToken cancel)
    {
        if (chosen is not { AbsentFrom: { } from, AbsentUntil: { } until, SubstituteId: { } id } || until <= clock.GetUtcNow())
            return null;
        var substitute = await db.Agents.Where(a => a.Id == id).Select(a => new Colleague(a.Id, a.Name)).SingleAsync(cancel);
        return new Absence(DayOf(from), DayOf(until).AddDays(-1), substitute);
    }

    private static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(ParisTime.Of(instant).DateTime);
}

/// <summary>Sets how soon the caller is told of each kind.</summary>
public sealed class ChooseNotices(VaguemestreDb db)
{
    public Task<Result<NoticePaces>> RunAsync(Caller caller, NoticePaces paces, CancellationToken cancel) => db.WriteAsync<NoticePaces>(
        async () =>
        {
            (await OfAsync(db, caller, cancel)).Choose(paces);
            return paces;
        },
        cancel);

    /// <summary>The caller's row, made where there is none. Whoever tells it something waits meanwhile.</summary>
    internal static async Task<AgentNotices> OfAsync(VaguemestreDb db, Caller caller, CancellationToken cancel)
    {
        var me = caller.OwnerId;
        await db.LockAsync<Agent>(me, cancel);
        if (await db.AgentNotices.SingleOrDefaultAsync(n => n.AgentId == me, cancel) is { } found)
            return found;
        var made = new AgentNotices { AgentId = me, OrganisationId = caller.OrganisationId };
        db.AgentNotices.Add(made);
        return made;
    }
}

/// <summary>Says when the caller is away and who is told meanwhile; or that it is not.</summary>
public sealed class SetAbsence(VaguemestreDb db, TimeProvider clock)
{
    private const int LongestDays = 366;

    /// <param name="from">First day, in Paris.</param>
    /// <param name="until">Last day, in Paris.</param>
    /// <param name="substituteId">A colleague.</param>
    /// <returns>Who stands in; or <c>invalid</c> on <c>from</c>, <c>until</c>, <c>substitute</c>.</returns>
    public Task<Result<Colleague>> RunAsync(Caller caller, DateOnly? from, DateOnly? until, Guid? substituteId, CancellationToken cancel) => db.WriteAsync<Colleague>(
        async () =>
        {
            var errors = Faults(from, until).ToList();
            var me = caller.OwnerId;
            var substitute = await db.Agents.Where(a => a.Id == substituteId && a.OrganisationId == caller.OrganisationId && a.Id != me).Select(a => new Colleague(a.Id, a.Name)).SingleOrDefaultAsync(cancel);
            if (substitute is null)
                errors.Add(new FieldError("substitute", "Choisissez le collègue qui recevra vos notifications."));
            if (errors.Count > 0)
                return Problem.Invalid(errors);
            (await ChooseNotices.OfAsync(db, caller, cancel)).Away(ParisTime.From(from!.Value.ToDateTime(TimeOnly.MinValue)), ParisTime.From(until!.Value.AddDays(1).ToDateTime(TimeOnly.MinValue)), substitute!.Id);
            return substitute;
        },
        cancel);

    /// <summary>The caller is there again.</summary>
    public Task<Result<bool>> EndAsync(Caller caller, CancellationToken cancel) => db.WriteAsync<bool>(
        async () =>
        {
            (await ChooseNotices.OfAsync(db, caller, cancel)).Away(null, null, null);
            return true;
        },
        cancel);

    private IEnumerable<FieldError> Faults(DateOnly? from, DateOnly? until)
    {
        var today = DateOnly.FromDateTime(ParisTime.Of(clock.GetUtcNow()).DateTime);
        if (from is null)
            yield return new FieldError("from", "Indiquez le premier jour de votre absence.");
        else if (from > today.AddDays(LongestDays))
            yield return new FieldError("from", "Le premier jour est à plus d’un an. Choisissez une date plus proche.");
        else if (from < today.AddDays(-LongestDays))
            yield return new FieldError("from", "Le premier jour est passé depuis plus d’un an. Choisissez une date plus récente.");
        if (until is null)
            yield return new FieldError("until", "Indiquez le dernier jour de votre absence.");
        else if (until < today)
            yield return new FieldError("until", "Le dernier jour est passé. Choisissez aujourd’hui ou un jour à venir.");
        else if (until < from)
            yield return new FieldError("until", "Le dernier jour précède le premier. Choisissez le même jour ou un jour suivant.");
        else if (until.Value.DayNumber - (from ?? today).DayNumber > LongestDays)
            yield return new FieldError("until", "Une absence dure un an au plus. Choisissez un dernier jour plus proche.");
    }
}

/// <summary>Follows a consultation of the caller's organisation, mutes it, or neither.</summary>
public sealed class ChooseConsultation(VaguemestreDb db)
{
    /// <param name="caller">An agent.</param>
    /// <param name="reference">Of the consultation.</param>
    /// <param name="pace">None: nothing of it is told; else all of it, at most so soon; null: as without a choice.</param>
    /// <param name="cancel">The caller went away.</param>
    /// <returns>The consultation; or <c>consultation-not-found</c>, <c>too-many-consultations</c>.</returns>
    public Task<Result<Consultation>> RunAsync(Caller caller, string reference, NoticePace? pace, CancellationToken cancel) => db.WriteAsync<Consultation>(
        async () =>
        {
            var found = await new FindConsultation(db).RunAsync(caller, reference, cancel);
            if (!found.Succeeded)
                return found.Problem!;
            var (me, consultation) = (caller.OwnerId, found.Value);
            await db.LockAsync<Agent>(me, cancel);
            var chosen = await db.ConsultationChoices.SingleOrDefaultAsync(c => c.AgentId == me && c.ConsultationId == consultation.Id, cancel);
            if (chosen is not null && pace is null)
                db.ConsultationChoices.Remove(chosen);
            else if (chosen is not null && pace is { } changed)
                chosen.Pace = changed;
            else if (pace is not null && await db.ConsultationChoices.CountAsync(c => c.AgentId == me, cancel) >= ReadNotices.MostConsultations)
                return Problem.Conflict("too-many-consultations", $"Vous avez déjà choisi {ReadNotices.MostConsultations} consultations. Retirez-en une d’abord.");
            else if (pace is { } first)
                db.ConsultationChoices.Add(new ConsultationChoice { AgentId = me, ConsultationId = consultation.Id, OrganisationId = caller.OrganisationId, Pace = first });
            return consultation;
        },
        cancel);
}
