using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>Whatever else stands under <c>/c</c>: a personal link out of shape, led to its letter where that can be, or told what to do.</summary>
[PrivateLink]
public sealed class DamagedModel : PageModel
{
    public IActionResult OnGet() => UnknownLink.Answer(this);

    public IActionResult OnPost() => UnknownLink.Answer(this);
}
