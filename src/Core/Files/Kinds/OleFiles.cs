using System.Buffers.Binary;
using System.Text;

namespace Vaguemestre.Core.Files.Kinds;

/// <summary>Compound files ([MS-CFB]): the older Office formats, Outlook messages and Windows Installer, told apart by the names in their directory.</summary>
internal static class OleFiles
{
    private const int EntrySize = 128;

    /// <summary>Its root has this class when it is a package of Windows Installer, or a patch or a transform of one.</summary>
    private static readonly Guid[] Installers = [new("000C1084-0000-0000-C000-000000000046"), new("000C1086-0000-0000-C000-000000000046"), new("000C1082-0000-0000-C000-000000000046")];

    private static readonly (string Entry, string ContentType)[] Known =
    [
        ("EncryptedPackage", "application/encrypted"),
        ("WordDocument", "application/msword"),
        ("Workbook", "application/vnd.ms-excel"),
        ("Book", "application/vnd.ms-excel"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
        ("VisioDocument", "application/vnd.visio"),
        ("__properties_version1.0", "application/vnd.ms-outlook"),
    ];

    public static FileKind Unspecified { get; } = new("application/x-ole-storage");

    public static bool IsOne(ReadOnlySpan<byte> beginning) => beginning.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);

    /// <summary>Reads the directory's first sector, wherever it stands ([MS-CFB] §2.2, §2.6).</summary>
    public static async Task<FileKind> ReadAsync(Stream content, ReadOnlyMemory<byte> beginning, CancellationToken cancel)
    {
        if (beginning.Length < 512)
            return Unspecified;
        var shift = BinaryPrimitives.ReadUInt16LittleEndian(beginning.Span[30..]);
        if (shift is not (9 or 12))
            return Unspecified;
        var sector = new byte[1 << shift];
        var at = (BinaryPrimitives.ReadUInt32LittleEndian(beginning.Span[48..]) + 1L) << shift;
        if (at >= content.Length)
            return Unspecified;
        content.Position = at;
        var read = await content.ReadAtLeastAsync(sector, sector.Length, throwOnEndOfStream: false, cancel);
        return Of(sector.AsSpan(0, read - (read % EntrySize)));
    }

    private static FileKind Of(ReadOnlySpan<byte> directory)
    {
        if (directory.Length >= EntrySize && Installers.Contains(new Guid(directory.Slice(80, 16))))
            return new FileKind("application/x-msi", "un programme d'installation");
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < directory.Length; at += EntrySize)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(directory[(at + 64)..]); // in bytes, its final zero included
            if (length is > 2 and <= 64)
                names.Add(Encoding.Unicode.GetString(directory.Slice(at, length - 2)));
        }

        return Array.Find(Known, k => names.Contains(k.Entry)) is { ContentType: { } type } ? new FileKind(type) : Unspecified;
    }
}
