using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>Invites a colleague to an opened letter, and lists those who are.</summary>
[PrivateLink]
public sealed class ReadersModel(FindVisit find, InviteReader invite) : PageModel
{
    [FromRoute]
    public string Token { get; set; } = "";

    [BindProperty]
    public string? Email { get; set; }

    public LetterVisit Visit { get; private set; } = null!;

    public bool IsFull => Visit.Readers.Count >= InviteReader.MostReaders;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => await ShowAsync(cancel);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        var invited = await invite.RunAsync(Token, Email, Localised.Language, cancel);
        if (invited.Succeeded)
        {
            TempData.Flash(Company.ReaderSent.With(invited.Value.Email));
            return Redirect(CompanyLinks.Readers(Token));
        }

        if (invited.Problem!.Errors.Count > 0)
            ModelState.AddTold(invited.Problem, _ => nameof(Email));
        return await ShowAsync(cancel);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancel)
    {
        var found = await find.RunAsync(Token, cancel);
        if (!found.Succeeded)
            return UnknownLink.Answer(this);
        if (!found.Value.Opened)
            return Redirect(CompanyLinks.Letter(Token));
        Visit = found.Value;
        if (!ModelState.IsValid)
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
