using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Administration;

/// <summary>The nine templates of the administrator's organisation, each with where it comes from.</summary>
public sealed class TemplatesModel(ReadTemplates read) : PageModel
{
    public IReadOnlyList<StandingTemplate> Nine { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel) => Nine = await read.RunAsync(HttpContext.Caller(), cancel);
}
