using System.Globalization;
using System.Text;
using Vaguemestre.Pdf.Files;
using Vaguemestre.Pdf.Fonts;
using Vaguemestre.Pdf.Structure;

namespace Vaguemestre.Pdf.Layout;

/// <summary>
/// A page of A4 and what is drawn on it (ISO 32000-1, 7.8.2). All of it stands between <c>BDC</c> and <c>EMC</c>: either it belongs to an element
/// of the structure tree, or it is an artifact (14.8.2.2; ISO 14289-1, 7.1). Points, from the lower left corner.
/// </summary>
internal sealed class Page(int index)
{
    public const double Width = 595.28, Height = 841.89;

    readonly StringBuilder content = new();
    readonly List<StructureElement> owners = [];

    public int Index => index;

    /// <summary>The page object's number, given before the file is written.</summary>
    public int Number { get; set; }

    /// <summary>The number of the form field on it; none on most pages.</summary>
    public int? Annotation { get; set; }

    /// <summary>Whose content it is, by marked-content identifier.</summary>
    public IReadOnlyList<StructureElement> Owners => owners;

    public void Draw(StructureElement owner, Ink ink, Action draw)
    {
        owner.Add(new MarkedContent(this, owners.Count));
        content.Append(CultureInfo.InvariantCulture, $"/{owner.Type} <</MCID {owners.Count}>> BDC\n");
        owners.Add(owner);
        Fill(ink);
        draw();
        content.Append("EMC\n");
    }

    public void DrawFooter(Ink ink, Action draw)
    {
        content.Append("/Artifact <</Type /Pagination /Subtype /Footer>> BDC\n");
        Fill(ink);
        draw();
        content.Append("EMC\n");
    }

    /// <summary>Draws again what has been read before: a table's heading on its next page.</summary>
    public void DrawRepeated(Ink ink, Action draw)
    {
        content.Append("/Artifact <</Type /Pagination>> BDC\n");
        Fill(ink);
        draw();
        content.Append("EMC\n");
    }

    public void DrawRule(double x, double y, double width, double thickness, Ink ink)
    {
        content.Append("/Artifact <</Type /Layout>> BDC\n");
        Fill(ink);
        content.Append(CultureInfo.InvariantCulture, $"{PdfSyntax.Number(x)} {PdfSyntax.Number(y)} {PdfSyntax.Number(width)} {PdfSyntax.Number(thickness)} re f\nEMC\n");
    }

    /// <summary>Fills squares of one size, within a <c>Draw</c>: rows from the top, each a run of squares.</summary>
    public void FillSquares(IEnumerable<(int Column, int Row, int Length)> runs, double size, double x, double top)
    {
        foreach (var (column, row, length) in runs)
            content.Append(CultureInfo.InvariantCulture, $"{PdfSyntax.Number(x + (column * size))} {PdfSyntax.Number(top - ((row + 1) * size))} {PdfSyntax.Number(length * size)} {PdfSyntax.Number(size)} re\n");
        content.Append("f\n");
    }

    /// <summary>Shows glyphs on a baseline, within a <c>Draw</c>.</summary>
    public void Show(ReadOnlySpan<Glyph> glyphs, double size, double x, double baseline)
    {
        Span<char> code = stackalloc char[4];
        content.Append(CultureInfo.InvariantCulture, $"BT {PdfSyntax.Number(x)} {PdfSyntax.Number(baseline)} Td");
        for (int i = 0, end; i < glyphs.Length; i = end)
        {
            var font = glyphs[i].Font;
            content.Append(CultureInfo.InvariantCulture, $" /{font.Resource} {PdfSyntax.Number(size)} Tf <");
            for (end = i; end < glyphs.Length && glyphs[end].Font == font; end++)
            {
                glyphs[end].Code.TryFormat(code, out _, "X4", CultureInfo.InvariantCulture);
                content.Append(code);
            }

            content.Append("> Tj");
        }

        content.Append(" ET\n");
    }

    /// <summary>Writes the page under its number.</summary>
    public void Write(PdfObjects objects, int tree, int resources)
    {
        var stream = objects.AddStream("", Encoding.ASCII.GetBytes(content.ToString()));
        objects.Write(Number, $"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {PdfSyntax.Number(Width)} {PdfSyntax.Number(Height)}] /Resources {resources} 0 R "
            + $"/Contents {stream} 0 R /StructParents {index} /Tabs /S{(Annotation is { } field ? $" /Annots [{field} 0 R]" : "")} >>");
    }

    void Fill(Ink ink) => content.Append(CultureInfo.InvariantCulture, $"{PdfSyntax.Number(ink.Red)} {PdfSyntax.Number(ink.Green)} {PdfSyntax.Number(ink.Blue)} rg\n");
}
