using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>The acknowledgement of a reply, with the five mentions: operator, buyer, title and subject, date and hour, list of files.</summary>
[PrivateLink]
public sealed class AcknowledgementModel(FindVisit find) : PageModel
{
    [FromRoute]
    public string Token { get; set; } = "";

    public LetterVisit Visit { get; private set; } = null!;

    public Reply Reply { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        var found = await find.RunAsync(Token, cancel);
        if (!found.Succeeded || found.Value.Replies.SingleOrDefault(r => r.Id == id) is not { } reply)
            return UnknownLink.Answer(this);
        (Visit, Reply) = (found.Value, reply);
        return Page();
    }
}
