using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>All files of an opened letter as one ZIP, made while it leaves.</summary>
[PrivateLink]
public sealed class DownloadAllModel(DownloadAll download, FileStore files) : PageModel
{
    public async Task<IActionResult> OnGetAsync(string token, CancellationToken cancel)
    {
        var found = await download.RunAsync(token, HttpMethods.IsHead(Request.Method) ? DownloadPart.Nothing : DownloadPart.Beginning, cancel);
        if (found.Problem is { Kind: ProblemKind.Conflict })
            return Redirect(CompanyLinks.Letter(token));
        return found.Succeeded ? ZipResult.Of(ArchiveName(found.Value), found.Value.Conversation.Files.Select(f => (f.Name, f.FileId, f.Size)), files) : UnknownLink.Answer(this);
    }

    private static string ArchiveName(LetterVisit visit) => $"{visit.Letter.Consultation!.Reference} – {visit.Conversation.Subject}";
}
