using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vaguemestre.Core.Files;

/// <summary>
/// The form of a file at rest: chunks of 64 KiB, each sealed with AES-256-GCM under its own random nonce as
/// <c>nonce (12) ‖ ciphertext ‖ tag (16)</c>. The file's identifier, the chunk's number and whether it is the last are
/// authenticated with it, so that chunks cannot be moved, dropped or joined to another file. An empty file is one empty chunk.
/// </summary>
internal static class EncryptedChunks
{
    public const int Plain = 64 * 1024;
    public const int Overhead = 12 + 16;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static long CountOf(long size) => Math.Max(1, (size + Plain - 1) / Plain);

    public static void Seal(AesGcm key, Guid file, long number, bool last, ReadOnlySpan<byte> plain, Span<byte> target)
    {
        var nonce = target[..NonceSize];
        RandomNumberGenerator.Fill(nonce);
        key.Encrypt(nonce, plain, target.Slice(NonceSize, plain.Length), target.Slice(NonceSize + plain.Length, TagSize), Context(file, number, last));
    }

    /// <exception cref="AuthenticationTagMismatchException">The chunk is not what was written there.</exception>
    public static void Open(AesGcm key, Guid file, long number, bool last, ReadOnlySpan<byte> chunk, Span<byte> plain) =>
        key.Decrypt(chunk[..NonceSize], chunk[NonceSize..^TagSize], chunk[^TagSize..], plain, Context(file, number, last));

    private static byte[] Context(Guid file, long number, bool last)
    {
        var context = new byte[16 + 8 + 1];
        file.TryWriteBytes(context, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(context.AsSpan(16), number);
        context[24] = last ? (byte)1 : (byte)0;
        return context;
    }
}

/// <summary>Seals what is written to it into <paramref name="target"/>. <see cref="CompleteAsync"/> writes the last chunk.</summary>
internal sealed class EncryptingStream(Stream target, byte[] key, Guid file) : IAsyncDisposable
{
    private readonly AesGcm cipher = new(key, 16);
    private readonly byte[] plain = new byte[EncryptedChunks.Plain];
    private readonly byte[] chunk = new byte[EncryptedChunks.Plain + EncryptedChunks.Overhead];
    private int filled;
    private long number;

    public async Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        while (!content.IsEmpty)
        {
            // A full chunk is sealed only when more follows: the last one is marked as last.
            if (filled == plain.Length)
                await SealAsync(last: false, cancel);
            var taken = Math.Min(content.Length, plain.Length - filled);
            content[..taken].CopyTo(plain.AsMemory(filled));
            filled += taken;
            content = content[taken..];
        }
    }

    public Task CompleteAsync(CancellationToken cancel) => SealAsync(last: true, cancel);

    public ValueTask DisposeAsync()
    {
        cipher.Dispose();
        CryptographicOperations.ZeroMemory(plain);
        return ValueTask.CompletedTask;
    }

    private async Task SealAsync(bool last, CancellationToken cancel)
    {
        EncryptedChunks.Seal(cipher, file, number++, last, plain.AsSpan(0, filled), chunk);
        await target.WriteAsync(chunk.AsMemory(0, filled + EncryptedChunks.Overhead), cancel);
        filled = 0;
    }
}

/// <summary>Reads back what <see cref="EncryptingStream"/> wrote, from any position.</summary>
internal sealed class DecryptingStream(FileStream source, byte[] key, Guid file, long size, bool keepOpen = false) : Stream
{
    private readonly AesGcm cipher = new(key, 16);
    private readonly byte[] plain = new byte[EncryptedChunks.Plain];
    private readonly byte[] chunk = new byte[EncryptedChunks.Plain + EncryptedChunks.Overhead];
    private long loaded = -1;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= size || buffer.IsEmpty)
            return 0;
        var number = Position / EncryptedChunks.Plain;
        if (number != loaded)
            await LoadAsync(number, cancellationToken);
        var offset = (int)(Position % EncryptedChunks.Plain);
        var taken = (int)Math.Min(buffer.Length, Math.Min(EncryptedChunks.Plain - offset, size - Position));
        plain.AsMemory(offset, taken).CopyTo(buffer);
        Position += taken;
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => size + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            cipher.Dispose();
            if (!keepOpen)
                source.Dispose();
            CryptographicOperations.ZeroMemory(plain);
        }

        base.Dispose(disposing);
    }

    private async Task LoadAsync(long number, CancellationToken cancel)
    {
        loaded = -1;
        var length = (int)Math.Min(EncryptedChunks.Plain, size - (number * EncryptedChunks.Plain));
        source.Position = number * (EncryptedChunks.Plain + EncryptedChunks.Overhead);
        await source.ReadExactlyAsync(chunk.AsMemory(0, length + EncryptedChunks.Overhead), cancel);
        EncryptedChunks.Open(cipher, file, number, last: number == EncryptedChunks.CountOf(size) - 1, chunk.AsSpan(0, length + EncryptedChunks.Overhead), plain.AsSpan(0, length));
        loaded = number;
    }
}
