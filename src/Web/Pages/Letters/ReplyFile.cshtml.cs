using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>A reply's file, for an agent. Taking it does not open the reply: a GET changes no status.</summary>
public sealed class ReplyFileModel(ReadConversation read, FileStore files) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, Guid rid, Guid aid, CancellationToken cancel)
    {
        var found = await read.RunAsync(HttpContext.Caller(), id, cancel);
        return found.Succeeded && found.Value.Replies.SingleOrDefault(r => r.Id == rid)?.Attachments.SingleOrDefault(a => a.Id == aid) is { } file
            ? Downloads.Of(files.Open(file.FileId, file.Size), file.Name, file.ContentType, file.Sha256)
            : NotFound();
    }
}
