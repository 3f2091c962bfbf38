using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>The company's copy of the receipt, as a download; before there is one, the way to the letter.</summary>
[PrivateLink]
public sealed class ReceiptCopyModel(CopyReceipt copy) : PageModel
{
    public async Task<IActionResult> OnGetAsync(string token, CancellationToken cancel)
    {
        var made = await copy.RunAsync(token, Localised.Language, cancel);
        if (made.Problem is { Kind: ProblemKind.Conflict })
            return Redirect(CompanyLinks.Letter(token));
        return made.Succeeded ? File(made.Value.Pdf, "application/pdf", made.Value.FileName) : UnknownLink.Answer(this);
    }
}
