using UglyToad.PdfPig;

namespace Vaguemestre.Pdf.Tests;

public sealed class AttachmentTests
{
    [Fact]
    public void A_file_comes_back_byte_for_byte()
    {
        var folder = Directory.CreateTempSubdirectory("vaguemestre-pdf-");
        try
        {
            var saved = Path.Combine(folder.FullName, "journal.json");
            Tool.Run("pdfdetach", Sample.Attestation(), "-save", "1", "-o", saved, "{pdf}");
            File.ReadAllBytes(saved).ShouldBe(Sample.Evidence);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Names_of_all_kinds_and_empty_files_are_kept_in_order()
    {
        var pdf = Sample.Write(document =>
        {
            document.Attach("événements.json", "application/json", "[]"u8.ToArray(), "É", AttachmentRelationship.Data);
            document.Attach("a (1) <b>.txt", "text/plain; charset=utf-8", Array.Empty<byte>(), "", AttachmentRelationship.Unspecified);
        });

        Tool.Run("pdfdetach", pdf, "-list", "{pdf}").ShouldBe("2 embedded files\n1: a (1) <b>.txt\n2: événements.json\n");
        Tool.Run("qpdf", pdf, "--check", "{pdf}").ShouldContain("No syntax");
        Reading.Of(pdf, document => document.Advanced.TryGetEmbeddedFiles(out var files) ? files.Select(file => file.Bytes.Length).ToArray() : []).ShouldBe([0, 2]);
    }

    [Fact]
    public void The_document_says_what_the_file_is_to_it()
    {
        var catalog = Tool.Run("qpdf", Sample.Attestation(), "--qdf", "--object-streams=disable", "{pdf}", "-");

        catalog.ShouldContain("/AFRelationship /Data");
        catalog.ShouldMatch(@"/AF \[\s+\d+ 0 R\s+\]");
        catalog.ShouldContain("/Subtype /application#2fjson", Case.Insensitive);
    }

    [Theory]
    [InlineData("dossier/journal.json")]
    [InlineData("..\\journal.json")]
    [InlineData(" ")]
    public void A_name_that_is_not_a_file_name_is_refused(string name) =>
        Should.Throw<ArgumentException>(() => Sample.Write(document => document.Attach(name, "text/plain", "x"u8.ToArray(), "", AttachmentRelationship.Data)));

    [Fact]
    public void A_second_file_of_the_same_name_is_refused() =>
        Should.Throw<ArgumentException>(() => Sample.Write(document =>
        {
            document.Attach("a\u0001", "text/plain", "x"u8.ToArray(), "", AttachmentRelationship.Data);
            document.Attach("a\u0002", "text/plain", "x"u8.ToArray(), "", AttachmentRelationship.Data);
        })).Message.ShouldContain("already holds");
}
