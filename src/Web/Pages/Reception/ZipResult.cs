using System.IO.Compression;
using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>Files as one ZIP, written into the answer as they are read.</summary>
internal static class ZipResult
{
    public static IActionResult Of(string name, IReadOnlyList<LetterAttachment> content, FileStore files) => new StreamedFile(name + ".zip", "application/zip", async (target, cancel) =>
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
    });
}
