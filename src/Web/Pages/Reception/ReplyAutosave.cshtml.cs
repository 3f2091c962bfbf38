using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Pages.Letters;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>What the page's script keeps of a reply by itself while one writes. A refusal leaves everything on the page.</summary>
[PrivateLink, RequestFormLimits(ValueLengthLimit = WriteModel.LongestValue)]
public sealed class ReplyAutosaveModel(WriteReply write) : PageModel
{
    [BindProperty]
    public ReplyForm Form { get; set; } = new();

    public IActionResult OnGet() => NotFound();

    public async Task<IActionResult> OnPostAsync(string token, CancellationToken cancel)
    {
        var written = await write.RunAsync(token, ReplyShown.Parse(Form.Shown), Form.Text ?? "", cancel);
        if (written.Succeeded)
            return new JsonResult(new AutosaveAnswer($"Enregistré à {French.Time(written.Value.ChangedAt)}, pas encore envoyé.", ReplyShown.Of(written.Value).ToString(), false));
        return written.Problem! switch
        {
            { Kind: ProblemKind.NotFound } => NotFound(),
            { Kind: ProblemKind.Stale, Message: var clash } => Refuse(clash, StatusCodes.Status412PreconditionFailed),
            { Errors: [var first, ..] } => Refuse("Réponse non enregistrée. " + first.Message, StatusCodes.Status422UnprocessableEntity),
            { Message: var why } => Refuse("Réponse non enregistrée. " + why, StatusCodes.Status409Conflict),
        };
    }

    private static JsonResult Refuse(string why, int status) => new(new AutosaveAnswer(why, null, false)) { StatusCode = status };
}
