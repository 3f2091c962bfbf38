using Vaguemestre.Pdf.Files;
using Vaguemestre.Pdf.Layout;
using Vaguemestre.Pdf.Structure;

namespace Vaguemestre.Pdf.Signing;

/// <summary>
/// The form field that holds the signature (ISO 32000-1, 12.7.4.5): invisible, since the page itself says who signs, and yet in the
/// structure tree, so that a screen reader meets it (ISO 14289-1, 7.18).
/// </summary>
internal sealed class SignatureField
{
    const string Name = "Signature électronique";

    readonly PdfSignature signature;
    readonly int widget, dictionary, page, key;

    SignatureField(PdfSignature signature, PdfObjects objects, Flow flow)
    {
        this.signature = signature;
        (widget, dictionary) = (objects.Reserve(), objects.Reserve());
        var last = flow.Page;
        (page, key) = (last.Number, flow.Pages.Count);
        last.Annotation = widget;
        flow.Structure.Document.Add("Form", alternative: Name).Add(new MarkedObject(last, widget, key));
    }

    /// <summary>On the last page, whose number is known. Before the pages and the structure are written.</summary>
    public static SignatureField? Of(PdfSignature? signature, PdfObjects objects, Flow flow) => signature is null ? null : new(signature, objects, flow);

    /// <summary>The catalog's entry (ISO 32000-1, 12.7.2): the file holds a signature, and is only ever appended to.</summary>
    public string CatalogEntry => $" /AcroForm << /Fields [{widget} 0 R] /SigFlags 3 >>";

    /// <summary>Writes field and signature dictionary, and says the number of the latter.</summary>
    public int Write(PdfObjects objects, DateTimeOffset instant)
    {
        objects.Write(widget, $"<< /Type /Annot /Subtype /Widget /FT /Sig /T {PdfSyntax.Text("Signature")} /TU {PdfSyntax.Text(Name)} /V {dictionary} 0 R /P {page} 0 R /Rect [0 0 0 0] /F 132 /StructParent {key} >>");
        objects.Write(dictionary, [$"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M {PdfSyntax.Date(instant)} /Reason {PdfSyntax.Text(signature.Reason)} ", .. SignaturePlace.Entries(signature.Capacity), " >>"]);
        return dictionary;
    }
}
