using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>A letter's file, for an agent.</summary>
public sealed class LetterFileModel(FindLetter find, FileStore files) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, Guid aid, CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), id, cancel);
        return found.Succeeded && found.Value.FileOf(aid) is { } file
            ? Downloads.Of(files.Open(file.FileId, file.Size), file.Name, file.ContentType, file.Sha256)
            : NotFound();
    }
}
