using System.IO.Compression;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;
using Vaguemestre.TestKit;

namespace Vaguemestre.Core.Tests.Files;

public sealed class RefusedFilesTests
{
    [Theory]
    [InlineData("setup.exe")]
    [InlineData("facture.pdf.exe")]
    [InlineData("FACTURE.EXE")]
    [InlineData("facture.exe.")]
    [InlineData("facture.exe . .")]
    [InlineData("facture.exe::$DATA")]
    [InlineData("facture.pdf:cache.exe")]
    [InlineData("facture.ex\u200Be")]
    [InlineData("../../demarrage.bat")]
    [InlineData("a\"; filename=\"b.exe")]
    [InlineData("plan.lnk")]
    [InlineData("macro.VBS")]
    [InlineData("installeur.msi")]
    [InlineData("disque.iso")]
    [InlineData("lisez-moi.hta")]
    public void What_a_double_click_runs_is_refused_by_its_name(string name)
    {
        var refused = AttachmentName.Check(name);
        refused!.Errors.ShouldHaveSingleItem().Field.ShouldBe("file");
        refused.Errors[0].Message.ShouldContain("n'est pas joint");
    }

    [Theory]
    [InlineData("facture\u202Efdp.exe")]
    [InlineData("facture\u202Exslx.txt")]
    [InlineData("\u2066facture\u2069.pdf")]
    public void A_name_that_hides_what_it_is_is_refused_with_the_reason(string name) =>
        AttachmentName.Check(name)!.Errors.ShouldHaveSingleItem().Message.ShouldContain("sens de lecture");

    [Theory]
    [InlineData("règlement de consultation.pdf")]
    [InlineData("DPGF lot n° 1 : gros œuvre.xlsm")]
    [InlineData("www.exe-cution.fr.pdf")]
    [InlineData("bat")]
    [InlineData(".htaccess")]
    [InlineData("offre.p7m")]
    [InlineData("CON")]
    [InlineData("<script>alert(1)</script>.html")]
    [InlineData("שלום\u200F.pdf")]
    [InlineData("plan 😀.dwg")]
    public void An_ordinary_name_and_an_odd_one_are_taken(string name) => AttachmentName.Check(name).ShouldBeNull();

    public static TheoryData<byte[]> Programs => new()
    {
        { [.. "MZ"u8, 0x90, 0, 3, 0] },
        { [0x7F, .. "ELF"u8, 2, 1, 1] },
        { [0xCF, 0xFA, 0xED, 0xFE, 7, 0, 0, 1] },
        { [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 2] },
        { [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 65] },
        { Convert.FromHexString("4C0000000114020000000000C000000000000046") },
        { "#!/bin/sh\nrm -rf ~\n"u8.ToArray() },
        { "REGEDIT4\r\n"u8.ToArray() },
        { "[InternetShortcut]\r\nURL=https://exemple.test\r\n"u8.ToArray() },
        { FileKindTests.Zip("META-INF/MANIFEST.MF", "Main-Class: A", CompressionLevel.Optimal) },
        { FileKindTests.Zip("AndroidManifest.xml", "", CompressionLevel.Optimal) },
        { FileKindTests.Ole(sector: 500, "Table", new Guid("000C1084-0000-0000-C000-000000000046")) },
    };

    [Theory, MemberData(nameof(Programs))]
    public async Task A_program_is_refused_whatever_it_is_called(byte[] content)
    {
        var kind = await FileKind.ReadAsync(new MemoryStream(content), default);
        RefusedFiles.Check("facture.pdf", kind)!.Errors.ShouldHaveSingleItem().Message.ShouldContain("d'après son contenu");
    }

    [Fact]
    public async Task Of_the_corpus_only_what_runs_is_refused_by_its_content()
    {
        var folder = Path.Combine(Corpora.FolderOrSkip("uploads"), "files");
        var refused = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            await using var content = File.OpenRead(file);
            if (RefusedFiles.Check("x", await FileKind.ReadAsync(content, default)) is not null)
                refused.Add(Path.GetFileName(file));
        }

        refused.Select(f => Path.GetExtension(f)).Distinct().Order(StringComparer.Ordinal).ShouldBe(Running);
    }

    [Fact]
    public async Task Every_refused_extension_stands_in_the_operators_page()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operate", "files.md"), TestContext.Current.CancellationToken);
        RefusedFiles.Extensions.Where(e => !page.Contains($"`.{e}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static readonly string[] Running = ["", ".ear", ".macho", ".reg", ".war", ".xar"];
}
