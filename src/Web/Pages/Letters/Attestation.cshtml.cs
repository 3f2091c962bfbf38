using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>The attestation of a letter with all its recipients, or for one of them, as a download; its issuing is a fact.</summary>
public sealed class AttestationModel(IssueLetterAttestation issue) : PageModel
{
    [FromRoute]
    public Guid Id { get; set; }

    public Problem? Problem { get; private set; }

    /// <param name="pour">The one conversation that is told whole; none tells all.</param>
    /// <param name="cancel">Ends the work.</param>
    public async Task<IActionResult> OnGetAsync(Guid? pour, CancellationToken cancel)
    {
        var issued = await issue.RunAsync(HttpContext.Caller(), Id, pour, cancel);
        if (issued.Succeeded)
            return File(issued.Value.Pdf, "application/pdf", issued.Value.FileName);
        if (issued.Problem!.Kind == ProblemKind.NotFound)
            return NotFound();
        Problem = issued.Problem;
        Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }
}
