using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>The acknowledgement of a reply, as a download.</summary>
[PrivateLink]
public sealed class AcknowledgementCopyModel(CopyAcknowledgement copy) : PageModel
{
    public async Task<IActionResult> OnGetAsync(string token, Guid id, CancellationToken cancel)
    {
        var made = await copy.RunAsync(token, id, Localised.Language, cancel);
        return made.Succeeded ? File(made.Value.Pdf, "application/pdf", made.Value.FileName) : UnknownLink.Answer(this);
    }
}
