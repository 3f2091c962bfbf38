using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Pages.Letters;

namespace Vaguemestre.Web.Pages.Historique;

/// <summary>
/// Writes a message of the messagerie historique. What was posted is kept until it is sent, in no list, so that its files are chosen
/// once; a refusal answers 422 with the form as it was typed.
/// </summary>
[RequestFormLimits(ValueLengthLimit = WriteModel.LongestValue, MultipartBodyLengthLimit = Host.LargestRequest)]
public sealed class NewModel(FindConsultation find, CreateDraft create, AddAttachment addFile, FindLetter findLetter, Settings settings) : PageModel
{
    [BindProperty]
    public MessageForm Form { get; set; } = new();

    public MessageFormView Message { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => await LoadAsync(cancel) ?? Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (await LoadAsync(cancel) is { } elsewhere)
            return elsewhere;
        var caller = HttpContext.Caller();
        var input = Form.Read(ModelState);
        // Files chosen once are kept beside a refused text; without any, there is nothing to keep.
        if (ModelState.IsValid || Form.Files.Count > 0)
        {
            var made = await create.RunAsync(caller, Message.Consultation.Reference, input, cancel);
            if (made.Succeeded)
            {
                var id = made.Value.Id;
                await DraftFiles.JoinAsync((name, content) => addFile.RunAsync(caller, id, name, content, cancel), Form.Files, ModelState);
                if (ModelState.IsValid)
                    return LocalRedirect(Links.SendMessage(id));
                Message = Message with { Message = (await findLetter.RunAsync(caller, id, cancel)).Value };
            }
            else
            {
                ModelState.Add(made.Problem!, MessageForm.FieldOf);
                if (Form.Files.Count > 0)
                    ModelState.AddModelError("Form.Files", "Les fichiers ne sont pas joints : choisissez-les de nouveau.");
            }
        }

        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task<IActionResult?> LoadAsync(CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), HttpContext.Reference(), cancel);
        if (!found.Succeeded)
            return NotFound();
        if (found.Value.EditionBy(settings) != Edition.Historique)
            return LocalRedirect(Links.NewLetter(found.Value.Reference));
        Message = new MessageFormView(found.Value, Form, null, settings);
        return null;
    }
}
