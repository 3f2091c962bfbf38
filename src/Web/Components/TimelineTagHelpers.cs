using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>An instant, in the time of Paris: long, with seconds, short (tables), or the day alone.</summary>
[HtmlTargetElement("v-instant", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class InstantTagHelper : TagHelper
{
    public DateTimeOffset? At { get; set; }

    public bool Seconds { get; set; }

    public bool Short { get; set; }

    public bool Day { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (At is not { } at)
        {
            output.SuppressOutput();
            return;
        }
        output.TagName = null;
        output.Content.SetHtmlContent(Pieces.Instant(at, Day ? Localised.Date(at) : Short ? Localised.Short(at) : Localised.Instant(at, Seconds)));
    }
}

/// <summary>A number of bytes, as « 1,4 Mo » or “1.4 MB”.</summary>
[HtmlTargetElement("v-size", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class SizeTagHelper : TagHelper
{
    public long Bytes { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "size");
        output.Content.SetContent(Localised.Size(Bytes));
    }
}

/// <summary>
/// One fact of a conversation: one item of <c>&lt;ol class="timeline"&gt;</c>. The content says more (HTML); <c>server-words</c> are the server's own,
/// folded away.
/// </summary>
[HtmlTargetElement("v-fact")]
public sealed class FactTagHelper : TagHelper
{
    /// <summary>A word of the contract: <c>submitted</c>, <c>delivered</c>, …</summary>
    public string Kind { get; set; } = "";

    public DateTimeOffset At { get; set; }

    /// <summary>Another word than the kind's own.</summary>
    public string? Word { get; set => field = value.OrNull(); }

    public string? ServerWords { get; set => field = value.OrNull(); }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var more = await output.GetChildContentAsync();
        var (icon, weight, word) = Look.Fact(Kind);
        output.TagName = "li";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", $"fact fact-{weight}");
        output.Content.AppendHtml(Markup.Tag("span", "fact-icon").With(Markup.Icon(ViewContext, icon)));
        output.Content.AppendHtml(Markup.Tag("p", "fact-word", Word ?? word));
        output.Content.AppendHtml(Pieces.Instant(At, French.Instant(At, seconds: true)));
        if (!more.IsEmptyOrWhiteSpace) output.Content.AppendHtml(more);
        if (ServerWords is not null)
            output.Content.AppendHtml(Markup.Tag("details").With(Markup.Tag("summary", text: Words.ServerWords), Markup.Tag("pre", text: ServerWords)));
    }
}
