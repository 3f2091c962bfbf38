namespace Vaguemestre.Pdf;

/// <summary>What an attached file is to the document (ISO 19005-3, 6.8; the names are those of <c>AFRelationship</c>).</summary>
public enum AttachmentRelationship
{
    /// <summary>The file the document was made from.</summary>
    Source,
    /// <summary>The data that the document presents.</summary>
    Data,
    /// <summary>The same content in another form.</summary>
    Alternative,
    /// <summary>More than the document says.</summary>
    Supplement,
    Unspecified,
}

/// <summary>A file inside the document.</summary>
internal sealed record Attachment(string Name, string MediaType, ReadOnlyMemory<byte> Content, string Description, AttachmentRelationship Relationship);
