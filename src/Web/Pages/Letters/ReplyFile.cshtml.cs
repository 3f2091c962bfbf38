using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>A file of an opened reply, for an agent. Before that, the conversation, where the reply is opened: a GET changes no status.</summary>
public sealed class ReplyFileModel(ReadConversation read, FileStore files) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, Guid rid, Guid aid, CancellationToken cancel)
    {
        var found = await read.RunAsync(HttpContext.Caller(), id, cancel);
        if (!found.Succeeded || found.Value.Replies.SingleOrDefault(r => r.Id == rid) is not { } reply || reply.Attachments.SingleOrDefault(a => a.Id == aid) is not { } file)
            return NotFound();
        return found.Value.IsOpen(reply) ? Downloads.Of(files.Open(file.FileId, file.Size), file.Name, file.ContentType, file.Sha256) : this.OpenFirst(id, rid);
    }
}

internal static class UnreadReply
{
    /// <summary>To the reply that is to be opened before its files are taken.</summary>
    public static IActionResult OpenFirst(this PageModel page, Guid conversationId, Guid replyId)
    {
        page.TempData.Flash("Ouvrez d’abord la réponse : ses fichiers se téléchargent ensuite.", "info");
        return new RedirectResult($"{Links.Conversation(conversationId)}#reponse-{replyId}");
    }
}
