using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Historique;

/// <summary>A message of the messagerie historique as it was sent, who acknowledged its receipt, and its replies. Nothing of its delivery.</summary>
public sealed class MessageModel(ReadMessage read, FindMessage find, ReadAnswersByMail readAnswers, Settings settings) : PageModel
{
    public SentMessage Sent { get; private set; } = null!;

    public IReadOnlyList<AnswerByMail> AnswersByMail { get; private set; } = [];

    public EditionBar Bar => new(Sent.Letter.Consultation!, settings.Messaging.V2From);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        if (await find.RunAsync(caller, id, cancel) is { Sent: false })
            return LocalRedirect(Links.SendMessage(id));
        var found = await read.RunAsync(caller, id, cancel);
        if (!found.Succeeded)
            return NotFound();
        Sent = found.Value;
        AnswersByMail = await readAnswers.OfLetterAsync(caller, id, cancel);
        return Page();
    }
}
