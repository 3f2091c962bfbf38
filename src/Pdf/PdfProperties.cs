namespace Vaguemestre.Pdf;

/// <summary>What a document says of itself, in its metadata and in the title bar of the reader's window.</summary>
public sealed record PdfProperties
{
    /// <summary>The document's title, shown instead of the file name (ISO 14289-1, 7.1). Not blank.</summary>
    public required string Title { get; init; }

    public string? Author { get; init; }

    public string? Subject { get; init; }

    /// <summary>The language of the text, by which a screen reader chooses its voice (BCP 47).</summary>
    public string Language { get; init; } = "fr-FR";

    /// <summary>The only instant in the file, written in UTC to the second.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
