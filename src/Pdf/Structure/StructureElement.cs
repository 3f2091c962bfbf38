using Vaguemestre.Pdf.Layout;

namespace Vaguemestre.Pdf.Structure;

/// <summary>A node of the structure tree: a standard type (ISO 32000-1, 14.8.4) and, in reading order, other elements and pieces of pages.</summary>
internal sealed class StructureElement(string type, string? attributes = null)
{
    readonly List<object> kids = [];

    public string Type => type;

    /// <summary>An attribute dictionary in PDF syntax, such as the scope of a table heading (14.8.5.7).</summary>
    public string? Attributes => attributes;

    /// <summary>The object's number, once the tree is being written.</summary>
    public int Number { get; set; }

    public IEnumerable<StructureElement> Elements => kids.OfType<StructureElement>();

    public IEnumerable<MarkedContent> Contents => kids.OfType<MarkedContent>();

    public IReadOnlyList<object> Kids => kids;

    public StructureElement Add(string childType, string? childAttributes = null)
    {
        var child = new StructureElement(childType, childAttributes);
        kids.Add(child);
        return child;
    }

    public void Add(MarkedContent content) => kids.Add(content);
}

/// <summary>A piece of a page's content that belongs to an element; <paramref name="Id"/> is unique within the page (14.7.4.2).</summary>
internal sealed record MarkedContent(Page Page, int Id);
