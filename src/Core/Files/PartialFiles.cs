using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Vaguemestre.Core.Files;

/// <summary>
/// Content on its way in, under <c>uploads/</c> in the data directory: the very bytes that will be the stored file, as many whole
/// chunks as have come. What has come follows from the file's length alone, so that any process goes on where another stopped. One
/// writer at a time, over all processes, by a lock on the file.
/// </summary>
public sealed class PartialFiles(Settings settings, SecretKeys keys, FileStore files)
{
    private const int Sealed = EncryptedChunks.Plain + EncryptedChunks.Overhead;

    private const int MostHashes = 1000;

    private readonly ConcurrentDictionary<Guid, RunningHash> hashes = new();

    private string Folder => Path.Combine(settings.DataDirectory, "uploads");

    /// <summary>Makes room for an upload: nothing has come yet.</summary>
    public void Create(Guid id)
    {
        Directory.CreateDirectory(Folder);
        new FileStream(PathOf(id), FileMode.CreateNew).Dispose();
    }

    /// <summary>
    /// Bytes that have come, in whole chunks. Null when there is no such file. A file that is whole but has not been joined counts without
    /// its last chunk: sending that again joins it.
    /// </summary>
    public long? OffsetOf(Guid id, long length)
    {
        var file = new FileInfo(PathOf(id));
        return file.Exists ? Offset(file.Length, length) : null;
    }

    /// <summary>The file, held until it is disposed of. Null when somebody else holds it.</summary>
    /// <exception cref="FileNotFoundException">There is no such upload, or it was just moved to its place.</exception>
    internal PartialFile? Open(Guid id, long length)
    {
        FileStream file;
        try
        {
            file = new FileStream(PathOf(id), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0, Options = FileOptions.Asynchronous });
        }
        catch (IOException held) when (held is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }

        if (hashes.Count >= MostHashes)
            hashes.Clear(); // of uploads that others ended; a hash that is missed is made again by reading
        return new PartialFile(file, keys.Files, id, length, Offset(file.Length, length), hashes.GetOrAdd(id, _ => new RunningHash()));
    }

    /// <summary>Moves a whole file to its place in the store, without writing it again.</summary>
    internal void Keep(Guid id)
    {
        var place = files.PathOf(id);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.Move(PathOf(id), place);
        Forget(id);
    }

    /// <summary>Takes back what <see cref="Keep"/> did.</summary>
    internal void TakeBack(Guid id) => File.Move(files.PathOf(id), PathOf(id));

    internal void Delete(Guid id)
    {
        if (Directory.Exists(Folder))
            File.Delete(PathOf(id));
        Forget(id);
    }

    /// <summary>The uploads of which something lies here and that nobody wrote to since <paramref name="before"/>.</summary>
    internal IReadOnlyList<Guid> Untouched(DateTimeOffset before) =>
        !Directory.Exists(Folder) ? [] : [.. new DirectoryInfo(Folder).EnumerateFiles()
            .Where(f => f.LastWriteTimeUtc < before.UtcDateTime)
            .Select(f => Guid.TryParseExact(f.Name, "N", out var id) ? id : Guid.Empty)
            .Where(id => id != Guid.Empty)];

    private void Forget(Guid id) => hashes.TryRemove(id, out _);

    private string PathOf(Guid id) => Path.Combine(Folder, id.ToString("N"));

    private static long Offset(long stored, long length) =>
        Math.Min(stored / Sealed, EncryptedChunks.CountOf(length) - 1) * EncryptedChunks.Plain;
}

/// <summary>The hash of the first <see cref="Length"/> bytes of an upload, kept between the requests that bring it.</summary>
internal sealed class RunningHash
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> content)
    {
        hash.AppendData(content);
        Length += content.Length;
    }

    public void Restart()
    {
        hash.GetHashAndReset();
        Length = 0;
    }

    public byte[] Value() => hash.GetCurrentHash();
}
