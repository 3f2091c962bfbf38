using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>A letter begins with its type, which makes a draft from the type's template.</summary>
public sealed class NewModel(FindConsultation find, ReadTemplates templates, CreateDraft create, Settings settings) : PageModel
{
    public Consultation Consultation { get; private set; } = null!;

    /// <summary>The organisation's, in the order of the types.</summary>
    public IReadOnlyList<LetterTemplate> Templates { get; private set; } = [];

    private bool IsHistorique => Consultation.EditionBy(settings) == Edition.Historique;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) =>
        !await LoadAsync(cancel) ? NotFound() : IsHistorique ? LocalRedirect(Links.NewMessage(Consultation.Reference)) : Page();

    public async Task<IActionResult> OnPostAsync(LetterType? type, CancellationToken cancel)
    {
        if (!await LoadAsync(cancel))
            return NotFound();
        if (IsHistorique)
            return LocalRedirect(Links.NewMessage(Consultation.Reference));
        if (type is null)
        {
            ModelState.Clear();
            ModelState.AddModelError("", "Choisissez un type de courrier.");
        }

        if (ModelState.IsValid)
        {
            var made = await create.RunAsync(HttpContext.Caller(), Consultation.Reference, new DraftInput { Type = type }, cancel);
            if (made.Succeeded)
                return LocalRedirect(Links.Letter(made.Value.Id));
            ModelState.Add(made.Problem!, _ => "");
        }

        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task<bool> LoadAsync(CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), HttpContext.Reference(), cancel);
        if (!found.Succeeded)
            return false;
        Consultation = found.Value;
        Templates = [.. (await templates.RunAsync(HttpContext.Caller(), cancel)).Select(s => s.Template)];
        return true;
    }
}
