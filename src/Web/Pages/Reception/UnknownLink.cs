using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>The answer to a link that leads nowhere: what to do, and nothing about which links exist. 404.</summary>
internal static class UnknownLink
{
    public static ViewResult Answer(PageModel page) => new()
    {
        ViewName = "/Pages/Reception/_UnknownLink.cshtml",
        ViewData = new ViewDataDictionary(page.MetadataProvider, page.ModelState),
        StatusCode = StatusCodes.Status404NotFound,
    };
}
