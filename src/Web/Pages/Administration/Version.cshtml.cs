using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using CoreWords = Vaguemestre.Core.Data.Words;

namespace Vaguemestre.Web.Pages.Administration;

/// <summary>A version of a template as it was written, and what makes it stand again.</summary>
public sealed class VersionModel(ReadTemplate read, PreviewTemplate preview, WriteTemplate write) : PageModel
{
    public TemplateVersion Version { get; private set; } = null!;

    public DraftForRecipient? Preview { get; private set; }

    /// <summary>The number that stands now.</summary>
    public int Standing { get; private set; }

    public bool IsStanding => Version.Number == Standing;

    private TemplateContent Source => TemplateContent.Of(LetterTemplate.Of(Version));

    public async Task<IActionResult> OnGetAsync(string type, int number, CancellationToken cancel) => await LoadAsync(type, number, cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string type, int number, int standing, CancellationToken cancel)
    {
        if (!await LoadAsync(type, number, cancel))
            return NotFound();
        var written = await write.RunAsync(HttpContext.Caller(), Version.Type, Source, standing, cancel);
        if (written.Succeeded)
        {
            TempData.Flash(written.Value.Number == standing
                ? $"La version en vigueur a déjà le texte et les options de la version {number}."
                : $"La version {written.Value.Number} reprend la version {number}.");
            return LocalRedirect(Links.Template(Version.Type));
        }

        ModelState.Clear();
        ModelState.Add(written.Problem!, _ => "");
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task<bool> LoadAsync(string type, int number, CancellationToken cancel)
    {
        if (CoreWords.Parse<LetterType>(type) is not { } known)
            return false;
        var history = await read.RunAsync(HttpContext.Caller(), known, cancel);
        if (history.Versions.FirstOrDefault(v => v.Number == number) is not { } version)
            return false;
        (Version, Standing) = (version, history.Standing.Number);
        var shown = await preview.RunAsync(HttpContext.Caller(), known, Source, cancel);
        Preview = shown.Succeeded ? shown.Value : null; // an older version may hold what is no longer admitted
        return true;
    }
}
