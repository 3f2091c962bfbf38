using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>Brings a deleted draft back.</summary>
public sealed class RestoreModel(RestoreDraft restore) : PageModel
{
    public IActionResult OnGet() => NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        var restored = await restore.RunAsync(HttpContext.Caller(), id, cancel);
        if (!restored.Succeeded)
            return NotFound();
        TempData.Flash("Le brouillon est rétabli.");
        return LocalRedirect(Links.Letter(id));
    }
}
