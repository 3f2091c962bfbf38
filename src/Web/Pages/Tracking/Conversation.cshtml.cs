using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>One conversation: the letter as it was sent, the replies, and every fact beside them.</summary>
public sealed class ConversationModel(ReadConversation read, OpenReply open, SetFavourite favourite, ResendConversation resend, TimeProvider clock) : PageModel
{
    [FromRoute]
    public Guid Id { get; set; }

    public ConversationDetail Detail { get; private set; } = null!;

    /// <summary>The deadline has passed and no reply came.</summary>
    public bool IsLate => Detail.Letter is { ReplyExpected: true, ReplyDue: { } due } && due < clock.GetUtcNow() && Detail.Replies.Count == 0;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var found = await read.RunAsync(HttpContext.Caller(), Id, cancel);
        if (!found.Succeeded)
            return NotFound();
        Detail = found.Value;
        return Page();
    }

    public async Task<IActionResult> OnPostOpenAsync(Guid reply, CancellationToken cancel) =>
        (await open.RunAsync(HttpContext.Caller(), Id, reply, cancel)).Succeeded ? Redirect($"{Links.Conversation(Id)}#reponse-{reply}") : NotFound();

    public async Task<IActionResult> OnPostStarAsync(bool on, CancellationToken cancel) =>
        (await favourite.RunAsync(HttpContext.Caller(), Id, on, cancel)).Succeeded ? Redirect(Links.Conversation(Id)) : NotFound();

    public async Task<IActionResult> OnPostResendAsync(CancellationToken cancel)
    {
        var sent = await resend.RunAsync(HttpContext.Caller(), Id, cancel);
        if (sent.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        TempData.Flash(sent.Problem?.Message ?? $"Le courrier est relancé à {sent.Value.Email}.", sent.Succeeded ? "success" : "failure");
        return Redirect(Links.Conversation(Id));
    }
}
