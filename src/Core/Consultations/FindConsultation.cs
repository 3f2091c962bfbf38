using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Consultations;

/// <summary>A consultation of the caller's organisation, by its reference.</summary>
public sealed class FindConsultation(VaguemestreDb db)
{
    public async Task<Result<Consultation>> RunAsync(Caller caller, string reference, CancellationToken cancel) =>
        SoundText.CanBeKept(reference) && await db.Consultations.SingleOrDefaultAsync(c => c.OrganisationId == caller.OrganisationId && c.Reference == reference, cancel) is { } found
            ? found
            : Problem.NotFound("consultation-not-found", "Cette consultation n'existe pas.");
}
