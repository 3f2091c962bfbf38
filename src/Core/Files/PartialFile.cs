using System.Security.Cryptography;

namespace Vaguemestre.Core.Files;

/// <summary>What an append did.</summary>
internal enum Appended
{
    /// <summary>The content ended before the file did; whole chunks of it are kept.</summary>
    Part,

    Whole,

    /// <summary>More came than was announced.</summary>
    TooMuch,

    /// <summary>What came first was refused.</summary>
    Refused,
}

/// <summary>One upload held for writing. Content is sealed chunk by chunk as it comes; less than a chunk, save the last, is not kept.</summary>
internal sealed class PartialFile(FileStream file, byte[] key, Guid id, long length, long offset, RunningHash hash) : IAsyncDisposable
{
    private const int Sealed = EncryptedChunks.Plain + EncryptedChunks.Overhead;

    private readonly AesGcm cipher = new(key, 16);
    private readonly byte[] plain = new byte[EncryptedChunks.Plain];
    private readonly byte[] chunk = new byte[Sealed];

    /// <summary>Bytes that have come.</summary>
    public long Offset { get; private set; } = offset;

    private long Last => EncryptedChunks.CountOf(length) - 1;

    /// <summary>
    /// Makes the hash that of what is there. Reads back only what this process did not write itself; a chunk that a power failure left
    /// broken is dropped with what follows it, and <see cref="Offset"/> says so.
    /// </summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        if (hash.Length > Offset)
            hash.Restart();
        while (hash.Length < Offset)
        {
            var number = hash.Length / EncryptedChunks.Plain;
            file.Position = number * Sealed;
            await file.ReadExactlyAsync(chunk, cancel);
            try
            {
                EncryptedChunks.Open(cipher, id, number, last: false, chunk, plain);
            }
            catch (AuthenticationTagMismatchException)
            {
                Offset = hash.Length;
                file.SetLength(number * Sealed);
                break;
            }

            hash.Append(plain);
        }
    }

    /// <param name="content">Is read to its end, or to the end of the file.</param>
    /// <param name="admits">Is asked once, with the file's first bytes, when they come.</param>
    /// <param name="cancel">Keeps what is already written.</param>
    public async Task<Appended> AppendAsync(Stream content, Func<ReadOnlyMemory<byte>, bool> admits, CancellationToken cancel)
    {
        while (true)
        {
            var wanted = (int)Math.Min(plain.Length, length - Offset);
            var read = await content.ReadAtLeastAsync(plain.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, cancel);
            if (read < wanted)
                return Appended.Part;
            if (Offset == 0 && !admits(plain.AsMemory(0, read)))
                return Appended.Refused;
            await WriteAsync(read, cancel);
            if (Offset == length)
                return await content.ReadAsync(chunk, cancel) == 0 ? Appended.Whole : Appended.TooMuch;
        }
    }

    /// <summary>On the disk for good; then its hash and what it is.</summary>
    public async Task<(byte[] Sha256, FileKind Kind)> CompleteAsync(CancellationToken cancel)
    {
        file.Flush(flushToDisk: true);
        await using var reading = Read();
        return (hash.Value(), await FileKind.ReadAsync(reading, cancel));
    }

    /// <summary>What has come, when it is whole.</summary>
    public Stream Read() => new DecryptingStream(file, key, id, length, keepOpen: true);

    public async ValueTask DisposeAsync()
    {
        cipher.Dispose();
        CryptographicOperations.ZeroMemory(plain);
        await file.DisposeAsync();
    }

    private async Task WriteAsync(int size, CancellationToken cancel)
    {
        var number = Offset / EncryptedChunks.Plain;
        EncryptedChunks.Seal(cipher, id, number, number == Last, plain.AsSpan(0, size), chunk);
        file.Position = number * Sealed;
        await file.WriteAsync(chunk.AsMemory(0, size + EncryptedChunks.Overhead), cancel);
        hash.Append(plain.AsSpan(0, size));
        Offset += size;
    }
}
