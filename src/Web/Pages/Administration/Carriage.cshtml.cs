using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Examining;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Administration;

/// <summary>
/// How letters fare: the figures of the organisation's outbox and what came back. Looking reads the database alone; the button
/// « Vérifier maintenant » opens connections to the relay, the listener and DNS, and shows what came of it.
/// </summary>
public sealed class CarriageModel(ExamineCarriage examine, ExamineOutbox figures, OutsideExamination outside, ReadReturned returned) : PageModel
{
    public IReadOnlyList<Check> Checks { get; private set; } = [];

    /// <summary>When relay, listener and DNS were looked at; null when they were not since this process started.</summary>
    public DateTimeOffset? LookedAt { get; private set; }

    public ReturnedMessages Returned { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var read = await figures.RunAsync(HttpContext.Caller(), cancel);
        return read.Succeeded ? await ShowAsync([.. outside.Latest?.Checks ?? [], .. read.Value.Checks], cancel) : Refused(read.Problem!);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        var examined = await examine.RunAsync(HttpContext.Caller(), cancel);
        return examined.Succeeded ? await ShowAsync(examined.Value.Checks, cancel) : Refused(examined.Problem!);
    }

    private async Task<IActionResult> ShowAsync(IEnumerable<Check> checks, CancellationToken cancel)
    {
        var read = await returned.RunAsync(HttpContext.Caller(), cancel);
        if (!read.Succeeded)
            return Refused(read.Problem!);
        (Checks, LookedAt, Returned) = ([.. checks.OrderBy(c => c.Group)], outside.Latest?.At, read.Value);
        return Page();
    }

    private StatusCodeResult Refused(Problem problem) => StatusCode(problem.Kind == ProblemKind.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound);
}
