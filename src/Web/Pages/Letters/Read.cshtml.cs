using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>A sent letter as it was, and what became of it for each recipient.</summary>
public sealed class ReadModel(FindLetter find, ListConversations conversations, DuplicateLetter duplicate) : PageModel
{
    private const int PageSize = 100;

    public Letter Letter { get; private set; } = null!;

    public IReadOnlyList<ConversationRow> Conversations { get; private set; } = [];

    public string? FirstHref { get; private set; }

    public string? NextHref { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, string? cursor, CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        var found = await find.RunAsync(caller, id, cancel);
        if (!found.Succeeded)
            return NotFound();
        Letter = found.Value;
        if (Letter.State == LetterState.Draft)
            return LocalRedirect(Links.Letter(id));
        var page = await conversations.RunAsync(caller, new ConversationFilter { LetterId = id }, cursor, PageSize, cancel);
        if (!page.Succeeded)
            return LocalRedirect(Links.Letter(id) + "/lecture");
        Conversations = page.Value.Items;
        FirstHref = string.IsNullOrEmpty(cursor) ? null : Links.Letter(id) + "/lecture";
        NextHref = page.Value.Next is { } next ? $"{Links.Letter(id)}/lecture?cursor={next}" : null;
        return Page();
    }

    public async Task<IActionResult> OnPostDuplicateAsync(Guid id, CancellationToken cancel)
    {
        var made = await duplicate.RunAsync(HttpContext.Caller(), id, cancel);
        if (made.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        if (!made.Succeeded)
        {
            TempData.Flash(made.Problem!.Message, "warning");
            return LocalRedirect(Links.Letter(id) + "/lecture");
        }

        TempData.Flash("Voici un brouillon qui reprend ce courrier. Rien n’est envoyé.");
        return LocalRedirect(Links.Letter(made.Value.Id));
    }

    public string Word(Status status) => Core.Data.Words.Of(status);
}
