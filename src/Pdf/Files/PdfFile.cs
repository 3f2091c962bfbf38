using System.Text;
using Vaguemestre.Pdf.Fonts;
using Vaguemestre.Pdf.Layout;
using Vaguemestre.Pdf.Signing;

namespace Vaguemestre.Pdf.Files;

/// <summary>Puts the parts together: pages, fonts, structure, metadata, colour, attachments, and the catalog that names them (ISO 32000-1, 7.7).</summary>
internal static class PdfFile
{
    /// <returns>Where the object of the signature dictionary begins; null without a signature.</returns>
    public static long? Write(Stream output, PdfProperties properties, Flow flow, IReadOnlyList<Attachment> attachments, PdfSignature? signature = null)
    {
        var objects = new PdfObjects(output);
        foreach (var page in flow.Pages)
            page.Number = objects.Reserve();
        var field = SignatureField.Of(signature, objects, flow);
        var pages = WritePages(objects, flow);
        var structure = flow.Structure.Write(objects, flow.Pages);
        var outline = flow.Outline.IsEmpty ? "" : $" /Outlines {flow.Outline.Write(objects)} 0 R";
        var metadata = objects.AddStream("/Type /Metadata /Subtype /XML", Xmp.Of(properties));
        var profile = objects.AddStream("/N 3", IccProfile.Srgb);
        var files = WriteAttachments(objects, attachments, properties.CreatedAt);

        var catalog = objects.Add($"<< /Type /Catalog /Pages {pages} 0 R /Lang {PdfSyntax.Text(properties.Language)} /MarkInfo << /Marked true >> "
            + $"/ViewerPreferences << /DisplayDocTitle true >> /StructTreeRoot {structure} 0 R{outline} /Metadata {metadata} 0 R "
            + $"/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB) /DestOutputProfile {profile} 0 R >>]{files}{field?.CatalogEntry} >>");
        var information = WriteInformation(objects, properties);
        long? place = field is null ? null : objects.PlaceOf(field.Write(objects, properties.CreatedAt));
        objects.Finish(catalog, information);
        return place;
    }

    static int WritePages(PdfObjects objects, Flow flow)
    {
        int tree = objects.Reserve(), resources = objects.Reserve();
        foreach (var page in flow.Pages)
            page.Write(objects, tree, resources);

        var fonts = flow.Fonts.Used.Select(font => $"/{font.Resource} {font.Write(objects)} 0 R ");
        objects.Write(resources, $"<< /Font << {string.Concat(fonts)}>> >>");
        objects.Write(tree, $"<< /Type /Pages /Count {flow.Pages.Count} /Kids {PdfSyntax.References(flow.Pages.Select(page => page.Number))} >>");
        return tree;
    }

    /// <summary>Embedded files, named for the reader and associated with the whole document (ISO 19005-3, 6.8).</summary>
    static string WriteAttachments(PdfObjects objects, IReadOnlyList<Attachment> attachments, DateTimeOffset instant)
    {
        if (attachments.Count == 0)
            return "";

        var specifications = attachments.OrderBy(attachment => attachment.Name, StringComparer.Ordinal).Select(attachment =>
        {
            var file = objects.AddStream($"/Type /EmbeddedFile /Subtype {PdfSyntax.Name(attachment.MediaType)} /Params << /Size {attachment.Content.Length} "
                + $"/CreationDate {PdfSyntax.Date(instant)} /ModDate {PdfSyntax.Date(instant)} >>", PackedStream.Of(attachment.Content.Span));
            var name = PdfSyntax.Text(attachment.Name);
            var specification = objects.Add($"<< /Type /Filespec /F {name} /UF {name} /Desc {PdfSyntax.Text(attachment.Description)} "
                + $"/AFRelationship /{attachment.Relationship} /EF << /F {file} 0 R /UF {file} 0 R >> >>");
            return (Name: name, Number: specification);
        }).ToList();

        return $" /AF {PdfSyntax.References(specifications.Select(specification => specification.Number))} "
            + $"/Names << /EmbeddedFiles << /Names [{string.Join(' ', specifications.Select(specification => $"{specification.Name} {specification.Number} 0 R"))}] >> >>";
    }

    static int WriteInformation(PdfObjects objects, PdfProperties properties)
    {
        var information = new StringBuilder("<<");
        void Entry(string key, string? value)
        {
            if (value is not null)
                information.Append($" /{key} {PdfSyntax.Text(CleanText.OneLine(value))}");
        }

        Entry("Title", properties.Title);
        Entry("Author", properties.Author);
        Entry("Subject", properties.Subject);
        Entry("Creator", Xmp.Producer);
        Entry("Producer", Xmp.Producer);
        return objects.Add(information.Append($" /CreationDate {PdfSyntax.Date(properties.CreatedAt)} /ModDate {PdfSyntax.Date(properties.CreatedAt)} >>").ToString());
    }
}
