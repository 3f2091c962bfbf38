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

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => Show(await visit.RunAsync(Token, Request.Visitor(), cancel));

    public async Task<IActionResult> OnPostOpenAsync(CancellationToken cancel)
    {
        var opened = await open.RunAsync(Token, Declared ? ReceiptProof.Declaration : null, Request.Visitor(), cancel);
        if (opened.Succeeded)
            return Redirect($"/c/{Token}");
        if (opened.Problem!.Kind != ProblemKind.NotFound)
            ModelState.Add(opened.Problem, _ => nameof(Declared));
        return Show(await visit.RunAsync(Token, Request.Visitor(), cancel));
    }

    public async Task<IActionResult> OnPostReplyAsync(CancellationToken cancel)
    {
        var files = Files.ConvertAll(f => new ReplyFile(f.FileName, f.OpenReadStream()));
        var reply = await send.RunAsync(Token, Text ?? "", files, cancel);
        if (reply.Succeeded)
            return Redirect($"/c/{Token}/reponses/{reply.Value.Id}");
        Refuse(reply.Problem!);
        return Show(await visit.RunAsync(Token, Request.Visitor(), cancel));
    }

    /// <summary>What was typed is kept; files that were chosen are not, since a browser does not give them back.</summary>
    private void Refuse(Problem problem)
    {
        if (problem.Kind == ProblemKind.TooLarge)
            ModelState.AddModelError(nameof(Files), $"Vos fichiers dépassent {French.Size(Limit)} au total. Retirez-en ou allégez-les.");
        else if (problem.Kind != ProblemKind.NotFound)
            ModelState.Add(problem, field => field is "text" ? nameof(Text) : nameof(Files));
        if (Files.Count > 0)
            ModelState.AddModelError(nameof(Files), "Rien n’est envoyé : choisissez à nouveau vos fichiers avant d’envoyer.");
    }

    private IActionResult Show(Result<LetterVisit> found)
    {
        if (!found.Succeeded)
            return UnknownLink.Answer(this);
        Visit = found.Value;
        return Page();
    }
}
