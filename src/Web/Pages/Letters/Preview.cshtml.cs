using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Mail;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>A draft as any of its recipients will get it: the mail in both its parts, and the page behind its link. From here a test goes to oneself.</summary>
public sealed class PreviewModel(FindLetter find, LetterMail mails, SendTest test, TimeProvider clock) : PageModel
{
    private const int MostOptions = 300;

    public DraftForRecipient Draft { get; private set; } = null!;

    public Letter Letter => Draft.Letter;

    public OutgoingMail Mail { get; private set; } = null!;

    public string Organisation => HttpContext.OrganisationName();

    /// <summary>For whom; the first of the list when it is left out.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Destinataire { get; set; }

    /// <summary>Nobody is chosen yet: the mail is made out to an example.</summary>
    public bool IsExample => Letter.Recipients.Count == 0;

    public IReadOnlyList<string> Unfilled { get; private set; } = [];

    /// <summary>The recipients to choose from; of a long list, those around the one shown.</summary>
    public IEnumerable<Option> Options => Letter.Recipients.Skip(Math.Max(0, Place - (MostOptions / 2))).Take(MostOptions)
        .Select(r => new Option(r.Id.ToString(), DraftView.LabelOf(r) + (DraftView.LabelOf(r) == r.Email ? "" : $" ({r.Email})")));

    public string? PreviousHref => Href(Place - 1);

    public string? NextHref => Href(Place + 1);

    public string FrameHref => $"{Links.Letter(Letter.Id)}/apercu/message" + (Destinataire is { } id ? $"?destinataire={id}" : "");

    private int Place => Math.Max(0, Letter.Recipients.FindIndex(r => r.Id == Destinataire));

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel))
            return NotFound();
        return Letter.State == LetterState.Sent ? LocalRedirect(Links.Letter(id)) : Page();
    }

    public async Task<IActionResult> OnPostTestAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel))
            return NotFound();
        var caller = HttpContext.Caller();
        var sent = await test.RunAsync(caller, Organisation, Draft, cancel);
        if (sent.Succeeded)
            TempData.Flash($"Un essai est parti à {caller.Email}. Le relais a répondu : {sent.Value}");
        else
            TempData.Flash(sent.Problem!.Message, "failure");
        return LocalRedirect($"{Links.Letter(id)}/apercu" + (Destinataire is { } recipient ? $"?destinataire={recipient}" : ""));
    }

    private async Task<bool> LoadAsync(Guid id, CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), id, cancel);
        if (!found.Succeeded)
            return false;
        var now = clock.GetUtcNow();
        Draft = DraftPreview.Of(found.Value, Destinataire, Organisation, now);
        Mail = mails.Preview(Draft, Organisation, now);
        Unfilled = Blanks.In(Draft);
        return true;
    }

    private string? Href(int place) => place >= 0 && place < Letter.Recipients.Count ? $"{Links.Letter(Letter.Id)}/apercu?destinataire={Letter.Recipients[place].Id}" : null;
}

/// <summary>Which recipient a preview is for.</summary>
internal static class DraftPreview
{
    /// <summary>The recipient asked for, else the first, else an example.</summary>
    public static DraftForRecipient Of(Letter letter, Guid? recipient, string organisation, DateTimeOffset now) =>
        (letter.Recipients.Find(r => r.Id == recipient) ?? letter.Recipients.FirstOrDefault()) is { } chosen
            ? DraftForRecipient.Of(letter, chosen, organisation, now)
            : DraftForRecipient.Example(letter, new RecipientInput("contact@entreprise.example", null, "Nom de l’entreprise"), organisation, now);
}
