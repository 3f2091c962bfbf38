using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Administration;

/// <summary>A message that came back to a sending of the administrator's organisation, as it came: a file to keep, never a page.</summary>
public sealed class ReturnedModel(ReadReturnedRaw read) : PageModel
{
    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        var raw = await read.RunAsync(HttpContext.Caller(), id, cancel);
        if (!raw.Succeeded)
            return StatusCode(raw.Problem!.Kind == ProblemKind.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound);
        Response.Headers.CacheControl = "no-store";
        return File(raw.Value, "message/rfc822", $"{id}.eml");
    }
}
