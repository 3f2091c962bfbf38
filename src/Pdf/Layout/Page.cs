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

    readonly PdfContent content = new();
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
        content.Add("/"u8).Add(owner.Type).Add(" <</MCID "u8).Add(owners.Count).Add(">> BDC\n"u8);
        owners.Add(owner);
        Fill(ink);
        draw();
        content.Add("EMC\n"u8);
    }

    public void DrawFooter(Ink ink, Action draw)
    {
        content.Add("/Artifact <</Type /Pagination /Subtype /Footer>> BDC\n"u8);
        Fill(ink);
        draw();
        content.Add("EMC\n"u8);
    }

    /// <summary>Draws again what has been read before: a table's heading on its next page.</summary>
    public void DrawRepeated(Ink ink, Action draw)
    {
        content.Add("/Artifact <</Type /Pagination>> BDC\n"u8);
        Fill(ink);
        draw();
        content.Add("EMC\n"u8);
    }

    public void DrawRule(double x, double y, double width, double thickness, Ink ink)
    {
        content.Add("/Artifact <</Type /Layout>> BDC\n"u8);
        Fill(ink);
        content.Add(x).Add(y).Add(width).Add(thickness).Add(" re f\nEMC\n"u8);
    }

    /// <summary>Fills squares of one size, within a <c>Draw</c>: rows from the top, each a run of squares.</summary>
    public void FillSquares(IEnumerable<(int Column, int Row, int Length)> runs, double size, double x, double top)
    {
        content.Add("q"u8).Add(size).Add(" 0 0"u8).Add(size).Add(x).Add(top).Add(" cm\n"u8);
        foreach (var (column, row, length) in runs)
            content.Add(column).Add(" "u8).Add(-1 - row).Add(" "u8).Add(length).Add(" 1 re\n"u8);
        content.Add("f\nQ\n"u8);
    }

    /// <summary>Shows glyphs on a baseline, within a <c>Draw</c>.</summary>
    public void Show(ReadOnlySpan<Glyph> glyphs, double size, double x, double baseline)
    {
        content.Add("BT"u8).Add(x).Add(baseline).Add(" Td"u8);
        for (int i = 0, end; i < glyphs.Length; i = end)
        {
            var font = glyphs[i].Font;
            content.Add(" /"u8).Add(font.Resource).Add(size).Add(" Tf <"u8);
            for (end = i; end < glyphs.Length && glyphs[end].Font == font; end++)
                content.AddCode(glyphs[end].Code);
            content.Add("> Tj"u8);
        }

        content.Add(" ET\n"u8);
    }

    /// <summary>Writes the page under its number.</summary>
    public void Write(PdfObjects objects, int tree, int resources)
    {
        var stream = objects.AddStream("", content.Pack());
        objects.Write(Number, $"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {PdfSyntax.Number(Width)} {PdfSyntax.Number(Height)}] /Resources {resources} 0 R "
            + $"/Contents {stream} 0 R /StructParents {index} /Tabs /S{(Annotation is { } field ? $" /Annots [{field} 0 R]" : "")} >>");
    }

    void Fill(Ink ink) => content.Add(ink.Red).Add(ink.Green).Add(ink.Blue).Add(" rg\n"u8);
}
