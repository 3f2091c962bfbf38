using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters.Historique;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Historique;

/// <summary>An imported message: what the import says of it, and that nobody here saw it.</summary>
public sealed class ImportedModel(ReadImportedMessage read, Settings settings) : PageModel
{
    public ImportedMessage Message { get; private set; } = null!;

    /// <summary>The imported message that it answers; null where it answers none that is here.</summary>
    public ImportedMessage? Answers { get; private set; }

    public EditionBar Bar => new(Message.Consultation!, settings.Messaging.V2From);

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        var found = await read.RunAsync(HttpContext.Caller(), id, cancel);
        if (!found.Succeeded)
            return NotFound();
        Message = found.Value;
        Answers = Message.InReplyTo is { } source ? await read.BySourceAsync(Message.ConsultationId, source, cancel) : null;
        return Page();
    }
}
