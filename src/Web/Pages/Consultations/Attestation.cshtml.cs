using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Consultations;

/// <summary>The attestation of every letter sent in a consultation, as a download; its issuing is a fact.</summary>
public sealed class AttestationModel(IssueConsultationAttestation issue) : AttestationAnswer
{
    public string Reference => HttpContext.Reference();

    /// <param name="volume">Which volume of a large one, from one.</param>
    /// <param name="cancel">Ends the work.</param>
    public async Task<IActionResult> OnGetAsync(int? volume, CancellationToken cancel) => Answer(await issue.RunAsync(HttpContext.Caller(), Reference, volume, cancel));
}
