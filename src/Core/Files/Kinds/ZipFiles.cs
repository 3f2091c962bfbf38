using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Vaguemestre.Core.Files.Kinds;

/// <summary>
/// ZIP, and the formats that are ZIP inside: Office Open XML, OpenDocument, EPUB, and the programs that come so. Only the entries whose
/// headers stand at the beginning are looked at; nothing is unpacked but the small list of content types.
/// </summary>
internal static partial class ZipFiles
{
    private const int HeaderSize = 30;
    private const int LongestTypes = 64 * 1024;
    private const string Office = "application/vnd.openxmlformats-officedocument.";

    private static readonly FileKind Plain = new("application/zip");

    public static bool IsOne(ReadOnlySpan<byte> beginning) => beginning.StartsWith("PK\x03\x04"u8) || beginning.StartsWith("PK\x05\x06"u8) || beginning.StartsWith("PK00PK\x03\x04"u8) || beginning.StartsWith("PK\x07\x08PK"u8);

    public static FileKind Of(ReadOnlySpan<byte> beginning)
    {
        var entries = Entries(beginning);
        if (entries.Count > 0 && entries[0] is { Name: "mimetype", Method: 0 } type && Declared(beginning[type.Content..], type.Size) is { } declared)
            return new FileKind(declared);
        if (entries.Find(e => e.Name == "[Content_Types].xml") is { } types && MainType(beginning[types.Content..], types.Method) is { } main)
            return new FileKind(main);
        return OfNames(entries);
    }

    private static FileKind OfNames(List<Entry> entries)
    {
        if (entries.Exists(e => e.Name is "AndroidManifest.xml" or "classes.dex"))
            return new FileKind("application/vnd.android.package-archive", "un programme pour Android");
        if (entries.Exists(e => e.Name == "META-INF/MANIFEST.MF"))
            return new FileKind("application/java-archive", "un programme Java");
        if (!entries.Exists(e => e.Name is "[Content_Types].xml" or "_rels/.rels"))
            return Plain;
        return entries.Exists(e => e.Name is "AppxManifest.xml" or "AppxBlockMap.xml") ? new FileKind("application/msix", "un paquet d'installation")
            : entries.Exists(e => e.Name.StartsWith("word/", StringComparison.Ordinal)) ? new FileKind(Office + "wordprocessingml.document")
            : entries.Exists(e => e.Name.StartsWith("xl/", StringComparison.Ordinal)) ? new FileKind(Office + "spreadsheetml.sheet")
            : entries.Exists(e => e.Name.StartsWith("ppt/", StringComparison.Ordinal)) ? new FileKind(Office + "presentationml.presentation")
            : entries.Exists(e => e.Name.StartsWith("visio/", StringComparison.Ordinal)) ? new FileKind("application/vnd.ms-visio.drawing")
            : Plain;
    }

    /// <summary>OpenDocument 1.3 part 2 §3.3, EPUB, ASiC: the first entry, uncompressed, is the media type.</summary>
    private static string? Declared(ReadOnlySpan<byte> content, int size)
    {
        if (size is < 3 or > 127 || size > content.Length)
            return null;
        var type = Encoding.Latin1.GetString(content[..size]).Trim();
        return MediaType().IsMatch(type) ? type : null;
    }

    /// <summary>ECMA-376 part 2 §10.1: the type of the main part, less its suffix, is that of the document.</summary>
    private static string? MainType(ReadOnlySpan<byte> content, int method)
    {
        if (MainPart().Match(Inflated(content, method)) is not { Success: true } main)
            return null;
        var type = main.Groups["type"].Value;
        var macros = type.IndexOf("macroEnabled", StringComparison.Ordinal);
        return macros < 0 ? type : type[..macros] + "macroEnabled.12";
    }

    private static string Inflated(ReadOnlySpan<byte> content, int method)
    {
        if (method == 0)
            return Encoding.Latin1.GetString(content[..Math.Min(content.Length, LongestTypes)]);
        if (method != 8)
            return "";
        var text = new byte[LongestTypes];
        var read = 0;
        try
        {
            using var inflating = new DeflateStream(new MemoryStream(content.ToArray()), CompressionMode.Decompress);
            while (read < text.Length && inflating.Read(text, read, text.Length - read) is > 0 and var more)
                read += more;
        }
        catch (InvalidDataException)
        {
            // Cut short by the end of what is looked at, or broken: what was read up to there counts.
        }

        return Encoding.Latin1.GetString(text, 0, read);
    }

    private static List<Entry> Entries(ReadOnlySpan<byte> beginning)
    {
        var entries = new List<Entry>();
        for (var at = 0; entries.Count < 1000;)
        {
            var next = beginning[at..].IndexOf("PK\x03\x04"u8);
            if (next < 0 || (at += next) + HeaderSize > beginning.Length)
                break;
            var header = beginning[at..];
            var name = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
            var content = at + HeaderSize + name + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            if (name is > 0 and < 1024 && content <= beginning.Length)
                entries.Add(new Entry(Encoding.UTF8.GetString(header.Slice(HeaderSize, name)), BinaryPrimitives.ReadUInt16LittleEndian(header[8..]), content, BinaryPrimitives.ReadInt32LittleEndian(header[22..])));
            at += 4;
        }

        return entries;
    }

    private sealed record Entry(string Name, int Method, int Content, int Size);

    [GeneratedRegex("^[a-z]+/[A-Za-z0-9][A-Za-z0-9.+-]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MediaType();

    [GeneratedRegex("ContentType=\"(?<type>application/vnd\\.[A-Za-z0-9.-]+?)\\.main(\\+xml)?\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MainPart();
}
