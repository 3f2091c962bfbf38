using System.Net;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Reception;

internal static class Visitors
{
    /// <summary>Who makes the request, by what its headers say.</summary>
    public static Visitor Visitor(this HttpRequest request)
    {
        string? Header(string name) => request.Headers[name].FirstOrDefault();
        return new Visitor(request.Method, Header("User-Agent"))
        {
            Accept = Header("Accept"),
            AcceptLanguage = Header("Accept-Language"),
            Purpose = Header("Sec-Purpose") ?? Header("Purpose") ?? Header("X-Moz"),
            FetchSite = Header("Sec-Fetch-Site"),
            FetchMode = Header("Sec-Fetch-Mode"),
            FetchDest = Header("Sec-Fetch-Dest"),
            FetchUser = Header("Sec-Fetch-User"),
            Language = Localised.Language,
            Trustworthy = request.IsHttps || request.Host.Host is "localhost" || (IPAddress.TryParse(request.Host.Host, out var address) && IPAddress.IsLoopback(address)),
        };
    }

    /// <summary>
    /// What of a file is asked for: RFC 9110 §13 and §14. A range that does not begin the file goes on with a download; who asks whether
    /// the file changed has it already.
    /// </summary>
    public static DownloadPart DownloadPart(this HttpRequest request) =>
        HttpMethods.IsHead(request.Method) ? Core.Reception.DownloadPart.Nothing
            : request.Headers.IfNoneMatch.Count > 0 || request.GetTypedHeaders().Range?.Ranges.Any(r => r.From is not 0) == true ? Core.Reception.DownloadPart.Rest
            : Core.Reception.DownloadPart.Beginning;
}
