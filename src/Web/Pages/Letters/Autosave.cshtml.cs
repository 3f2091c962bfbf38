using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>
/// What the write page's script saves by itself while one writes: the form without its files and without addresses still
/// being typed. Answers in JSON, in words for the bar; a refusal keeps everything on the page.
/// </summary>
[RequestFormLimits(ValueLengthLimit = WriteModel.LongestValue)]
public sealed class AutosaveModel(SaveDraft save) : PageModel
{
    [BindProperty]
    public WriteForm Form { get; set; } = new();

    public IActionResult OnGet() => NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!ModelState.IsValid)
            return Refuse("Brouillon non enregistré : une date est incomplète.", StatusCodes.Status422UnprocessableEntity);
        var shown = DraftShown.Parse(Form.Shown) ?? DraftShown.Nothing;
        var saved = await save.RunAsync(HttpContext.Caller(), id, shown, now => Form.ChangesTo(now, recipients: null), cancel);
        if (saved.Succeeded)
            return new JsonResult(new AutosaveAnswer(Say(saved.Value), shown.After(saved.Value).ToString(), saved.Value.TakenOver.Count > 0));
        return saved.Problem! switch
        {
            { Kind: ProblemKind.NotFound } => NotFound(),
            { Kind: ProblemKind.Stale, Message: var clash } => Refuse(clash, StatusCodes.Status412PreconditionFailed),
            { Errors: [var first, ..] } => Refuse("Brouillon non enregistré. " + first.Message, StatusCodes.Status422UnprocessableEntity),
            { Message: var why } => Refuse("Brouillon non enregistré. " + why, StatusCodes.Status409Conflict),
        };
    }

    private static string Say(SavedDraft saved) => saved.TakenOver.Count == 0
        ? $"Brouillon enregistré à {French.Time(saved.Letter.ChangedAt)}"
        : string.Join(" ", saved.TakenOver.Select(c => $"{c.By} a modifié {LetterWords.French(c.Field)}.")) + " Enregistrez pour voir la page à jour.";

    private static JsonResult Refuse(string why, int status) => new(new AutosaveAnswer(why, null, false)) { StatusCode = status };
}
