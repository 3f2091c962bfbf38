using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Vaguemestre.Web.Access;

/// <summary>Content that somebody sent us, given back: as a file to keep, never as a page of ours, with ranges.</summary>
public static class Downloads
{
    public static FileStreamResult Of(Stream content, string name, string contentType, byte[] sha256) => new(content, contentType)
    {
        FileDownloadName = name,
        EnableRangeProcessing = true,
        EntityTag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(sha256)}\""),
    };
}
