using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>
/// Files to add. Says the limit of their sum and what is left of it; with script, names the files chosen and their sizes before they leave.
/// The form needs <c>enctype="multipart/form-data"</c>.
/// </summary>
[HtmlTargetElement("v-upload", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class UploadTagHelper : ControlTagHelper
{
    public bool Multiple { get; set; } = true;

    /// <summary>Bytes that all files may have together.</summary>
    public long? Limit { get; set; }

    /// <summary>Bytes already there.</summary>
    public long Used { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        Hint ??= Limit switch
        {
            null => null,
            { } limit when Used == 0 => string.Format(CultureInfo.CurrentCulture, Words.UploadLimit, French.Size(limit)),
            { } limit => string.Format(CultureInfo.CurrentCulture, Words.UploadLeft, French.Size(Math.Max(0, limit - Used)), French.Size(limit)),
        };
        var control = Markup.Tag("input", "form-control").With("type", "file").With("multiple", Multiple).With("data-files", "")
            .With("data-limit", Limit?.ToString(CultureInfo.InvariantCulture)).With("data-used", Used.ToString(CultureInfo.InvariantCulture));
        control.TagRenderMode = TagRenderMode.SelfClosing;
        Control(control, output);
        Frame(output, "div");
        output.Content.AppendHtml(LabelTag("label"));
        if (HintTag() is { } hint) output.Content.AppendHtml(hint);
        if (ErrorTag() is { } error) output.Content.AppendHtml(error);
        output.Content.AppendHtml(Markup.Tag("div", "upload").With(control));
    }
}
