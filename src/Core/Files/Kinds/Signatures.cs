using System.Buffers.Binary;

namespace Vaguemestre.Core.Files.Kinds;

/// <summary>Formats that are told by fixed bytes at a fixed place.</summary>
internal static class Signatures
{
    private const string WindowsProgram = "un programme pour Windows ou DOS";
    private const string LinuxProgram = "un programme pour Linux";
    private const string MacProgram = "un programme pour macOS";
    private const string Package = "un paquet d'installation";
    private const string DiskImage = "une image de disque";

    private sealed record Signature(int At, byte[] Bytes, FileKind Kind);

    /// <summary>The first that fits counts: the longer stand before the shorter.</summary>
    private static readonly Signature[] Known =
    [
        Text("%PDF-", "application/pdf"),
        Hex("89504E470D0A1A0A", "image/png"),
        Hex("FFD8FF", "image/jpeg"),
        Text("GIF87a", "image/gif"),
        Text("GIF89a", "image/gif"),
        Hex("49492A0010000000435202", "image/x-canon-cr2"),
        Hex("49494E31", "image/tiff"),
        Hex("49492A00", "image/tiff"),
        Hex("4D4D002A", "image/tiff"),
        Hex("4D4D002B", "image/tiff"),
        Hex("49492B00", "image/tiff"),
        Hex("4949BC01", "image/jxr"),
        Text("IIRO", "image/x-olympus-orf"),
        Hex("0000000C6A5020200D0A870A", "image/jp2"),
        Hex("FF4FFF51", "image/x-jp2-codestream"),
        Hex("0000000C4A584C200D0A870A", "image/jxl"),
        Hex("FF0A", "image/jxl"),
        Text("8BPS", "image/vnd.adobe.photoshop"),
        Text("AT&TFORM", "image/vnd.djvu"),
        Text("FUJIFILMCCD-RAW", "image/x-fuji-raf"),
        Text("icns", "image/x-icns"),
        Hex("425047FB", "image/bpg"),
        Hex("D7CDC69A", "image/wmf"),
        Text(" EMF", "image/emf", at: 40),
        Text("AC10", "image/vnd.dwg"),
        Text("(DWF V", "model/vnd.dwf"),
        Hex("377ABCAF271C", "application/x-7z-compressed"),
        Hex("526172211A07", "application/vnd.rar"),
        Hex("52457E5E", "application/vnd.rar"),
        Hex("1F8B", "application/gzip"),
        Text("BZh", "application/x-bzip2"),
        Hex("FD377A585A00", "application/x-xz"),
        Hex("28B52FFD", "application/zstd"),
        Hex("04224D18", "application/x-lz4"),
        Hex("184C2102", "application/x-lz4"),
        Text("LZIP", "application/x-lzip"),
        Hex("1F9D", "application/x-compress"),
        Text("**ACE**", "application/x-ace-compressed", at: 7),
        Text("MSCF", "application/vnd.ms-cab-compressed"),
        Text("ustar", "application/x-tar", at: 257),
        Text("070707", "application/x-cpio"),
        Text("070701", "application/x-cpio"),
        Text("fLaC", "audio/flac"),
        Text("ID3", "audio/mpeg"),
        Text("MThd", "audio/midi"),
        Text("OggS", "audio/ogg"),
        Text("#!AMR", "audio/amr"),
        Text("FLV\u0001", "video/x-flv"),
        Hex("3026B2758E66CF11A6D900AA0062CE6C", "video/x-ms-asf"),
        Text("wOFF", "font/woff"),
        Text("wOF2", "font/woff2"),
        Text("OTTO", "font/otf"),
        Hex("0001000000", "font/ttf"),
        Text("SQLite format 3\0", "application/vnd.sqlite3"),
        Text("Standard Jet DB", "application/x-msaccess", at: 4),
        Text("Standard ACE DB", "application/x-msaccess", at: 4),
        Hex("2142444E", "application/vnd.ms-outlook-pst"),
        Hex("789F3E22", "application/vnd.ms-tnef"),
        Text("DICM", "application/dicom", at: 128),
        Hex("FF575043", "application/vnd.wordperfect"),
        Text("%!PS", "application/postscript"),
        Hex("C5D0D3C6", "application/postscript"),
        Text("{\\rtf", "application/rtf"),

        Hex("7F454C46", "application/x-executable", LinuxProgram),
        Hex("FEEDFACE", "application/x-mach-binary", MacProgram),
        Hex("FEEDFACF", "application/x-mach-binary", MacProgram),
        Hex("CEFAEDFE", "application/x-mach-binary", MacProgram),
        Hex("CFFAEDFE", "application/x-mach-binary", MacProgram),
        Hex("4C0000000114020000000000C000000000000046", "application/x-ms-shortcut", "un raccourci"),
        Text("dex\n", "application/x-dex", "un programme pour Android"),
        Text("!<arch>\ndebian-binary", "application/vnd.debian.binary-package", Package),
        Hex("EDABEEDB", "application/x-rpm", Package),
        Text("xar!", "application/x-xar", Package),
        Text("ITSF\u0003", "application/vnd.ms-htmlhelp", "un fichier d'aide compilé, qui peut contenir des programmes"),
        Text("CD001", "application/vnd.efi.iso", DiskImage, at: 0x8001),
        Text("vhdxfile", "application/x-vhdx-disk", DiskImage),
        Text("conectix", "application/x-vhd-disk", DiskImage),
        Text("#@~^", "application/x-encoded-script", "un script"),
    ];

