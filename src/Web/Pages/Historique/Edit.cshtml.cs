using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Pages.Letters;

namespace Vaguemestre.Web.Pages.Historique;

/// <summary>Changes a message before it is sent: the same form, with its files.</summary>
[RequestFormLimits(ValueLengthLimit = WriteModel.LongestValue, MultipartBodyLengthLimit = Host.LargestRequest)]
public sealed class EditModel(FindLetter find, ChangeDraft change, AddAttachment addFile, RemoveAttachment remove, Settings settings) : PageModel
{
    [BindProperty]
    public MessageForm Form { get; set; } = new();

    public MessageFormView Message { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        if (await LoadAsync(id, cancel) is { } elsewhere)
            return elsewhere;
        Form = MessageForm.Of(Message.Message!);
        Message = Message with { Form = Form };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, Guid? removeFile, CancellationToken cancel)
    {
        if (await LoadAsync(id, cancel) is { } elsewhere)
            return elsewhere;
        var caller = HttpContext.Caller();
        var written = await change.RunAsync(caller, id, Form.Read(ModelState), null, cancel);
        if (!written.Succeeded)
            ModelState.Add(written.Problem!, MessageForm.FieldOf);
        await DraftFiles.JoinAsync((name, content) => addFile.RunAsync(caller, id, name, content, cancel), Form.Files, ModelState);
        if (removeFile is { } file)
        {
            await remove.RunAsync(caller, id, file, cancel); // one that is gone already is as good as removed
            Form.ForgiveMissing(ModelState);
        }

        if (ModelState.IsValid)
            return LocalRedirect(removeFile is null ? Links.SendMessage(id) : Links.EditMessage(id));
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await LoadAsync(id, cancel) ?? Page();
    }

    private async Task<IActionResult?> LoadAsync(Guid id, CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), id, cancel);
        if (found is not { Succeeded: true, Value: { IsHistorique: true } message })
            return NotFound();
        if (message.State == LetterState.Sent)
            return LocalRedirect(Links.Message(id));
        Message = new MessageFormView(message.Consultation!, Form, message, settings);
        return null;
    }
}
