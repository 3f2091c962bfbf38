using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>A file of a draft, as a row of its list: name to download it by, size, buttons that move it and take it off.</summary>
[HtmlTargetElement("v-draft-file", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class DraftFileTagHelper : TagHelper
{
    private const string Swap = "attachments bar state";

    public Letter Letter { get; set; } = null!;

    public LetterAttachment File { get; set; } = null!;

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var place = Letter.Attachments.IndexOf(File);
        output.TagName = "li";
        output.TagMode = TagMode.StartTagAndEndTag;
        var held = File.File?.Scan is FileScan.Waiting or FileScan.Refused;
        output.Content.AppendHtml(Markup.Icon(ViewContext, "paperclip"))
            .AppendHtml(held ? Markup.Tag("span", null, File.Name) : Markup.Tag("a", null, File.Name).With("href", Links.LetterFile(Letter.Id, File.Id)).With("download", ""))
            .Append(" ").AppendHtml(Markup.Tag("span", "size", French.Size(File.Size)));
        if (held)
            output.Content.Append(" ").AppendHtml(FileScanTagHelper.Tag(ViewContext, File.File!));
        var buttons = Markup.Tag("span", "file-acts");
        if (Letter.Attachments.Count > 1)
            buttons.With(Button(Words.FileUp, "raiseFile", Words.FileMoved, place == 0), Button(Words.FileDown, "lowerFile", Words.FileMoved, place == Letter.Attachments.Count - 1));
        output.Content.AppendHtml(buttons.With(Button(Words.FileRemove, "removeFile", string.Format(CultureInfo.CurrentCulture, Words.FileRemoved, File.Name))));
    }

    private TagBuilder Button(string verb, string name, string says, bool disabled = false) =>
        Markup.Tag("button", "btn btn-sm btn-link").With("type", "submit").With("name", name).With("value", File.Id.ToString()).With("disabled", disabled)
            .With("data-swap", Swap).With("data-say", says).With(Markup.Text(verb), Markup.Hidden(" " + File.Name));
}
