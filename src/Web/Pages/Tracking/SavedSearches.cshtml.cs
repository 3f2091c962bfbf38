using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>The agent's saved searches, to be renamed or forgotten; from a consultation's follow-up, with the way back.</summary>
public sealed class SavedSearchesModel(ListSavedSearches list, RenameSearch rename, DeleteSearch delete) : PageModel
{
    public IReadOnlyList<SavedSearch> Searches { get; private set; } = [];

    /// <summary>The consultation that the agent comes from; null for none.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Reference { get; set; }

    /// <summary>New names, by the search.</summary>
    [BindProperty]
    public Dictionary<Guid, string?> Names { get; set; } = [];

    public async Task OnGetAsync(CancellationToken cancel) => Searches = await list.RunAsync(HttpContext.Caller(), cancel);

    public async Task<IActionResult> OnPostRenameAsync(Guid search, CancellationToken cancel)
    {
        var renamed = await rename.RunAsync(HttpContext.Caller(), search, Names.GetValueOrDefault(search), cancel);
        if (renamed.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        if (renamed.Succeeded)
        {
            TempData.Flash($"La recherche s’appelle maintenant « {renamed.Value.Name} ».");
            return LocalRedirect(Links.SavedSearches(Reference));
        }

        ModelState.Add(renamed.Problem!, _ => $"Names[{search}]");
        await OnGetAsync(cancel);
        return Page();
    }

    public async Task<IActionResult> OnPostDeleteAsync(Guid search, CancellationToken cancel)
    {
        var gone = await delete.RunAsync(HttpContext.Caller(), search, cancel);
        if (!gone.Succeeded)
            return NotFound();
        TempData.Flash($"La recherche « {gone.Value} » est supprimée.");
        return LocalRedirect(Links.SavedSearches(Reference));
    }

    /// <summary>Where the forms of a search go.</summary>
    public string Post(string handler, Guid search)
    {
        var page = Links.SavedSearches(Reference);
        return $"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}handler={handler}&search={search}";
    }
}
