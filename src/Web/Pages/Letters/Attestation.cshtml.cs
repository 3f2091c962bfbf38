using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>The attestation of a letter with all its recipients, or for one of them, as a download; its issuing is a fact.</summary>
public sealed class AttestationModel(IssueLetterAttestation issue) : AttestationAnswer
{
    [FromRoute]
    public Guid Id { get; set; }

    /// <param name="pour">The one conversation that is told whole; none tells all.</param>
    /// <param name="cancel">Ends the work.</param>
    public async Task<IActionResult> OnGetAsync(Guid? pour, CancellationToken cancel) => Answer(await issue.RunAsync(HttpContext.Caller(), Id, pour, cancel));
}
