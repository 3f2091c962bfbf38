using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>The recipient's page: who writes and about what; once opened by a deliberate act, the letter, its files and the reply.</summary>
[PrivateLink]
public sealed class ReadModel(VisitLetter visit, OpenLetter open, FindReplyDraft findDraft, OpeningSeal seal, Settings settings, TimeProvider clock) : PageModel
{
    [FromRoute]
    public string Token { get; set; } = "";

    [BindProperty]
    public bool Declared { get; set; }

    /// <summary>What the page's script tells of the press.</summary>
    [BindProperty]
    public string? Gesture { get; set; }

    /// <summary>What the page's script is to give back for a person's press.</summary>
    public string Seal => seal.Issue(Token);

    public LetterVisit Visit { get; private set; } = null!;

    /// <summary>The reply in writing; null where none is expected.</summary>
    public ReplyView? Reply { get; private set; }

    public bool IsLate => Visit.Letter.ReplyDue < clock.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => await ShowAsync(await visit.RunAsync(Token, Request.Visitor(), cancel), cancel);

    public async Task<IActionResult> OnPostOpenAsync(CancellationToken cancel)
    {
        var opened = await open.RunAsync(Token, seal.ProofOf(Token, Gesture, Declared), Request.Visitor(), cancel);
        if (opened.Succeeded)
            return Redirect(CompanyLinks.Letter(Token));
        ModelState.Remove(nameof(Declared)); // a tick that nobody was seen to make is to be made again
        Declared = false;
        if (opened.Problem!.Kind != ProblemKind.NotFound)
            ModelState.AddTold(opened.Problem, _ => nameof(Declared));
        return await ShowAsync(await visit.RunAsync(Token, Request.Visitor(), cancel), cancel);
    }

    private async Task<IActionResult> ShowAsync(Result<LetterVisit> found, CancellationToken cancel)
    {
        if (!found.Succeeded)
            return UnknownLink.Answer(this);
        Visit = found.Value;
        if (Visit.MayReply && await findDraft.RunAsync(Token, cancel) is { Succeeded: true } writing)
            Reply = new ReplyView(Token, writing.Value, ReplyForm.Of(writing.Value.Draft), settings, clock);
        return Page();
    }
}
