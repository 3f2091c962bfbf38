using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Core.Files;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>That a file waits for the antivirus, or was refused by it; nothing for any other.</summary>
[HtmlTargetElement("v-file-scan", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class FileScanTagHelper : TagHelper
{
    public StoredFile? File { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        if (File is { Scan: FileScan.Waiting or FileScan.Refused } held)
            output.Content.SetHtmlContent(Tag(ViewContext, held));
    }

    internal static TagBuilder Tag(ViewContext view, StoredFile held)
    {
        var (icon, word) = held.Scan == FileScan.Waiting ? ("hourglass-split", Words.FileWaits) : ("exclamation-triangle", Words.FileInfected);
        return Markup.Tag("span", "tag").With(Markup.Icon(view, icon), Markup.Text(word));
    }
}
