using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>
/// The answer to a link that leads nowhere: what to do, and nothing about which links exist. 404; 410 for one that was ended, which
/// its holder is told; 429 where its source tried too many.
/// </summary>
internal sealed class UnknownLink(PageModel page) : IActionResult
{
    public static UnknownLink Answer(PageModel page) => new(page);

    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        var token = http.GetRouteValue("token") as string ?? "";
        var answer = await Find<FindEndedLink>().RunAsync(token, http.RequestAborted) is { } ended ? View("_EndedLink", StatusCodes.Status410Gone, ended)
            : (await Find<FindVisit>().RunAsync(token, http.RequestAborted)).Succeeded ? View("_UnknownLink", StatusCodes.Status404NotFound, true) // the link is good, what it was to show is not there
            : Find<UnknownLinks>().WaitAfter(http.Connection.RemoteIpAddress) is not { } wait ? View("_UnknownLink", StatusCodes.Status404NotFound, LinkToken.IsToken(token))
            : TooMany(http.Response, wait);
        await answer.ExecuteResultAsync(context);

        T Find<T>()
            where T : notnull => http.RequestServices.GetRequiredService<T>();
    }

    private ViewResult TooMany(HttpResponse response, TimeSpan wait)
    {
        response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return View("_TooManyLinks", StatusCodes.Status429TooManyRequests, wait);
    }

    private ViewResult View(string name, int status, object model) => new()
    {
        ViewName = $"/Pages/Reception/{name}.cshtml",
        ViewData = new ViewDataDictionary(page.MetadataProvider, page.ModelState) { Model = model },
        StatusCode = status,
    };
}
