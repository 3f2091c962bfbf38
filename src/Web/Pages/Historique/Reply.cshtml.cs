using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Historique;

/// <summary>A reply by itself. Reading it opens nothing: the messagerie historique knows no status of a reply.</summary>
public sealed class ReplyModel(ReadMessageReply read, Settings settings) : PageModel
{
    public Reply Reply { get; private set; } = null!;

    public EditionBar Bar => new(Reply.Conversation!.Letter!.Consultation!, settings.Messaging.V2From);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        var found = await read.RunAsync(HttpContext.Caller(), id, cancel);
        if (!found.Succeeded)
            return NotFound();
        Reply = found.Value;
        return Page();
    }
}
