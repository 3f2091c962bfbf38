using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Vaguemestre.Pdf.Tests;

public sealed class SignatureTests
{
    static readonly DateTimeOffset Instant = new(2026, 3, 4, 14, 29, 41, TimeSpan.Zero);

    [Fact]
    public void Foreign_readers_find_a_valid_signature_of_the_whole_file()
    {
        var pdf = Signed();
        var said = Tool.Run("pdfsig", pdf, "-nocert", "{pdf}");
        said.ShouldContain("Signature Type: ETSI.CAdES.detached");
        said.ShouldContain("Signature is Valid");
        said.ShouldContain("Total document signed");
        Tool.Run("qpdf", pdf, "--check", "{pdf}").ShouldContain("No syntax or stream encoding errors found");
        Tool.Run("mutool", pdf, "sign", "-v", "{pdf}").ShouldContain("The document is unchanged since signing.");
        Tool.Run("pdftotext", pdf, "{pdf}", "-").ShouldContain("Attestation");
    }

    [Fact]
    public void The_same_document_is_read_again_with_its_attachment_and_what_was_signed()
    {
        var pdf = Signed();
        var read = SignedPdf.Read(pdf)!;
        Encoding.UTF8.GetString(read.Attachment!).ShouldBe("{\"é\":1}");
        var cms = new SignedCms(new ContentInfo(read.SignedBytes), detached: true);
        cms.Decode(read.Signature);
        cms.CheckSignature(verifySignatureOnly: true);
        read.SaysTheSameAs(SignedPdf.Read(Signed())!).ShouldBeTrue();
        read.SaysTheSameAs(SignedPdf.Read(Signed("Autre mot"))!).ShouldBeFalse();
    }

    [Fact]
    public void A_file_of_another_shape_is_not_read()
    {
        var pdf = Signed();
        foreach (var other in new byte[][] { [], [.. pdf, (byte)'\n'], pdf[..^1], [.. pdf, .. "1 0 obj\n<< >>\nendobj\n"u8], Lower(pdf), Encoding.Latin1.GetBytes("%PDF-1.7\nrien") })
            SignedPdf.Read(other).ShouldBeNull();

        static byte[] Lower(byte[] pdf)
        {
            var text = Encoding.Latin1.GetString(pdf);
            var contents = text.IndexOf("/Contents <3082", StringComparison.Ordinal) + 11;
            return Encoding.Latin1.GetBytes(text[..contents] + text[contents..(contents + 400)].ToLowerInvariant() + text[(contents + 400)..]);
        }
    }

    [Fact]
    public void A_signature_longer_than_its_place_is_refused() =>
        Should.Throw<ArgumentException>(() => Document("mot").WriteForSignature(new PdfSignature("Essai", 64)).With(new byte[65]));

    [Fact]
    public void A_code_is_a_picture_with_words_for_those_who_do_not_see_it()
    {
        var pdf = Signed();
        Tool.Run("pdfinfo", pdf, "-struct", "{pdf}").ShouldContain("Figure");
        Should.Throw<ArgumentException>(() => Document("mot").Code([[true], [true]], 2, "x"));
    }

    static byte[] Signed(string word = "mot")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=Essai", key, HashAlgorithmName.SHA256).CreateSelfSigned(Instant.AddDays(-1), Instant.AddYears(20));
        var unsigned = Document(word).WriteForSignature(new PdfSignature("Attestation", 4096));
        var cms = new SignedCms(new ContentInfo(unsigned.ToSign), detached: true);
        var signer = new CmsSigner(certificate) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1") };
        var reference = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (reference.PushSequence())
        using (reference.PushSequence())
        using (reference.PushSequence())
            reference.WriteOctetString(SHA256.HashData(certificate.RawData));
        signer.SignedAttributes.Add(new AsnEncodedData(new Oid("1.2.840.113549.1.9.16.2.47"), reference.Encode()));
        cms.ComputeSignature(signer);
        return unsigned.With(cms.Encode());
    }

    static PdfDocument Document(string word)
    {
        var document = new PdfDocument(new PdfProperties { Title = "Attestation", CreatedAt = Instant });
        document.Heading(1, "Attestation");
        document.Paragraph($"Un {word} suivi de /ByteRange [ et de endobj.");
        document.Code([.. Enumerable.Range(0, 29).Select(row => Enumerable.Range(0, 29).Select(column => (row * column) % 3 == 0).ToList())], 2, "Un code");
        document.Attach("preuves.json", "application/json", "{\"é\":1}"u8.ToArray(), "Preuves", AttachmentRelationship.Data);
        return document;
    }
}
