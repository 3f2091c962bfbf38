using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using CoreWords = Vaguemestre.Core.Data.Words;

namespace Vaguemestre.Web.Pages.Administration;

/// <summary>
/// A type's template: looked at on an example, kept as a new version, or given back to the default. A refusal answers 422
/// with the form as it was typed.
/// </summary>
public sealed class TemplateModel(ReadTemplate read, PreviewTemplate preview, WriteTemplate write, RestoreTemplate restore, Settings settings) : PageModel
{
    [BindProperty]
    public TemplateForm Form { get; set; } = new();

    public TemplateHistory History { get; private set; } = null!;

    public DraftForRecipient? Preview { get; private set; }

    /// <summary>The form holds what no version does.</summary>
    public bool IsUnsaved { get; private set; }

    public bool IsStale { get; private set; }

    public IEnumerable<Option> Modes => Enum.GetValues<DeliveryMode>().Select(mode =>
        new Option(mode.ToString(), Glossary.Of(mode), $"{French.Size(AttachmentLimits.For(mode, settings))} de fichiers au plus."));

    private LetterType Type => History.Standing.Template.Type;

    public async Task<IActionResult> OnGetAsync(string type, CancellationToken cancel)
    {
        if (!await LoadAsync(type, cancel))
            return NotFound();
        Form = TemplateForm.Of(History.Standing);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string type, string? act, CancellationToken cancel)
    {
        if (!await LoadAsync(type, cancel))
            return NotFound();
        if (act == "save")
            return await SaveAsync(cancel);

        IsUnsaved = true;
        if (!ModelState.IsValid)
            return Refused();
        var shown = await preview.RunAsync(HttpContext.Caller(), Type, Form.Content, cancel);
        if (!shown.Succeeded)
            return Refused(shown.Problem);
        Preview = shown.Value;
        return Page();
    }

    public async Task<IActionResult> OnPostRestoreAsync(string type, int number, CancellationToken cancel)
    {
        if (!await LoadAsync(type, cancel))
            return NotFound();
        var restored = await restore.RunAsync(HttpContext.Caller(), Type, number, cancel);
        if (restored.Succeeded)
            TempData.Flash($"Le modèle par défaut est rétabli : c’est la version {restored.Value.Number}.");
        else
            TempData.Flash(restored.Problem!.Message, "failure");
        return LocalRedirect(Links.Template(Type));
    }

    private async Task<IActionResult> SaveAsync(CancellationToken cancel)
    {
        if (!ModelState.IsValid)
            return Refused();
        var written = await write.RunAsync(HttpContext.Caller(), Type, Form.Content, Form.Number, cancel);
        if (!written.Succeeded)
            return Refused(written.Problem);
        TempData.Flash(written.Value.Number == Form.Number ? "Rien n’a changé : aucune version n’est ajoutée." : $"La version {written.Value.Number} est en vigueur pour les prochains courriers.");
        return LocalRedirect(Links.Template(Type));
    }

    private PageResult Refused(Problem? problem = null)
    {
        if (problem is not null)
            ModelState.Add(problem, TemplateForm.FieldOf);
        (IsUnsaved, IsStale) = (true, problem?.Kind == ProblemKind.Stale);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task<bool> LoadAsync(string type, CancellationToken cancel)
    {
        if (CoreWords.Parse<LetterType>(type) is not { } known)
            return false;
        History = await read.RunAsync(HttpContext.Caller(), known, cancel);
        return true;
    }
}
