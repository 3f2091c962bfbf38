using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>A file of an opened letter, as a download; ranges are served, so that one that was cut can be resumed.</summary>
[PrivateLink]
public sealed class DownloadModel(DownloadAttachment download, FileStore files) : PageModel
{
    public async Task<IActionResult> OnGetAsync(string token, Guid attachmentId, CancellationToken cancel)
    {
        var found = await download.RunAsync(token, attachmentId, Request.DownloadPart(), cancel);
        if (found.Problem is { Kind: ProblemKind.Conflict })
            return Redirect(CompanyLinks.Letter(token));
        return found.Succeeded
            ? Downloads.Of(files.Open(found.Value.FileId, found.Value.Size), found.Value.Name, "application/octet-stream", found.Value.Sha256)
            : UnknownLink.Answer(this);
    }
}
