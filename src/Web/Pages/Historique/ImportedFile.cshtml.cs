using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Historique;

/// <summary>A file of an imported message, for an agent.</summary>
public sealed class ImportedFileModel(ReadImportedMessage read, FileStore files) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, Guid fid, CancellationToken cancel)
    {
        var found = await read.RunAsync(HttpContext.Caller(), id, cancel);
        return found.Succeeded && found.Value.Files.Find(f => f.Id == fid) is { FileId: { } content } file
            ? Downloads.Of(files.Open(content, file.Size!.Value), file.Name, file.ContentType!, file.Sha256!)
            : NotFound();
    }
}
