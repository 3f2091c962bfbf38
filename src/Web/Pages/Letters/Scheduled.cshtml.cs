using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>A draft that waits for its hour: to be taken back, or sent at once.</summary>
public sealed class ScheduledModel(FindLetter find, UnscheduleSending unschedule, SendLetter send) : PageModel
{
    public Letter Letter { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), id, cancel);
        if (!found.Succeeded)
            return NotFound();
        Letter = found.Value;
        return Letter.SendAt is null ? LocalRedirect(Links.Letter(id)) : Page();
    }

    public async Task<IActionResult> OnPostUnscheduleAsync(Guid id, CancellationToken cancel)
    {
        var done = await unschedule.RunAsync(HttpContext.Caller(), id, cancel);
        if (done.Succeeded)
            TempData.Flash("L’envoi programmé est annulé : le courrier est un brouillon.");
        return After(id, done);
    }

    public async Task<IActionResult> OnPostSendAsync(Guid id, CancellationToken cancel)
    {
        var sent = await send.RunAsync(HttpContext.Caller(), id, cancel);
        if (!sent.Succeeded)
            return After(id, sent);
        TempData.Flash($"Courrier envoyé à {French.Count(sent.Value.Recipients.Count, "destinataire")}.");
        return LocalRedirect(Links.Follow(sent.Value.Consultation!.Reference) + $"?envoi={id}");
    }

    private IActionResult After(Guid id, Result<Letter> done)
    {
        if (done.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        if (done.Problem is { } problem)
            TempData.Flash(problem.Errors is [var first, ..] ? first.Message : problem.Message, "failure");
        return LocalRedirect(Links.Letter(id));
    }
}
