using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Consultations;

/// <summary>The attestation of every letter sent in a consultation, as a download; its issuing is a fact.</summary>
public sealed class AttestationModel(IssueConsultationAttestation issue) : PageModel
{
    public string Reference => HttpContext.Reference();

    public Problem? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var issued = await issue.RunAsync(HttpContext.Caller(), Reference, cancel);
        if (issued.Succeeded)
            return File(issued.Value.Pdf, "application/pdf", issued.Value.FileName);
        if (issued.Problem!.Kind == ProblemKind.NotFound)
            return NotFound();
        Problem = issued.Problem;
        Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }
}
