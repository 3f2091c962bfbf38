using Microsoft.AspNetCore.Http.Features;
using Vaguemestre.Web.Uploads;

namespace Vaguemestre.Web;

/// <summary>
/// A form above <see cref="Host.LargestRequest"/> is answered 413 by a page. A browser shows an answer only once it has sent
/// everything, so that the rest is read and thrown away; a body that is larger still breaks the connection.
/// </summary>
internal static class LargeRequests
{
    private const long MostThrownAway = 1024L * 1024 * 1024;

    public static IApplicationBuilder UseLargeRequests(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.Request.ContentLength is not > Host.LargestRequest || context.Request.IsUpload())
        {
            await next(context);
            return;
        }

        if (context.Request.ContentLength > MostThrownAway)
        {
            context.Abort();
            return;
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Request.Body = Stream.Null;
        (context.Request.ContentLength, context.Request.ContentType) = (0, null);
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
    });
}
