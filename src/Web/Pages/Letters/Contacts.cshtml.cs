using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>What the recipients field proposes while one types, in JSON for its script: who is found, in the words it shows.</summary>
[ResponseCache(NoStore = true)]
public sealed class ContactsModel(SuggestRecipients suggest) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, string? q, CancellationToken cancel)
    {
        var found = await suggest.RunAsync(HttpContext.Caller(), id, q, cancel);
        if (!found.Succeeded)
            return found.Problem!.Kind == ProblemKind.NotFound ? NotFound() : StatusCode(StatusCodes.Status409Conflict);
        var (best, total) = found.Value;
        return new JsonResult(new Answer([.. best.Select(Shown)], Said(best.Count, total)));
    }

    private static Item Shown(SuggestedRecipient suggested)
    {
        var contact = suggested.Found.Contact;
        string?[] parts = [contact.Name, contact.Email, DraftView.LotsOf(contact), string.Join(", ", suggested.Found.Registers.Select(r => Glossary.OfRegister(r.Word)))];
        var note = suggested.Chosen ? Words.SuggestionChosen : contact.Email is null ? Words.NoAddress : null;
        return new Item(contact.Id, contact.Company, string.Join(" · ", parts.Where(p => p is { Length: > 0 } && p != contact.Company)), note, string.Format(French.Culture, Words.ContactAdded, contact.Company));
    }

    private static string Said(int shown, int total) =>
        total == 0 ? Words.SuggestionsNone
        : total > shown ? string.Format(French.Culture, Words.SuggestionsFirst, shown, French.Number(total))
        : total == 1 ? Words.SuggestionsOne
        : string.Format(French.Culture, Words.SuggestionsMany, total);

    /// <param name="Id">The contact to add.</param>
    /// <param name="Title">The company.</param>
    /// <param name="Line">Person, address, lots, registers.</param>
    /// <param name="Note">Why it cannot be chosen; null when it can.</param>
    /// <param name="Say">What is said once it is added.</param>
    private sealed record Item(Guid Id, string Title, string Line, string? Note, string Say);

    private sealed record Answer(IReadOnlyList<Item> Items, string Said);
}
