using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Pages.Letters;
using Vaguemestre.Web.Resources;

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
            return new JsonResult(new AutosaveAnswer(Company.ReplySavedAt.With(Localised.Time(written.Value.ChangedAt)), ReplyShown.Of(written.Value).ToString(), false));
        return written.Problem! switch
        {
            { Kind: ProblemKind.NotFound } => NotFound(),
            { Kind: ProblemKind.Stale } clash => Refuse(clash.Told(), StatusCodes.Status412PreconditionFailed),
            { Errors: [var first, ..] } => Refuse(Company.ReplyNotSaved.With(first.Told()), StatusCodes.Status422UnprocessableEntity),
            var why => Refuse(Company.ReplyNotSaved.With(why.Told()), StatusCodes.Status409Conflict),
        };
    }

    private static JsonResult Refuse(string why, int status) => new(new AutosaveAnswer(why, null, false)) { StatusCode = status };
}
