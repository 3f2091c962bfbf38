using Microsoft.AspNetCore.Mvc.Filters;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>A page behind a personal link: kept by no cache and no search engine.</summary>
public sealed class PrivateLinkAttribute : ResultFilterAttribute
{
    public override void OnResultExecuting(ResultExecutingContext context)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
        headers["X-Robots-Tag"] = "noindex, nofollow";
    }
}
