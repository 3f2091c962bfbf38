using System.Text;
using Vaguemestre.Pdf.Files;

namespace Vaguemestre.Pdf.Tests.Files;

public sealed class PdfObjectsTests
{
    [Fact]
    public void The_table_leads_to_every_object()
    {
        using var stream = new MemoryStream();
        var objects = new PdfObjects(stream);
        var late = objects.Reserve();
        var big = objects.Add($"({new string('x', 200_000)})");
        var packed = objects.AddStream("", new byte[100_000]);
        objects.Write(late, "<< /Type /Catalog >>");
        objects.Finish(late, big);

        var file = Encoding.Latin1.GetString(stream.ToArray());
        var table = int.Parse(file.Split("startxref\n")[1].Split('\n')[0]);
        var lines = file[table..].Split('\n');
        lines[0].ShouldBe("xref");
        foreach (var number in new[] { late, big, packed })
            file[int.Parse(lines[2 + number][..10])..].ShouldStartWith($"{number} 0 obj\n");
    }

    [Fact]
    public void An_object_is_written_once()
    {
        var objects = new PdfObjects(Stream.Null);
        var number = objects.Add("null");

        Should.Throw<InvalidOperationException>(() => objects.Write(number, "null"));
    }

    [Theory]
    [InlineData("application/json", "/application#2Fjson")]
    [InlineData("é /(", "/#C3#A9#20#2F#28")]
    public void A_name_is_escaped(string name, string expected) => PdfSyntax.Name(name).ShouldBe(expected);
}
