using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>The « Attestation des échanges » of a conversation, as a download; its issuing is a fact.</summary>
public sealed class AttestationModel(IssueAttestation issue) : AttestationAnswer
{
    [FromRoute]
    public Guid Id { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => Answer(await issue.RunAsync(HttpContext.Caller(), Id, cancel));
}
