using System.Security.Cryptography;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Files;

/// <summary>
/// Keeps content on the local disk, encrypted, under the data directory. A file is streamed in once, never whole in
/// memory, and its name there is its identifier: what a user called it is never a path.
/// </summary>
public sealed class FileStore(Settings settings, SecretKeys keys, TimeProvider clock)
{
    private const int CopyBuffer = 64 * 1024;

    /// <summary>
    /// Streams <paramref name="content"/> in and answers its row, which the caller adds. Problem
    /// <c>attachments-too-large</c> when it holds more than <paramref name="atMost"/> bytes; nothing is kept then.
    /// </summary>
    public async Task<Result<StoredFile>> SaveAsync(Stream content, Guid organisationId, long atMost, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7(clock.Now());
        var path = PathOf(id);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = path + ".part";
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var size = 0L;
            await using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, CopyBuffer, FileOptions.Asynchronous))
            await using (var encrypting = new EncryptingStream(file, keys.Files, id))
            {
                var buffer = new byte[CopyBuffer];
                int read;
                while ((read = await content.ReadAsync(buffer, cancel)) > 0)
                {
                    size += read;
                    if (size > atMost)
                        return Problem.TooLarge("attachments-too-large", "file", "Le fichier dépasse la taille encore disponible.");
                    hash.AppendData(buffer, 0, read);
                    await encrypting.WriteAsync(buffer.AsMemory(0, read), cancel);
                }

                await encrypting.CompleteAsync(cancel);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path);
            return new StoredFile { Id = id, OrganisationId = organisationId, Size = size, Sha256 = hash.GetHashAndReset(), CreatedAt = clock.Now() };
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>The content from its beginning; can seek, so that ranges are served.</summary>
    public Stream Open(Guid id, long size) =>
        new DecryptingStream(new FileStream(PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read, CopyBuffer, FileOptions.Asynchronous | FileOptions.RandomAccess), keys.Files, id, size);

    /// <summary>What the content is.</summary>
    public async Task<FileKind> KindOfAsync(Guid id, long size, CancellationToken cancel)
    {
        await using var content = Open(id, size);
        return await FileKind.ReadAsync(content, cancel);
    }

    /// <summary>Removes content that no row refers to any more.</summary>
    public void Delete(Guid id) => File.Delete(PathOf(id));

    /// <summary>The same for content that may be gone already.</summary>
    public void DeleteIfThere(Guid id)
    {
        if (File.Exists(PathOf(id)))
            Delete(id);
    }

    internal string PathOf(Guid id)
    {
        var name = id.ToString("N");
        return Path.Combine(settings.DataDirectory, "files", name[^2..], name);
    }
}
