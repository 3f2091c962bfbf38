using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>All files of an opened reply as one ZIP, for an agent; before that, the conversation, as for one of them.</summary>
public sealed class ReplyFilesModel(ReadConversation read, FileStore files) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, Guid rid, CancellationToken cancel)
    {
        var found = await read.RunAsync(HttpContext.Caller(), id, cancel);
        if (!found.Succeeded || found.Value.Replies.SingleOrDefault(r => r.Id == rid) is not { } reply)
            return NotFound();
        return found.Value.IsOpen(reply)
            ? ZipResult.Of($"{found.Value.Conversation.Company ?? found.Value.Conversation.Email}, réponse", reply.Attachments.OrderBy(a => a.Rank).Select(a => (a.Name, a.FileId, a.Size)), files)
            : this.OpenFirst(id, rid);
    }
}
