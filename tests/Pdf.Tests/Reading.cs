using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;

namespace Vaguemestre.Pdf.Tests;

/// <summary>What PdfPig finds in a document.</summary>
static class Reading
{
    /// <summary>Every character of every page as it is stored, one page after the other.</summary>
    public static string Text(byte[] pdf) => Of(pdf, document => string.Concat(document.GetPages().SelectMany(page => page.Letters).Select(letter => letter.Value)));

    public static T Of<T>(byte[] pdf, Func<UglyToad.PdfPig.PdfDocument, T> read)
    {
        using var document = UglyToad.PdfPig.PdfDocument.Open(pdf);
        return read(document);
    }

    public static IReadOnlyList<Letter> Letters(byte[] pdf) => Of(pdf, document => document.GetPages().SelectMany(page => page.Letters).ToList());
}
