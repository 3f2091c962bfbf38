using Vaguemestre.Pdf.Files;
using Vaguemestre.Pdf.Fonts;
using Vaguemestre.Pdf.Layout;
using Vaguemestre.Pdf.Signing;

namespace Vaguemestre.Pdf;

/// <summary>
/// A text document on pages of A4, said in the words of the page: headings, paragraphs, tables, timelines, attached files.
/// It is written to PDF/A-3 level A (ISO 19005-3) and PDF/UA-1 (ISO 14289-1): tagged, fonts embedded, all text extractable.
/// "Written to", not certified: no validator vouches for it here.
/// The same calls with the same <see cref="PdfProperties"/> write the same bytes. Not for use by several threads at once.
/// </summary>
public sealed class PdfDocument
{
    /// <summary>Bytes of some pages with their fonts.</summary>
    const int UsualLength = 96 * 1024;

    /// <summary>Of a timeline: number, instant, event, detail. An instant with its seconds and its zone stands on a line.</summary>
    static readonly double[] timelineShares = [0.4, 2.55, 3.3, 4.9];

    readonly PdfProperties properties;
    readonly List<Action<Flow>> blocks = [];
    readonly List<Attachment> attachments = [];
    int headingLevel;

    public PdfDocument(PdfProperties properties)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(properties.Title, nameof(properties));
        ArgumentException.ThrowIfNullOrWhiteSpace(properties.Language, nameof(properties));
        this.properties = properties;
    }

    /// <summary>The line at the foot of each page, from the page's number and how many there are. An artifact: not read aloud.</summary>
    public Func<int, int, string>? Footer { get; set; }

    /// <summary>A heading of level 1 to 6, which also becomes a bookmark.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The level is skipped: a heading 3 needs a heading 2 above it (ISO 14289-1, 7.4.2).</exception>
    public void Heading(int level, string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        if (level < 1 || level > Math.Min(6, headingLevel + 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, $"After a heading of level {headingLevel} comes one of level 1 to {Math.Min(6, headingLevel + 1)}.");

        headingLevel = level;
        blocks.Add(flow => flow.Heading(level, text));
    }

    public void Paragraph(params IReadOnlyList<Text> runs) => Add(runs, TextStyle.Body);

    /// <summary>A paragraph in small, quiet type: a caution, a legal mention.</summary>
    public void Note(params IReadOnlyList<Text> runs) => Add(runs, TextStyle.Note);

    /// <summary>Labels and values side by side, one fact a row.</summary>
    public void Facts(params IReadOnlyList<(string Label, string Value)> facts)
    {
        if (facts.Count > 0)
            blocks.Add(flow => TableLayout.DrawFacts(flow, facts));
    }

    /// <summary>A table with a heading row. Cells wrap; rows go on over as many pages as they need.</summary>
    /// <exception cref="ArgumentException">No column, a column without share of the width, or a row with more or fewer cells than there are columns.</exception>
    public void Table(IReadOnlyList<Column> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (columns.Count == 0 || columns.Any(column => !double.IsFinite(column.Share) || column.Share <= 0))
            throw new ArgumentException("A table needs one column or more, each with a share greater than zero.", nameof(columns));

        var all = rows.ToList();
        if (all.FindIndex(row => row.Count != columns.Count) is var odd and >= 0)
            throw new ArgumentException($"Row {odd + 1} has {all[odd].Count} cells for {columns.Count} columns.", nameof(rows));

        blocks.Add(flow => TableLayout.Draw(flow, columns, all));
    }

    /// <summary>What happened, one moment a row, in the order given: a table with a heading row, so that whoever has it read aloud goes by rows and columns.</summary>
    public void Timeline(Moment headings, IEnumerable<Moment> moments)
    {
        static string[] Cells(Moment moment) => [moment.Number, moment.At, moment.Event, moment.Detail];

        Table([.. Cells(headings).Zip(timelineShares, (title, share) => new Column(title, share))], moments.Select(Cells));
    }

    /// <summary>A thin line across the page.</summary>
    public void Rule() => blocks.Add(flow => flow.Rule());

    /// <summary>White space, in points (1/72 inch).</summary>
    public void Space(double points)
    {
        if (points is not (>= 0 and <= Page.Height))
            throw new ArgumentOutOfRangeException(nameof(points), points, "White space is between nothing and a page.");

        blocks.Add(flow => flow.Space(points));
    }

    /// <summary>Puts a file inside the document (ISO 19005-3, 6.8). The bytes are kept, not copied, until <see cref="Write"/>.</summary>
    /// <exception cref="ArgumentException">The name is blank, holds a folder, or was already given to another file.</exception>
    public void Attach(string name, string mediaType, ReadOnlyMemory<byte> content, string description, AttachmentRelationship relationship)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(mediaType);
        if (name.AsSpan().ContainsAny('/', '\\'))
            throw new ArgumentException($"The attachment's name is a file name without folder, not \"{name}\".", nameof(name));
        var fileName = CleanText.OneLine(name);
        if (attachments.Exists(other => other.Name == fileName))
            throw new ArgumentException($"The document already holds an attachment named \"{fileName}\".", nameof(name));

        attachments.Add(new Attachment(fileName, mediaType, content, CleanText.OneLine(description), relationship));
    }

    /// <summary>
    /// A code of dark and light squares, as a picture that is read aloud as <paramref name="alternative"/>. The white that such a code asks for
    /// around it (ISO/IEC 18004, 6.3.8) is among its squares.
    /// </summary>
    /// <param name="squares">Rows from the top; dark where true. All of one length.</param>
    /// <param name="size">The side of a square, in points.</param>
    /// <param name="alternative">What it says.</param>
    public void Code(IReadOnlyList<IReadOnlyList<bool>> squares, double size, string alternative)
    {
        if (squares.Count == 0 || squares.Any(row => row.Count != squares.Count) || squares.Count * size > Flow.FullWidth)
            throw new ArgumentException("A code is a square that fits the width of the page.", nameof(squares));
        blocks.Add(flow => flow.Code(squares, size, CleanText.OneLine(alternative)));
    }

    /// <summary>Sets the pages and writes the file. <paramref name="output"/> need not be seekable and stays open.</summary>
    public void Write(Stream output)
    {
        PdfFile.Write(output, properties, Set(), attachments);
    }

    /// <summary>The same with a place for a signature, which is made of the whole file and put in afterwards.</summary>
    public UnsignedPdf WriteForSignature(PdfSignature signature)
    {
        using var file = new MemoryStream(UsualLength + (2 * signature.Capacity) + attachments.Sum(attachment => attachment.Content.Length / 2));
        var dictionary = PdfFile.Write(file, properties, Set(), attachments, signature);
        var bytes = file.GetBuffer().AsMemory(0, (int)file.Length);
        return new UnsignedPdf(bytes, SignaturePlace.Find(bytes.Span, (int)dictionary!.Value)!);
    }

    Flow Set()
    {
        var flow = new Flow();
        foreach (var block in blocks)
            block(flow);
        if (Footer is { } footer)
            flow.Footers(footer);
        return flow;
    }

    void Add(IReadOnlyList<Text> runs, TextStyle style) => blocks.Add(flow => flow.Paragraph(runs, style));
}
