using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Access;

/// <summary>Leaves. Only by a button: a link that somebody else wrote must not sign anybody out.</summary>
public sealed class SignOutModel : PageModel
{
    public IActionResult OnGet() => StatusCode(StatusCodes.Status405MethodNotAllowed);

    public async Task<IActionResult> OnPostAsync()
    {
        await HttpContext.SignOutAsync();
        TempData.Flash("Vous êtes déconnecté.");
        return LocalRedirect("/connexion");
    }
}
