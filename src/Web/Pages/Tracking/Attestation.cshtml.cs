using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>The « Attestation des échanges » of a conversation, as a download; its issuing is a fact.</summary>
public sealed class AttestationModel(IssueAttestation issue) : PageModel
{
    [FromRoute]
    public Guid Id { get; set; }

    public Problem? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var issued = await issue.RunAsync(HttpContext.Caller(), Id, cancel);
        if (issued.Succeeded)
            return File(issued.Value.Pdf, "application/pdf", issued.Value.FileName);
        if (issued.Problem!.Kind == ProblemKind.NotFound)
            return NotFound();
        Problem = issued.Problem;
        Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }
}
