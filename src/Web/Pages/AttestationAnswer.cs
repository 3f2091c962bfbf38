using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Evidence;

namespace Vaguemestre.Web.Pages;

/// <summary>A page that answers with an attestation as a download, and shows itself only to say why there is none.</summary>
public abstract class AttestationAnswer : PageModel
{
    public Problem? Problem { get; private set; }

    protected IActionResult Answer(Result<Attestation> issued)
    {
        if (issued.Succeeded)
            return File(issued.Value.Pdf, "application/pdf", issued.Value.FileName);
        if (issued.Problem!.Kind == ProblemKind.NotFound)
            return NotFound();
        Problem = issued.Problem;
        Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }
}
