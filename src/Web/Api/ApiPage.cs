using Scalar.AspNetCore;

namespace Vaguemestre.Web.Api;

/// <summary><c>/api</c>: the description as a page to read. Its script comes from here; nothing is fetched from elsewhere.</summary>
internal static class ApiPage
{
    public static void MapApiPage(this WebApplication app) => app.MapScalarApiReference("/api", (options, context) =>
    {
        options.WithTitle("Vaguemestre, API").WithOpenApiRoutePattern("/api/v1/openapi.json").WithNonce();
        options.DefaultFonts = false;
        context.Response.OnStarting(() =>
        {
            // The page's inline script carries a nonce; its styles are put there by the script, which no nonce reaches.
            if (context.Items.TryGetValue(ScalarOptions.NonceHttpContextItemKey, out var nonce))
                context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
            return Task.CompletedTask;
        });
    }).ExcludeFromDescription();
}
