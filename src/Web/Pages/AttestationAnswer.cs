using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Evidence;

namespace Vaguemestre.Web.Pages;

/// <summary>A page that answers with an attestation as a download, and shows itself only to offer its volumes, or to say why there is none.</summary>
public abstract class AttestationAnswer : PageModel
{
    /// <summary>Why there is none; null where there are volumes to choose from.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Null where it is not told in volumes.</summary>
    public AttestationInVolumes? Volumes { get; private set; }

    protected IActionResult Answer(Result<Attestation> issued)
    {
        if (issued.Succeeded)
            return File(issued.Value.Pdf, "application/pdf", issued.Value.FileName);
        if (issued.Problem!.Kind == ProblemKind.NotFound)
            return NotFound();
        Volumes = issued.Problem as AttestationInVolumes;
        if (Volumes is null)
        {
            Refusal = issued.Problem.Errors.Select(e => e.Message).FirstOrDefault(issued.Problem.Message);
            Response.StatusCode = issued.Problem.Kind == ProblemKind.Invalid ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status409Conflict;
        }

        return Page();
    }
}
