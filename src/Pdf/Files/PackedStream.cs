using System.IO.Compression;

namespace Vaguemestre.Pdf.Files;

/// <summary>The content of a stream as <c>FlateDecode</c> reads it (ISO 32000-1, 7.4.4).</summary>
internal sealed class PackedStream
{
    PackedStream(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Quickly, for what is in one document.</summary>
    public static PackedStream Of(ReadOnlySpan<byte> content) => Of(content, CompressionLevel.Fastest);

    /// <summary>As small as can be, for what is kept for many.</summary>
    public static PackedStream Small(ReadOnlySpan<byte> content) => Of(content, CompressionLevel.SmallestSize);

    static PackedStream Of(ReadOnlySpan<byte> content, CompressionLevel level)
    {
        using var packed = new MemoryStream((content.Length / 4) + 64);
        using (var zlib = new ZLibStream(packed, level, leaveOpen: true))
            zlib.Write(content);
        return new PackedStream(packed.GetBuffer().AsMemory(0, (int)packed.Length));
    }
}
