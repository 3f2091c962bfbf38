using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Retention;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Administration;

/// <summary>How many years letters are kept, what is about to be erased, what is held.</summary>
public sealed class RetentionModel(ReadRetention read, ChooseRetention choose) : PageModel
{
    /// <summary>How far the list looks, ahead and back.</summary>
    public const int Months = 12;

    [BindProperty, Display(Name = "Fournitures ou services, en années")]
    public int? SuppliesAndServices { get; set; }

    [BindProperty, Display(Name = "Travaux, maîtrise d’œuvre ou contrôle technique, en années")]
    public int? Works { get; set; }

    public IReadOnlyList<RetentionView> Listed { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (!await ListAsync(cancel))
            return StatusCode(StatusCodes.Status403Forbidden);
        (SuppliesAndServices, Works) = (await read.YearsOfAsync(HttpContext.Caller(), RetentionKind.SuppliesAndServices, cancel), await read.YearsOfAsync(HttpContext.Caller(), RetentionKind.Works, cancel));
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (!await ListAsync(cancel))
            return StatusCode(StatusCodes.Status403Forbidden);
        if (!ModelState.IsValid)
            return Page();
        var chosen = await choose.RunAsync(HttpContext.Caller(), SuppliesAndServices, Works, cancel);
        if (!chosen.Succeeded)
        {
            ModelState.Add(chosen.Problem!, field => field == "works" ? nameof(Works) : nameof(SuppliesAndServices));
            return Page();
        }

        TempData.Flash("Les durées sont enregistrées.");
        return Redirect(Links.RetentionChoices);
    }

    private async Task<bool> ListAsync(CancellationToken cancel)
    {
        var listed = await read.ListAsync(HttpContext.Caller(), Months, cancel);
        if (listed.Succeeded)
            Listed = listed.Value;
        return listed.Succeeded;
    }
}
