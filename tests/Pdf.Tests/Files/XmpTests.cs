using System.Text;
using System.Xml.Linq;

namespace Vaguemestre.Pdf.Tests.Files;

public sealed class XmpTests
{
    static readonly XNamespace PdfA = "http://www.aiim.org/pdfa/ns/id/", PdfUa = "http://www.aiim.org/pdfua/ns/id/", Dc = "http://purl.org/dc/elements/1.1/";

    public static XElement Metadata(byte[] pdf) => Reading.Of(pdf, document =>
        document.TryGetXmpMetadata(out var metadata) ? XElement.Parse(Encoding.UTF8.GetString(metadata.GetXmlBytes())) : throw new InvalidDataException("No metadata."));

    [Fact]
    public void The_document_is_written_to_PDF_A_3a_and_PDF_UA_1()
    {
        var metadata = Metadata(Sample.Attestation(1));

        metadata.Descendants(PdfA + "part").Single().Value.ShouldBe("3");
        metadata.Descendants(PdfA + "conformance").Single().Value.ShouldBe("A");
        metadata.Descendants(PdfUa + "part").Single().Value.ShouldBe("1");
        metadata.Descendants(Dc + "title").Single().Value.ShouldBe(Sample.Properties.Title);
    }

    [Fact]
    public void The_metadata_can_be_read_without_unpacking() =>
        Encoding.UTF8.GetString(Sample.Attestation(1)).ShouldContain("<pdfaid:part>3</pdfaid:part>");
}
