using System.IO.Compression;
using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Core.Files;

namespace Vaguemestre.Web.Access;

/// <summary>Files as one ZIP, written into the answer as they are read.</summary>
internal static class ZipResult
{
    /// <param name="name">Of the archive, without its extension.</param>
    /// <param name="content">The files, in their order; sizes in bytes.</param>
    /// <param name="files">Where they are kept.</param>
    public static IActionResult Of(string name, IEnumerable<(string Name, Guid FileId, long Size)> content, FileStore files) => new StreamedFile(name + ".zip", "application/zip", async (target, cancel) =>
    {
        var all = content.ToList();
        await using var archive = await ZipArchive.CreateAsync(target, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancel);
        foreach (var (file, entryName) in all.Zip(ZipNames.Of(all.Select(f => f.Name))))
        {
            // Deflated, however little that gains: not every program reads a stored entry whose length comes after it.
            var entry = archive.CreateEntry(entryName, CompressionLevel.Fastest);
            await using var source = files.Open(file.FileId, file.Size);
            await using var written = await entry.OpenAsync(cancel);
            await source.CopyToAsync(written, cancel);
        }
    });
}
