using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Tracking.Inbox;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>Gives a conversation to somebody and says whether it is done, from any page that shows it; then goes back there.</summary>
public sealed class HandlingModel(AssignConversation assign, MarkDone markDone) : PageModel
{
    [FromRoute]
    public Guid Id { get; set; }

    public IActionResult OnGet() => Redirect(Links.Conversation(Id));

    /// <param name="agent">Nothing: nobody.</param>
    /// <param name="back">The page it was pressed on.</param>
    /// <param name="cancel">The browser went away.</param>
    public async Task<IActionResult> OnPostAssignAsync(Guid? agent, string? back, CancellationToken cancel)
    {
        if (!ModelState.IsValid)
            return NotFound();
        var assigned = await assign.RunAsync(HttpContext.Caller(), Id, agent, cancel);
        if (!assigned.Succeeded)
            return NotFound();
        TempData.Flash(
            assigned.Value is not { } colleague ? "L’échange n’est plus attribué."
            : colleague.Id == HttpContext.Caller().OwnerId ? "L’échange vous est attribué."
            : $"L’échange est attribué à {colleague.Name}.");
        return Back(back);
    }

    /// <param name="done">Nothing is left to do; or something is.</param>
    /// <param name="seen">The last event that the page showed, as ticks of UTC.</param>
    /// <param name="back">The page it was pressed on.</param>
    /// <param name="cancel">The browser went away.</param>
    public async Task<IActionResult> OnPostDoneAsync(bool done, long? seen, string? back, CancellationToken cancel)
    {
        if (!ModelState.IsValid || seen < 0 || seen > DateTimeOffset.MaxValue.UtcTicks)
            return NotFound();
        var marked = await markDone.RunAsync(HttpContext.Caller(), Id, done, seen is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null, cancel);
        if (marked.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        if (marked.Problem is { } problem)
            TempData.Flash(problem.Message, "warning");
        else if (marked.Value)
            TempData.Flash("L’échange est traité. Il revient dans votre réception si une réponse ou un échec de remise arrive.", undo: $"{Links.Handling(Id, "Done")}&done=false&back={Uri.EscapeDataString(back ?? "")}");
        else
            TempData.Flash("L’échange est à traiter.");
        return Back(back);
    }

    private IActionResult Back(string? back) => Url.IsLocalUrl(back) ? LocalRedirect(back) : Redirect(Links.Conversation(Id));
}
