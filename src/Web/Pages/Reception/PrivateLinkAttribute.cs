using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>
/// A page behind a personal link: kept by no cache and no search engine. Followed as a mail program damaged it, the link leads to its
/// clean address, where a token still stands whole in it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PrivateLinkAttribute : Attribute, IResourceFilter, IResultFilter
{
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        var (http, token) = (context.HttpContext, context.RouteData.Values["token"] as string);
        if (CleanAddress(http.Request.Path) is not { } address || LinkToken.IsToken(token) || !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)))
            return;
        if (DamagedLink.TokenIn(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is not { } whole)
            return;
        NoTrace(http.Response.Headers);
        context.Result = new RedirectResult(address(whole));
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }

    public void OnResultExecuting(ResultExecutingContext context) => NoTrace(context.HttpContext.Response.Headers);

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }

    private static Func<string, string>? CleanAddress(PathString path) =>
        path.StartsWithSegments("/c", StringComparison.OrdinalIgnoreCase) ? CompanyLinks.Letter
            : path.StartsWithSegments(CompanyLinks.Entrance, StringComparison.OrdinalIgnoreCase) ? token => $"{CompanyLinks.Entrance}/{token}"
            : null;

    private static void NoTrace(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
        headers["X-Robots-Tag"] = "noindex, nofollow";
    }
}
