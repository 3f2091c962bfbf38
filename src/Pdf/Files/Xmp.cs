using System.Globalization;
using System.Security;
using System.Text;
using Vaguemestre.Pdf.Fonts;

namespace Vaguemestre.Pdf.Files;

/// <summary>
/// The document's metadata in XMP (ISO 16684-1): its title, and that it is written to PDF/A-3 level A and PDF/UA-1
/// (ISO 19005-3, 6.6; ISO 14289-1, 5 and 7.1). The document information dictionary says the same (ISO 19005-3, 6.6.2.3).
/// </summary>
internal static class Xmp
{
    public const string Producer = "Vaguemestre";

    public static byte[] Of(PdfProperties properties)
    {
        var instant = properties.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes($"""
            <?xpacket begin="{'\uFEFF'}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/">
             <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
              <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
               <pdfaid:part>3</pdfaid:part>
               <pdfaid:conformance>A</pdfaid:conformance>
               <pdfuaid:part>1</pdfuaid:part>
              </rdf:Description>
              <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
               <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{Xml(properties.Title)}</rdf:li></rdf:Alt></dc:title>
               <dc:language><rdf:Bag><rdf:li>{Xml(properties.Language)}</rdf:li></rdf:Bag></dc:language>{Author(properties)}{Subject(properties)}
               <xmp:CreateDate>{instant}</xmp:CreateDate>
               <xmp:ModifyDate>{instant}</xmp:ModifyDate>
               <xmp:MetadataDate>{instant}</xmp:MetadataDate>
               <xmp:CreatorTool>{Producer}</xmp:CreatorTool>
               <pdf:Producer>{Producer}</pdf:Producer>
              </rdf:Description>
            {UniversalAccessSchema}
             </rdf:RDF>
            </x:xmpmeta>
            <?xpacket end="w"?>
            """);
    }

    /// <summary>PDF/A knows nothing of <c>pdfuaid</c>, so the property is described where it is used (ISO 19005-3, 6.6.2.3.3).</summary>
    const string UniversalAccessSchema = """
              <rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
               <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
                <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
                <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
                <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
                <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
                 <pdfaProperty:name>part</pdfaProperty:name>
                 <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
                 <pdfaProperty:category>internal</pdfaProperty:category>
                 <pdfaProperty:description>Part of ISO 14289 to which the document is written</pdfaProperty:description>
                </rdf:li></rdf:Seq></pdfaSchema:property>
               </rdf:li></rdf:Bag></pdfaExtension:schemas>
              </rdf:Description>
            """;

    static string Author(PdfProperties properties) => properties.Author is { } author
        ? $"\n   <dc:creator><rdf:Seq><rdf:li>{Xml(author)}</rdf:li></rdf:Seq></dc:creator>" : "";

    static string Subject(PdfProperties properties) => properties.Subject is { } subject
        ? $"\n   <dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{Xml(subject)}</rdf:li></rdf:Alt></dc:description>" : "";

    static string Xml(string text) => SecurityElement.Escape(CleanText.OneLine(text));
}
