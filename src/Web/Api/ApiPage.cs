using Scalar.AspNetCore;

namespace Vaguemestre.Web.Api;

/// <summary>
/// <c>/api</c>: the description as a page to read. Scalar's script is served out of its package, and the page around it is
/// ours, so that it stands at this very address and no script stands in it. Nothing is fetched from elsewhere.
/// </summary>
internal static class ApiPage
{
    private const string Script = "ScalarStaticAssets.scalar.js";

    private const string Policy = "ApiPage";

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

    /// <summary>Scalar's script writes its styles into the page; in all else the page is as strict as every other.</summary>
    public static void AddApiPage(this IServiceCollection services) => services.AddSecurityHeaderPolicies().AddPolicy(Policy, Host.Headers(withStyles: true));

    public static void MapApiPage(this WebApplication app)
    {
        var page = app.MapGroup("/api").ExcludeFromDescription();
        page.MapGet("", () => Results.Content(Page, "text/html; charset=utf-8")).WithSecurityHeadersPolicy(Policy);
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
