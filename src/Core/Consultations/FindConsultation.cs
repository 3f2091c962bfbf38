using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Consultations;

/// <summary>A consultation of the caller's organisation, by its reference.</summary>
public sealed class FindConsultation(VaguemestreDb db)
{
    /// <summary>Nothing new is written in it: no date could be entered for that any more.</summary>
    internal static Problem Erased { get; } = Problem.Conflict(
        "already-purged", "Les courriers de cette consultation ont été effacés à la fin de leur durée de conservation : plus rien ne s’y écrit. Créez une autre consultation.");

    public async Task<Result<Consultation>> RunAsync(Caller caller, string reference, CancellationToken cancel) =>
        Found(SoundText.CanBeKept(reference) ? await ToRead(db, caller.OrganisationId, reference, cancel) : null);

    /// <summary>The same where what is written will refer to it.</summary>
    internal async Task<Result<Consultation>> ToWriteInAsync(Caller caller, string reference, CancellationToken cancel) =>
        Found(SoundText.CanBeKept(reference) ? await db.Consultations.SingleOrDefaultAsync(c => c.OrganisationId == caller.OrganisationId && c.Reference == reference, cancel) : null);

    private static Result<Consultation> Found(Consultation? found) => found is null ? Problem.NotFound("consultation-not-found", "Cette consultation n'existe pas.") : found;

    private static readonly Func<VaguemestreDb, Guid, string, CancellationToken, Task<Consultation?>> ToRead = CompiledQuery.Of((VaguemestreDb db, Guid organisation, string reference, CancellationToken cancel) =>
        db.Consultations.AsNoTracking().SingleOrDefault(c => c.OrganisationId == organisation && c.Reference == reference));
}
