using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Historique;

/// <summary>A message read again before it is sent: send it, go back, or give it up.</summary>
public sealed class SendModel(FindLetter find, SendLetter send, DeleteDraft delete, Settings settings) : PageModel
{
    public const int MostShown = 50;

    public Letter Message { get; private set; } = null!;

    public EditionBar Bar => new(Message.Consultation!, settings.Messaging.V2From);

    public string Organisation => HttpContext.OrganisationName();

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel) => await LoadAsync(id, cancel) ?? Page();

    /// <param name="version">Of the message as it was shown: another one neither goes nor is given up.</param>
    public async Task<IActionResult> OnPostAsync(Guid id, string? act, int version, CancellationToken cancel)
    {
        if (await LoadAsync(id, cancel) is { } elsewhere)
            return elsewhere;
        if (act is not ("send" or "abandon"))
            return Page();
        var reference = Message.Consultation!.Reference;
        var done = act == "abandon" ? await delete.RunAsync(HttpContext.Caller(), id, cancel, version) : await send.RunAsync(HttpContext.Caller(), id, cancel, version);
        if (done.Succeeded)
        {
            TempData.Flash(act == "abandon" ? "Le message est abandonné. Rien n’est envoyé." : $"Message envoyé à {French.Count(done.Value.Recipients.Count, "destinataire")}.", act == "abandon" ? "info" : "success");
            return LocalRedirect(Links.Follow(reference));
        }

        ModelState.Add(done.Problem!, _ => "");
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await LoadAsync(id, cancel) ?? Page();
    }

    private async Task<IActionResult?> LoadAsync(Guid id, CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), id, cancel);
        if (found is not { Succeeded: true, Value: { IsHistorique: true } message })
            return NotFound();
        Message = message;
        return message.State == LetterState.Sent ? LocalRedirect(Links.Message(id)) : null;
    }
}