    public static FileKind? Of(ReadOnlySpan<byte> beginning)
    {
        foreach (var known in Known)
        {
            if (beginning.Length >= known.At + known.Bytes.Length && beginning.Slice(known.At, known.Bytes.Length).SequenceEqual(known.Bytes))
                return known.Kind;
        }

        return IsWindowsProgram(beginning) ? new FileKind("application/vnd.microsoft.portable-executable", WindowsProgram)
            : FatOrClass(beginning) ?? MediaFiles.Of(beginning) ?? (IsSignedData(beginning) ? new FileKind("application/pkcs7-mime") : IsOldTar(beginning) ? new FileKind("application/x-tar") : null);
    }

    /// <summary>« MZ » could begin a text; a program's header holds a zero among its first numbers.</summary>
    private static bool IsWindowsProgram(ReadOnlySpan<byte> beginning) =>
        beginning.StartsWith("MZ"u8) && (beginning.Length < 64 || beginning[..64].Contains((byte)0));

    /// <summary>Java classes and Mach-O for several processors begin alike; a count of processors is below any class version.</summary>
    private static FileKind? FatOrClass(ReadOnlySpan<byte> beginning) =>
        beginning.Length < 8 || BinaryPrimitives.ReadUInt32BigEndian(beginning) != 0xCAFEBABE ? null
        : BinaryPrimitives.ReadUInt32BigEndian(beginning[4..]) < 43 ? new FileKind("application/x-mach-binary", MacProgram)
        : new FileKind("application/java-vm", "un programme Java");

    /// <summary>CMS SignedData in DER or BER (RFC 5652 §5): a sequence that begins with its object identifier. <c>.p7m</c>, <c>.p7s</c>.</summary>
    private static bool IsSignedData(ReadOnlySpan<byte> beginning)
    {
        ReadOnlySpan<byte> signedData = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
        if (beginning.Length < 2 || beginning[0] != 0x30)
            return false;
        var header = beginning[1] <= 0x80 ? 2 : 2 + (beginning[1] & 0x7F);
        return header <= 6 && beginning.Length > header && beginning[header..].StartsWith(signedData);
    }

    /// <summary>A tar of before POSIX has no mark but the sum of its first header, in octal at 148, which counts itself as spaces.</summary>
    private static bool IsOldTar(ReadOnlySpan<byte> beginning)
    {
        if (beginning.Length < 512 || beginning[0] == 0)
            return false;
        var sum = 8 * ' ';
        for (var i = 0; i < 512; i++)
            sum += i is >= 148 and < 156 ? 0 : beginning[i];
        var told = 0;
        foreach (var digit in beginning[148..156].Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return false;
            told = (told * 8) + digit - '0';
        }

        return told == sum;
    }

    private static Signature Hex(string bytes, string contentType, string? runs = null, int at = 0) => new(at, Convert.FromHexString(bytes), new FileKind(contentType, runs));

    private static Signature Text(string bytes, string contentType, string? runs = null, int at = 0) => new(at, System.Text.Encoding.ASCII.GetBytes(bytes), new FileKind(contentType, runs));
}
