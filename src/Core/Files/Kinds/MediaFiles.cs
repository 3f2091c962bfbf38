using System.Text;

namespace Vaguemestre.Core.Files.Kinds;

/// <summary>Containers of pictures, sound and film that name inside what they hold: ISO base media (ISO/IEC 14496-12), RIFF, IFF, Matroska.</summary>
internal static class MediaFiles
{
    public static FileKind? Of(ReadOnlySpan<byte> beginning) =>
        beginning.Length < 12 ? null
        : beginning.Slice(4, 4).SequenceEqual("ftyp"u8) ? new FileKind(OfBrand(Encoding.Latin1.GetString(beginning.Slice(8, 4))))
        : beginning.StartsWith("RIFF"u8) ? OfRiff(beginning.Slice(8, 4))
        : beginning.StartsWith("FORM"u8) && beginning.Slice(8, 3).SequenceEqual("AIF"u8) ? new FileKind("audio/x-aiff")
        : beginning.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]) ? new FileKind(beginning[..64.AtMost(beginning.Length)].IndexOf("webm"u8) >= 0 ? "video/webm" : "video/x-matroska")
        : beginning.StartsWith("BM"u8) && beginning[6..10].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 0]) ? new FileKind("image/bmp")
        : beginning[4..8] is [0x6D, 0x6F, 0x6F, 0x76] or [0x6D, 0x64, 0x61, 0x74] ? new FileKind("video/quicktime")
        : null;

    private static string OfBrand(string brand) => brand switch
    {
        "heic" or "heix" or "hevc" or "hevx" => "image/heic",
        "mif1" or "msf1" => "image/heif",
        "avif" or "avis" => "image/avif",
        "crx " => "image/x-canon-cr3",
        "jpm " => "image/jpm",
        "qt  " => "video/quicktime",
        "M4A " or "M4B " or "M4P " => "audio/mp4",
        "M4V " or "M4VH" or "M4VP" => "video/x-m4v",
        _ when brand.StartsWith("3g2", StringComparison.Ordinal) => "video/3gpp2",
        _ when brand.StartsWith("3g", StringComparison.Ordinal) => "video/3gpp",
        _ => "video/mp4",
    };

    private static FileKind? OfRiff(ReadOnlySpan<byte> form) =>
        form.SequenceEqual("WEBP"u8) ? new FileKind("image/webp")
        : form.SequenceEqual("WAVE"u8) ? new FileKind("audio/x-wav")
        : form.SequenceEqual("AVI "u8) ? new FileKind("video/x-msvideo")
        : null;

    private static int AtMost(this int wanted, int there) => Math.Min(wanted, there);
}
