using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Historique;

/// <summary>
/// What the messagerie historique exchanged in a consultation whose date was corrected since, imported messages included: the follow-up of the other
/// edition has no line for a reply, nor for what was imported.
/// </summary>
public sealed class ListModel(FindConsultation find, ListMessages list, Settings settings) : PageModel
{
    private const int PageSize = 25;

    public MessagesView View { get; private set; } = null!;

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        var found = await find.RunAsync(caller, HttpContext.Reference(), cancel);
        if (!found.Succeeded)
            return NotFound();
        var consultation = found.Value;
        if (consultation.EditionBy(settings) == Edition.Historique)
            return LocalRedirect(Links.Follow(consultation.Reference));
        var here = Links.Messages(consultation.Reference);
        var lines = await list.RunAsync(caller, consultation, Cursor, PageSize, cancel, onlyHistorique: true);
        if (!lines.Succeeded)
            return LocalRedirect(here);
        View = new MessagesView(new EditionBar(consultation, settings.Messaging.V2From), lines.Value.Items, string.IsNullOrEmpty(Cursor) ? null : here, lines.Value.Next is { } next ? $"{here}?cursor={next}" : null);
        return Page();
    }
}
