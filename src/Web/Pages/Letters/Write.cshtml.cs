using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>
/// Writes a draft and sends it. Every button posts the whole form and saves it first, so that nothing typed is lost; a
/// refusal answers 422 with the form as it was typed.
/// </summary>
[RequestFormLimits(ValueLengthLimit = LongestValue, MultipartBodyLengthLimit = Host.LargestRequest)]
public sealed class WriteModel(FindLetter find, ReadRegisters registers, ChangeDraft change, ChangeType changeType, AddAttachment addFile, RemoveAttachment removeFile, SendLetter send, DeleteDraft delete, Settings settings) : PageModel
{
    /// <summary>Far above what a draft admits, so that a text too long comes back with its reason.</summary>
    private const int LongestValue = 16 * 1024 * 1024;

    [BindProperty]
    public WriteForm Form { get; set; } = new();

    public DraftView Draft { get; private set; } = null!;

    /// <summary>The type whose template would replace words that were written: the page asks.</summary>
    public LetterType? Asked { get; private set; }

    /// <summary>Somebody else changed the draft since this form was made.</summary>
    public bool IsStale { get; private set; }

    /// <summary>The form holds what the draft does not.</summary>
    public bool IsUnsaved { get; private set; }

    private Letter Letter => Draft.Letter;

    public async Task<IActionResult> OnGetAsync(Guid id, LetterType? modele, CancellationToken cancel)
    {
        if (await LoadAsync(id, cancel) is { } elsewhere)
            return elsewhere;
        Form = WriteForm.Of(Letter);
        Asked = modele;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, [Bind(Prefix = "")] WriteAct act, CancellationToken cancel)
    {
        if (await LoadAsync(id, cancel) is { } elsewhere)
            return elsewhere;
        if (act.Act == "delete")
            return await DeleteAsync(cancel);
        var posted = Form;
        if (!await SaveAsync(act, cancel))
            return await ShowAgainAsync(cancel);
        if (act.RemoveFile is { } file)
            await removeFile.RunAsync(HttpContext.Caller(), id, file, cancel); // gone already is as good as removed
        if (act.ReplaceText is { } replacing)
            return await ChangeTypeAsync(replacing, replaceEdited: true, cancel);
        if (act.KeepText is null && posted.Type is { } chosen && (act.Act == "template" || chosen != Letter.Type))
            return await ChangeTypeAsync(chosen, replaceEdited: false, cancel);
        return act.Act switch
        {
            "send" => await SendAsync(cancel),
            "preview" => LocalRedirect(Links.Letter(id) + "/apercu"),
            "save" => Back("Le brouillon est enregistré." + (posted is { ReplyExpected: true, Mode: DeliveryMode.Plain } ? " Un courrier électronique simple n’attend pas de réponse : l’option est retirée." : "")),
            _ => LocalRedirect(Links.Letter(id) + act.Place),
        };
    }

    /// <summary>The form into the draft, and its files. False: the model state says why not.</summary>
    private async Task<bool> SaveAsync(WriteAct act, CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        var (typed, wrong) = TypedRecipients.Read(Form.Typed);
        foreach (var error in wrong.Take(10))
            ModelState.AddModelError("Form.Typed", error);
        if (ModelState.IsValid)
        {
            var recipients = new Recipients(Draft.Registers).After(Letter.Recipients.Select(r => r.AsInput()), typed, act);
            var saved = await change.RunAsync(caller, Letter.Id, Form.ChangesTo(Letter, recipients) with { Type = act.KeepText }, Form.Version, cancel);
            if (saved.Succeeded)
            {
                var chosen = Form.Files;
                Form = WriteForm.Of(saved.Value);
                ModelState.Clear();
                await DraftFiles.JoinAsync(addFile, caller, Letter.Id, chosen, ModelState, cancel);
                return ModelState.IsValid;
            }

            ModelState.Add(saved.Problem!, WriteForm.FieldOf);
            IsStale = saved.Problem!.Kind == ProblemKind.Stale;
        }

        // The text is refused, the files need not be: chosen once, they are kept.
        IsUnsaved = true;
        if (!IsStale && Form.Version == Letter.Version)
            Form.Version += await DraftFiles.JoinAsync(addFile, caller, Letter.Id, Form.Files, ModelState, cancel);
        return false;
    }

    private async Task<IActionResult> ChangeTypeAsync(LetterType type, bool replaceEdited, CancellationToken cancel)
    {
        var changed = await changeType.RunAsync(HttpContext.Caller(), Letter.Id, type, replaceEdited, null, cancel);
        if (changed.Succeeded)
            return Back($"Le modèle « {Glossary.Of(type)} » est chargé.");
        if (changed.Problem!.Code == ChangeType.TextEdited)
            return LocalRedirect($"{Links.Letter(Letter.Id)}?modele={type}");
        ModelState.Add(changed.Problem, WriteForm.FieldOf);
        return await ShowAgainAsync(cancel);
    }

    private async Task<IActionResult> SendAsync(CancellationToken cancel)
    {
        var sent = await send.RunAsync(HttpContext.Caller(), Letter.Id, cancel);
        if (!sent.Succeeded)
        {
            ModelState.Add(sent.Problem!, WriteForm.FieldOf);
            return await ShowAgainAsync(cancel);
        }

        TempData.Flash($"Courrier envoyé à {French.Count(sent.Value.Recipients.Count, "destinataire")}.");
        return LocalRedirect(Links.Follow(sent.Value.Consultation!.Reference));
    }

    private async Task<IActionResult> DeleteAsync(CancellationToken cancel)
    {
        var deleted = await delete.RunAsync(HttpContext.Caller(), Letter.Id, cancel);
        if (!deleted.Succeeded)
            return Back(deleted.Problem!.Message, "failure");
        TempData.Flash("Le brouillon est supprimé.");
        return LocalRedirect(Links.Consultation(Draft.Consultation.Reference));
    }

    private LocalRedirectResult Back(string said, string kind = "success")
    {
        TempData.Flash(said, kind);
        return LocalRedirect(Links.Letter(Letter.Id));
    }

    /// <summary>Beside the draft as it is now, the form: as it was typed, unless it was saved.</summary>
    private async Task<IActionResult> ShowAgainAsync(CancellationToken cancel)
    {
        if (await LoadAsync(Letter.Id, cancel) is { } elsewhere)
            return elsewhere;
        if (!IsUnsaved)
            Form = WriteForm.Of(Letter);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task<IActionResult?> LoadAsync(Guid id, CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), id, cancel);
        if (!found.Succeeded)
            return NotFound();
        if (found.Value.State == LetterState.Sent)
            return LocalRedirect(Links.Letter(id) + "/lecture");
        Draft = new DraftView(found.Value, await registers.RunAsync(found.Value.Consultation!, cancel), settings);
        return null;
    }
}
