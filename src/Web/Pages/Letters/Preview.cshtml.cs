using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>A draft as its recipient will get it: the mail, and for a tracked letter the page behind its link.</summary>
public sealed class PreviewModel(FindLetter find, LetterMail mails, TimeProvider clock) : PageModel
{
    public Letter Letter { get; private set; } = null!;

    public DraftForRecipient Draft { get; private set; } = null!;

    public OutgoingMail Mail { get; private set; } = null!;

    public string Organisation => HttpContext.OrganisationName();

    /// <summary>Nobody is chosen yet: the mail is made out to an example.</summary>
    public bool IsExample => Letter.Recipients.Count == 0;

    public IReadOnlyList<string> Unfilled { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), id, cancel);
        if (!found.Succeeded)
            return NotFound();
        Letter = found.Value;
        if (Letter.State == LetterState.Sent)
            return LocalRedirect(Links.Letter(id));
        var now = clock.GetUtcNow();
        Draft = Letter.Recipients.FirstOrDefault() is { } first
            ? DraftForRecipient.Of(Letter, first, Organisation, now)
            : DraftForRecipient.Example(Letter, new RecipientInput("contact@entreprise.example", null, "Nom de l’entreprise"), Organisation, now);
        Mail = mails.Preview(Draft, Organisation, now);
        Unfilled = Blanks.In(Letter);
        return Page();
    }
}
