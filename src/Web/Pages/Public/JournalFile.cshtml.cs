using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Evidence;

namespace Vaguemestre.Web.Pages.Public;

/// <summary>The seals of the journal for a program, signed; told in <c>docs/journal.md</c>.</summary>
public sealed class JournalFileModel(PublishJournal publish) : PageModel
{
    /// <summary>The seals after this number.</summary>
    [BindProperty(SupportsGet = true)]
    public int After { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) =>
        !ModelState.IsValid || After < 0 ? BadRequest("after: a whole number, 0 or more: the last seal that you have.")
        : await publish.RunAsync(After, cancel) is { } file ? File(file, "application/json") : NotFound();
}
