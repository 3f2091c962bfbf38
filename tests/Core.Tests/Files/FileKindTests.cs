using System.IO.Compression;
using System.Text;
using Vaguemestre.Core.Files;
using Vaguemestre.TestKit;

namespace Vaguemestre.Core.Tests.Files;

public sealed class FileKindTests
{
    /// <summary>The corpus says what the Unix command « file » says; these are other names of the same.</summary>
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["text/xml"] = "application/xml",
        ["text/rtf"] = "application/rtf",
        ["application/x-rar"] = "application/vnd.rar",
        ["image/x-eps"] = "application/postscript",
        ["audio/x-m4a"] = "audio/mp4",
        ["font/sfnt"] = "font/ttf",
        ["application/vnd.ms-opentype"] = "font/otf",
        ["application/vnd.ms-visio.drawing.main+xml"] = "application/vnd.ms-visio.drawing",
        ["video/ogg"] = "audio/ogg",
        ["application/ogg"] = "audio/ogg",
    };

    /// <summary>What says no more than « bytes », « text », « a ZIP », « a compound file ».</summary>
    private static readonly HashSet<string> Vague = new(StringComparer.Ordinal)
    {
        "application/octet-stream", "text/plain", "application/zip", "application/x-ole-storage", "application/vnd.ms-office", "application/encrypted", "audio/x-unknown",
    };

    /// <summary>Where we know less than the other tool, or it knows less than we do.</summary>
    private static readonly string[] Known =
    [
        "file-type__fixture-babys-songbook.m4b.m4a", "file-type__fixture.f4a", "file-type__fixture.f4b", // sound in a film's container
        "file-type__fixture-sample.pst", // a mailbox, not a message
        "mitra__html.htm", // begins with plain words
        "tika__testMSWriteFile.wri", "tika__testWORD_protected_drm.doc",
    ];

    /// <summary>What a buyer and a company send each other: here the two must agree to the letter.</summary>
    private static readonly string[] Usual =
    [
        "application/pdf", "image/png", "image/jpeg", "image/gif", "image/tiff", "image/webp", "image/heif", "image/vnd.dwg", "image/svg+xml", "text/html", "application/xml", "application/rtf",
        "application/x-7z-compressed", "application/vnd.rar", "application/gzip", "application/x-tar", "video/mp4", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.presentation", "application/vnd.ms-outlook",
    ];

    [Fact]
    public async Task Every_file_of_the_corpus_is_recognised_as_another_tool_does()
    {
        var folder = Corpora.FolderOrSkip("uploads");
        var disagreements = new List<string>();
        var agreed = 0;
        foreach (var line in (await File.ReadAllLinesAsync(Path.Combine(folder, "index.tsv"), TestContext.Current.CancellationToken)).Skip(1))
        {
            var cells = line.Split('\t');
            var theirs = Aliases.GetValueOrDefault(cells[2], cells[2]);
            await using var content = File.OpenRead(Path.Combine(folder, "files", cells[0]));
            var ours = (await FileKind.ReadAsync(content, default)).ContentType;
            if (ours == theirs)
                agreed++;
            else if (!Vague.Contains(theirs) && !IsMorePrecise(ours) && !Known.Contains(cells[0]) && (Usual.Contains(theirs) || Usual.Contains(ours)))
                disagreements.Add($"{cells[0]}: {ours}, not {theirs}");
        }

        disagreements.ShouldBeEmpty();
        agreed.ShouldBeGreaterThan(200);
    }

    public static TheoryData<byte[], string> Beginnings => new()
    {
        { [], "text/plain" },
        { "été, Noël"u8.ToArray(), "text/plain" },
        { Encoding.Latin1.GetBytes("été, Noël"), "text/plain" },
        { [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("prix;quantité")], "text/plain" },
        { "MZ est un sigle, pas un programme. Ce texte compte plus de soixante-quatre octets."u8.ToArray(), "text/plain" },
        { [0, 1, 2, 3], "application/octet-stream" },
        { "%PDF-1.7 fictif"u8.ToArray(), "application/pdf" },
        { Convert.FromHexString("308006092A864886F70D010702A080"), "application/pkcs7-mime" },
        { Convert.FromHexString("3082012306092A864886F70D010702A0820114"), "application/pkcs7-mime" },
        { "-----BEGIN PGP SIGNATURE-----\n"u8.ToArray(), "application/pgp-signature" },
        { "  0\r\nSECTION\r\n  2\r\nHEADER"u8.ToArray(), "image/vnd.dxf" },
        { "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray(), "image/svg+xml" },
        { Zip("mimetype", "application/vnd.oasis.opendocument.text", CompressionLevel.NoCompression), "application/vnd.oasis.opendocument.text" },
        { Zip("mimetype", "text/html; <script>", CompressionLevel.NoCompression), "application/zip" },
        { Zip("a.txt", "a", CompressionLevel.Optimal), "application/zip" },
        { Zip("[Content_Types].xml", "<Types><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.ms-word.document.macroEnabled.main+xml\"/></Types>", CompressionLevel.Optimal), "application/vnd.ms-word.document.macroEnabled.12" },
    };

    [Theory, MemberData(nameof(Beginnings))]
    public async Task A_content_tells_its_type(byte[] content, string type)
    {
        var kind = await FileKind.ReadAsync(new MemoryStream(content), default);
        (kind.ContentType, kind.Runs).ShouldBe((type, null));
    }

    [Fact]
    public void A_name_makes_text_more_precise_and_contradicts_nothing()
    {
        new FileKind("text/plain").ContentTypeFor("prix.CSV").ShouldBe("text/csv");
        new FileKind("image/png").ContentTypeFor("prix.csv").ShouldBe("image/png");
        new FileKind("application/pkcs7-mime").ContentTypeFor("offre.pdf.p7s").ShouldBe("application/pkcs7-signature");
        FileKind.Unknown.ContentTypeFor("contrat.pdf").ShouldBe("application/octet-stream");
    }

    [Fact]
    public async Task Cut_anywhere_or_with_any_byte_changed_a_content_never_breaks_the_recognition()
    {
        var random = new Random(20260302);
        foreach (var content in Beginnings.Select(row => row.Data.Item1).Append(Ole()))
        {
            for (var turn = 0; turn < 300; turn++)
            {
                var broken = content[..random.Next(content.Length + 1)];
                if (broken.Length > 0)
                    broken[random.Next(broken.Length)] = (byte)random.Next(256);
                (await FileKind.ReadAsync(new MemoryStream(broken), default)).ContentType.ShouldContain("/");
            }
        }
    }

    [Fact]
    public async Task An_older_office_file_is_told_by_the_directory_wherever_it_stands() =>
        (await FileKind.ReadAsync(new MemoryStream(Ole(sector: 300, "WordDocument")), default)).ContentType.ShouldBe("application/msword");

    /// <summary>A compound file of one directory sector.</summary>
    internal static byte[] Ole(int sector = 0, string entry = "Workbook", Guid root = default)
    {
        var file = new byte[(sector + 2) * 512];
        Convert.FromHexString("D0CF11E0A1B11AE1").CopyTo(file, 0);
        (file[30], file[48], file[49]) = (9, (byte)sector, (byte)(sector >> 8));
        Entry(file.AsSpan((sector + 1) * 512), "Root Entry");
        root.TryWriteBytes(file.AsSpan(((sector + 1) * 512) + 80));
        Entry(file.AsSpan(((sector + 1) * 512) + 128), entry);
        return file;
    }

    internal static byte[] Zip(string name, string content, CompressionLevel level)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry(name, level).Open())
            entry.Write(Encoding.UTF8.GetBytes(content));
        return file.ToArray();
    }

    private static void Entry(Span<byte> place, string name)
    {
        Encoding.Unicode.GetBytes(name, place);
        place[64] = (byte)((name.Length + 1) * 2);
    }

    private static bool IsMorePrecise(string ours) =>
        ours.Contains("macroEnabled", StringComparison.Ordinal) || ours.EndsWith(".template", StringComparison.Ordinal) || ours.EndsWith(".slideshow", StringComparison.Ordinal) || ours == "model/vnd.dwf";
}
