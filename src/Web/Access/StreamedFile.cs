using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Vaguemestre.Core.Files;

namespace Vaguemestre.Web.Access;

/// <summary>
/// A file made while it is sent: nothing of it is kept in memory or on the disk, so that its length is not known before and it cannot be
/// resumed.
/// </summary>
internal sealed class StreamedFile(string name, string contentType, Func<Stream, CancellationToken, Task> write) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(ZipNames.Safe(name)); // RFC 6266
        response.ContentType = contentType;
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.AcceptRanges = "none";
        if (HttpMethods.IsHead(request.Method))
            return;
        var cancel = context.HttpContext.RequestAborted;
        try
        {
            await using var body = new GatheredWrites(response.Body);
            await write(body, cancel);
            await body.FlushAsync(cancel);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // Whoever asked went away.
        }
    }
}
