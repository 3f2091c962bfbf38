using Vaguemestre.Pdf.Layout;

namespace Vaguemestre.Pdf.Structure;

/// <summary>A node of the structure tree: a standard type (ISO 32000-1, 14.8.4) and, in reading order, other elements and pieces of pages.</summary>
internal sealed class StructureElement(string type, string? attributes = null, string? alternative = null)
{
    readonly List<object> kids = [];

    public string Type => type;

    /// <summary>An attribute dictionary in PDF syntax, such as the scope of a table heading (14.8.5.7).</summary>
    public string? Attributes => attributes;

    /// <summary>What is read aloud in place of what cannot be (14.9.3).</summary>
    public string? Alternative => alternative;

    /// <summary>The object's number, once the tree is being written.</summary>
    public int Number { get; set; }

    public IEnumerable<StructureElement> Elements => kids.OfType<StructureElement>();

    public IEnumerable<MarkedContent> Contents => kids.OfType<MarkedContent>();

    public IEnumerable<MarkedObject> Objects => kids.OfType<MarkedObject>();

    public IReadOnlyList<object> Kids => kids;

    public StructureElement Add(string childType, string? childAttributes = null, string? alternative = null)
    {
        var child = new StructureElement(childType, childAttributes, alternative);
        kids.Add(child);
        return child;
    }

    public void Add(MarkedContent content) => kids.Add(content);

    public void Add(MarkedObject content) => kids.Add(content);
}

/// <summary>A piece of a page's content that belongs to an element; <paramref name="Id"/> is unique within the page (14.7.4.2).</summary>
internal sealed record MarkedContent(Page Page, int Id);

/// <summary>An object on a page, such as a form field, that belongs to an element; <paramref name="Key"/> leads from it to the element (14.7.4.3).</summary>
internal sealed record MarkedObject(Page Page, int Number, int Key);
