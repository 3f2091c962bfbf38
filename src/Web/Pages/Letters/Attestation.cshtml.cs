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
    /// <param name="volume">Which volume of a large one, from one.</param>
    /// <param name="cancel">Ends the work.</param>
    public async Task<IActionResult> OnGetAsync(Guid? pour, int? volume, CancellationToken cancel) => Answer(await issue.RunAsync(HttpContext.Caller(), Id, pour, volume, cancel));
}
