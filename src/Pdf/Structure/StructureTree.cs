using System.Globalization;
using System.Text;
using Vaguemestre.Pdf.Files;
using Vaguemestre.Pdf.Layout;

namespace Vaguemestre.Pdf.Structure;

/// <summary>
/// The logical structure of a document (ISO 32000-1, 14.7): what is a heading, a paragraph, a cell, in reading order, and the way back
/// from each piece of a page to its element. Everything that is not an artifact hangs in it (ISO 14289-1, 7.1).
/// </summary>
internal sealed class StructureTree
{
    public StructureElement Document { get; } = new("Document");

    /// <summary>Writes the tree over pages that have their object numbers, and returns the number of its root.</summary>
    public int Write(PdfObjects objects, IReadOnlyList<Page> pages)
    {
        var root = objects.Reserve();
        Number(objects, Document);
        Write(objects, Document, root);

        var parents = new StringBuilder("<< /Nums [");
        foreach (var page in pages)
            parents.Append(CultureInfo.InvariantCulture, $"{page.Index} {PdfSyntax.References(page.Owners.Select(owner => owner.Number))} ");

        var marked = Document.Elements.SelectMany(element => element.Objects.Select(content => (content.Key, element.Number))).ToList();
        foreach (var (key, element) in marked)
            parents.Append(CultureInfo.InvariantCulture, $"{key} {element} 0 R ");

        var parentTree = objects.Add(parents.Append("] >>").ToString());
        objects.Write(root, $"<< /Type /StructTreeRoot /K {Document.Number} 0 R /ParentTree {parentTree} 0 R /ParentTreeNextKey {pages.Count + marked.Count} >>");
        return root;
    }

    static void Number(PdfObjects objects, StructureElement element)
    {
        element.Number = objects.Reserve();
        foreach (var child in element.Elements)
            Number(objects, child);
    }

    static void Write(PdfObjects objects, StructureElement element, int parent)
    {
        var attributes = (element.Attributes is { } value ? $" /A {value}" : "") + (element.Alternative is { } words ? $" /Alt {PdfSyntax.Text(words)}" : "");
        objects.Write(element.Number, $"<< /Type /StructElem /S /{element.Type} /P {parent} 0 R{attributes}{Kids(element)} >>");
        foreach (var child in element.Elements)
            Write(objects, child, element.Number);
    }

    static string Kids(StructureElement element) => element.Kids switch
    {
        [] => "",
        [MarkedContent content] => $" /Pg {content.Page.Number} 0 R /K {content.Id}",
        var kids => $" /K [{string.Join(' ', kids.Select(Kid))}]",
    };

    static string Kid(object kid) => kid switch
    {
        MarkedContent content => $"<< /Type /MCR /Pg {content.Page.Number} 0 R /MCID {content.Id} >>",
        MarkedObject marked => $"<< /Type /OBJR /Pg {marked.Page.Number} 0 R /Obj {marked.Number} 0 R >>",
        StructureElement child => $"{child.Number} 0 R",
        _ => throw new InvalidOperationException($"A structure element cannot hold a {kid.GetType().Name}."),
    };
}
