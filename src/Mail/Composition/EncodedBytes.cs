using System.Buffers;
using System.Text;

namespace Vaguemestre.Mail.Composition;

/// <summary>Bytes written one after another into borrowed memory, which <see cref="Dispose"/> gives back.</summary>
internal struct EncodedBytes() : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1024);

    public int Count { get; private set; }

    /// <summary>Room for so many bytes more; to be followed by <see cref="Advance"/>.</summary>
    public Span<byte> Room(int bytes)
    {
        if (_bytes.Length - Count < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Count + bytes));
            _bytes.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(Count);
    }

    public void Advance(int bytes) => Count += bytes;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Count += bytes.Length;
    }

    public void Add(string text) => Count += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));

    public readonly ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Count);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, Count) = ([], 0);
    }
}
