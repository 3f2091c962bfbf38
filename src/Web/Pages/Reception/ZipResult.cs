using System.IO.Compression;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>
/// Files as one ZIP, written into the answer as they are read: nothing of it is kept in memory or on the disk, so that its length is not
/// known before and it cannot be resumed.
/// </summary>
internal sealed class ZipResult(string name, IReadOnlyList<LetterAttachment> content, FileStore files) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(ZipNames.Safe(name) + ".zip"); // RFC 6266
        response.ContentType = "application/zip";
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.AcceptRanges = "none";
        if (HttpMethods.IsHead(request.Method))
            return;
        var cancel = context.HttpContext.RequestAborted;
        try
        {
            await using var body = new GatheredWrites(response.Body);
            await WriteAsync(body, cancel);
            await body.FlushAsync(cancel);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // Whoever asked went away; what was asked for is told already.
        }
    }

    private async Task WriteAsync(Stream target, CancellationToken cancel)
    {
        await using var archive = await ZipArchive.CreateAsync(target, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancel);
        foreach (var (file, entryName) in content.Zip(ZipNames.Of(content.Select(f => f.Name))))
        {
            // Deflated, however little that gains: not every program reads a stored entry whose length comes after it.
            var entry = archive.CreateEntry(entryName, CompressionLevel.Fastest);
            await using var source = files.Open(file.FileId, file.Size);
            await using var written = await entry.OpenAsync(cancel);
            await source.CopyToAsync(written, cancel);
        }
    }
}
