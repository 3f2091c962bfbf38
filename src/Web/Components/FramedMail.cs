namespace Vaguemestre.Web.Components;

/// <summary>A mail's HTML within a frame of a page of ours.</summary>
public static class FramedMail
{
    /// <summary>The name of its policy of headers.</summary>
    public const string Policy = "framed";

    /// <summary>It may show itself and nothing else: no script, no form, no picture from elsewhere.</summary>
    public static void AddHeaders(HeaderPolicyCollection headers) => headers
        .AddCustomHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'")
        .AddFrameOptionsSameOrigin()
        .AddContentTypeOptionsNoSniff()
        .AddReferrerPolicyNoReferrer();

    /// <summary>Its links open beside the page: a frame lets nothing else be reached.</summary>
    public static string Prepare(string html) => html.Replace("<a ", "<a target=\"_blank\" ", StringComparison.Ordinal);
}
