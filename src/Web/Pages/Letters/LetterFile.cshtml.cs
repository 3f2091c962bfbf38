using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Files.Scanning;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>A letter's file, for an agent; of a file that the antivirus did not pass, why not.</summary>
public sealed class LetterFileModel(FindLetter find, FileStore files) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, Guid aid, CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), id, cancel);
        if (!found.Succeeded || found.Value.FileOf(aid) is not { } file)
            return NotFound();
        if (HeldFiles.WhyNot(file.Name, file.File!) is not { } held)
            return Downloads.Of(files.Open(file.FileId, file.Size), file.Name, file.ContentType, file.Sha256);
        TempData.Flash(held.Message, "warning");
        return LocalRedirect(Links.Letter(id));
    }
}
