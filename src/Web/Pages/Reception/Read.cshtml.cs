using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>The recipient's page: who writes and about what; once opened by a deliberate act, the letter, its files and the reply.</summary>
[PrivateLink]
public sealed class ReadModel(VisitLetter visit, OpenLetter open, SendReply send, Settings settings, TimeProvider clock) : PageModel
{
    [FromRoute]
    public string Token { get; set; } = "";

    [BindProperty, Display(Name = "Je confirme")]
    public bool Declared { get; set; }

    [BindProperty, Display(Name = "Votre réponse")]
    public string? Text { get; set; }

    [BindProperty, Display(Name = "Pièces jointes")]
    public List<IFormFile> Files { get; set; } = [];

    public LetterVisit Visit { get; private set; } = null!;

    public long Limit => settings.Limits.TrackedAttachments;

    public bool IsLate => Visit.Letter.ReplyDue < clock.GetUtcNow();

    private string? UserAgent => Request.Headers.UserAgent.FirstOrDefault();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => Show(await visit.RunAsync(Token, Request.Method, UserAgent, cancel));

    public async Task<IActionResult> OnPostOpenAsync(CancellationToken cancel)
    {
        var opened = await open.RunAsync(Token, Declared, UserAgent, cancel);
        if (opened.Succeeded)
            return Redirect($"/c/{Token}");
        if (opened.Problem!.Kind != ProblemKind.NotFound)
            ModelState.Add(opened.Problem, _ => nameof(Declared));
        return Show(await visit.RunAsync(Token, Request.Method, UserAgent, cancel));
    }

    public async Task<IActionResult> OnPostReplyAsync(CancellationToken cancel)
    {
        var files = Files.ConvertAll(f => new ReplyFile(f.FileName, f.OpenReadStream()));
        var reply = await send.RunAsync(Token, Text ?? "", files, cancel);
        if (reply.Succeeded)
            return Redirect($"/c/{Token}/reponses/{reply.Value.Id}");
        if (reply.Problem!.Kind != ProblemKind.NotFound)
            ModelState.Add(reply.Problem, field => field is "text" ? nameof(Text) : nameof(Files));
        return Show(await visit.RunAsync(Token, Request.Method, UserAgent, cancel));
    }

    private IActionResult Show(Result<LetterVisit> found)
    {
        if (!found.Succeeded)
            return UnknownLink.Answer(this);
        Visit = found.Value;
        return Page();
    }
}
