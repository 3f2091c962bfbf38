using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Pages.Letters;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>One conversation: the letter as it was sent, the replies, and every fact beside them.</summary>
public sealed class ConversationModel(ReadConversation read, ReadAnswersByMail readAnswers, ReadNeighbours readNeighbours, OpenReply open, AnswerReply answer, SetFavourite favourite, ResendConversation resend, EndLink endLink, CorrectAddress correctAddress, HintAddresses hints, TimeProvider clock) : PageModel
{
    [FromRoute]
    public Guid Id { get; set; }

    public ConversationDetail Detail { get; private set; } = null!;

    public Neighbours Neighbours { get; private set; } = new(null, null);

    public IReadOnlyList<AnswerByMail> AnswersByMail { get; private set; } = [];

    /// <summary>Where the letter is to go instead.</summary>
    [BindProperty, Display(Name = "Adresse corrigée")]
    public string? Email { get; set; }

    /// <summary>What may be wrong with it; null when nothing was found, or it was not looked for.</summary>
    public RecipientHint? Hint { get; private set; }

    /// <summary>The deadline has passed, and a reply is still awaited from this address.</summary>
    public bool IsLate => Detail.Conversation.AwaitedUntil < clock.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (!await LoadAsync(cancel))
            return NotFound();
        Email = Detail.Conversation.Email;
        return Page();
    }

    public async Task<IActionResult> OnPostOpenAsync(Guid reply, CancellationToken cancel) =>
        (await open.RunAsync(HttpContext.Caller(), Id, reply, cancel)).Succeeded ? Redirect($"{Links.Conversation(Id)}#reponse-{reply}") : NotFound();

    public async Task<IActionResult> OnPostAnswerAsync(Guid reply, CancellationToken cancel)
    {
        var draft = await answer.RunAsync(HttpContext.Caller(), Id, reply, cancel);
        if (draft.Succeeded)
            return LocalRedirect(Links.Letter(draft.Value.Id));
        if (draft.Problem!.Kind == ProblemKind.NotFound)
            return NotFound();
        TempData.Flash(draft.Problem.Message, "warning");
        return Redirect($"{Links.Conversation(Id)}#reponse-{reply}");
    }

    public async Task<IActionResult> OnPostStarAsync(bool on, CancellationToken cancel) =>
        (await favourite.RunAsync(HttpContext.Caller(), Id, on, cancel)).Succeeded ? Redirect(Links.Conversation(Id)) : NotFound();

    public async Task<IActionResult> OnPostResendAsync(CancellationToken cancel)
    {
        var sent = await resend.RunAsync(HttpContext.Caller(), Id, cancel);
        if (sent.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        TempData.Flash(sent);
        return Redirect(Links.Conversation(Id));
    }

    public async Task<IActionResult> OnPostEndLinkAsync(CancellationToken cancel)
    {
        var ended = await endLink.RunAsync(HttpContext.Caller(), Id, cancel);
        if (ended.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        TempData.Flash(ended.Problem?.Message ?? $"Le lien envoyé à {ended.Value.Email} est désactivé.", ended.Succeeded ? "success" : "failure");
        return Redirect(Links.Conversation(Id));
    }

    /// <param name="correct">The button that takes the address that was probably meant.</param>
    /// <param name="sure">The address that is to be used though something may be wrong with it.</param>
    /// <param name="cancel">The browser went away.</param>
    public async Task<IActionResult> OnPostCorrectAsync(string? correct, string? sure, CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        if (!await LoadAsync(cancel))
            return NotFound();
        if (sure != Email)
            Hint = await HintAsync(cancel);
        if (Hint is { Hint.Suggestion: { } meant } && correct is not null)
        {
            (Email, Hint) = (meant, null);
            ModelState.Clear();
            return Page();
        }

        if (Hint is not null)
            return Page();
        var sent = await correctAddress.RunAsync(caller, Id, Email, cancel);
        if (sent.Succeeded)
        {
            TempData.Flash($"Le courrier est envoyé à {sent.Value.Email}. Voici l’échange qui suit cet envoi.");
            return Redirect(Links.Conversation(sent.Value.Id));
        }

        Detail = (await read.RunAsync(caller, Id, cancel)).Value;
        if (sent.Problem!.Code == CorrectAddress.AlreadyWritten && Detail.CorrectedBy.FirstOrDefault(IsTyped) is { } before)
        {
            // The button was pressed twice: the second press ends where the first did.
            TempData.Flash($"Le courrier est déjà parti à {before.Email}. Voici l’échange qui suit cet envoi.", "info");
            return Redirect(Links.Conversation(before.Id));
        }

        ModelState.Add(sent.Problem, _ => nameof(Email));
        return Page();
    }

    private async Task<bool> LoadAsync(CancellationToken cancel)
    {
        var found = await read.RunAsync(HttpContext.Caller(), Id, cancel);
        if (!found.Succeeded)
            return false;
        Detail = found.Value;
        AnswersByMail = await readAnswers.RunAsync(HttpContext.Caller(), Id, cancel);
        Neighbours = await readNeighbours.RunAsync(HttpContext.Caller(), Detail.Conversation, cancel);
        return true;
    }

    private bool IsTyped(LinkedConversation conversation) => EmailAddress.Fold(conversation.Email) == EmailAddress.Fold(Email ?? "");

    private async Task<RecipientHint?> HintAsync(CancellationToken cancel) =>
        EmailAddress.Parse(Email, out _) is { Text: var email } && (await hints.RunAsync(Detail.Letter.Consultation!, [email], cancel)).GetValueOrDefault(email) is { } hint
            ? new RecipientHint(email, hint)
            : null;
}
