using Microsoft.AspNetCore.Localization;

namespace Vaguemestre.Web.Components;

/// <summary>
/// The language of the company's pages: French, unless the person asked for English by the link on the page, which a cookie remembers.
/// What the browser prefers does not count: the letters are in French.
/// </summary>
/// <param name="cookiePrefix">Of the product's cookies; one that is not empty goes with https.</param>
internal sealed class CompanyLanguage(string cookiePrefix) : RequestCultureProvider
{
    public const string Query = "langue";

    private static readonly string[] Languages = ["fr", "en"];

    private readonly string _cookie = cookiePrefix + "vaguemestre-langue";

    public override Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext)
    {
        var request = httpContext.Request;
        if (!request.Path.StartsWithSegments("/c", StringComparison.Ordinal) && !request.Path.StartsWithSegments("/mes-courriers", StringComparison.Ordinal))
            return NullProviderCultureResult;
        var asked = Array.Find(Languages, l => request.Query[Query] == l);
        if (asked is not null)
            httpContext.Response.Cookies.Append(_cookie, asked, new CookieOptions { MaxAge = TimeSpan.FromDays(365), HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = cookiePrefix.Length > 0, Path = "/", IsEssential = true });
        return Task.FromResult((asked ?? request.Cookies[_cookie]) == "en" ? new ProviderCultureResult(Localised.English.Name) : null);
    }
}
