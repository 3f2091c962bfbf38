using Scalar.AspNetCore;

namespace Vaguemestre.Web.Api;

/// <summary>
/// <c>/api</c>: the description as a page to read. Scalar's script is served out of its package, and the page around it is
/// ours, so that it stands at this very address and no script stands in it. Nothing is fetched from elsewhere.
/// </summary>
internal static class ApiPage
{
    private const string Script = "ScalarStaticAssets.scalar.js";

    // Scalar puts its own styles into the page; everything else is as strict as on every page.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    private const string Page =
        """
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>API - Vaguemestre</title>
        </head>
        <body>
          <div id="description"></div>
          <noscript>This page needs JavaScript. The description itself: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</noscript>
          <script src="/api/scalar.js"></script>
          <script src="/api/description.js"></script>
        </body>
        </html>
        """;

    private const string Start =
        """
        Scalar.createApiReference("#description", {
          url: "/api/v1/openapi.json",
          withDefaultFonts: false,
          telemetry: false,
          showDeveloperTools: "never",
          hideClientButton: true,
          agent: { disabled: true },
          mcp: { disabled: true },
          defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
          authentication: { preferredSecurityScheme: "key" },
        });
        """;

    public static void MapApiPage(this WebApplication app)
    {
        var page = app.MapGroup("/api").ExcludeFromDescription();
        page.MapGet("", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            return Results.Content(Page, "text/html; charset=utf-8");
        });
        page.MapGet("/description.js", () => Results.Content(Start, "text/javascript; charset=utf-8"));
        page.MapGet("/scalar.js", (HttpContext context) =>
        {
            // The package holds it compressed.
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.Headers.CacheControl = "public, max-age=86400";
            return Results.Stream(typeof(ScalarOptions).Assembly.GetManifestResourceStream(Script)!, "text/javascript; charset=utf-8");
        });
    }
}
