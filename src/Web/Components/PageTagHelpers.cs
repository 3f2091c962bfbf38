using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>An icon of the sprite (Client/icons.json). Give a label only where no word stands beside it.</summary>
[HtmlTargetElement("v-icon", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class IconTagHelper : TagHelper
{
    public string Name { get; set; } = "";

    public string? Label { get; set => field = value.OrNull(); }

    [HtmlAttributeName("class")]
    public string? CssClass { get; set => field = value.OrNull(); }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        output.Content.SetHtmlContent(Markup.Icon(ViewContext, Name, Label, CssClass));
    }
}

/// <summary>The way back. A page says <c>ViewData.Breadcrumb(("Toutes les consultations", "/"), …)</c>; its title comes last by itself.</summary>
[HtmlTargetElement("v-breadcrumb", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class BreadcrumbTagHelper : TagHelper
{
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (ViewContext.ViewData[Crumbs.Key] is not IReadOnlyList<(string Text, string Href)> crumbs)
        {
            output.SuppressOutput();
            return;
        }
        output.TagName = "nav";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("aria-label", Words.Breadcrumb);
        var list = Markup.Tag("ol", "crumbs");
        foreach (var (text, href) in crumbs)
            list.With(Markup.Tag("li").With(Markup.Tag("a", text: text).With("href", href), Markup.Icon(ViewContext, "chevron-right")));
        list.With(Markup.Tag("li").With(Markup.Tag("span", text: ViewContext.ViewData["Title"] as string).With("aria-current", "page")));
        output.Content.SetHtmlContent(list);
    }
}

public static class Crumbs
{
    internal const string Key = "Breadcrumb";

    public static void Breadcrumb(this ViewDataDictionary viewData, params (string Text, string Href)[] crumbs) =>
        viewData[Key] = (IReadOnlyList<(string, string)>)crumbs;
}

/// <summary>Previous and next page of a list read by cursor. Nothing where there is one page only.</summary>
[HtmlTargetElement("v-pagination", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class PaginationTagHelper : TagHelper
{
    public string? Previous { get; set => field = value.OrNull(); }

    /// <summary>« Première page » when it is left out.</summary>
    public string? PreviousLabel { get; set => field = value.OrNull(); }

    /// <summary>« Page suivante » when it is left out.</summary>
    public string? NextLabel { get; set => field = value.OrNull(); }

    public string? Next { get; set => field = value.OrNull(); }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (Previous is null && Next is null)
        {
            output.SuppressOutput();
            return;
        }
        output.TagName = "nav";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "pages");
        output.Attributes.SetAttribute("aria-label", Words.Pages);
        if (Previous is not null)
            output.Content.AppendHtml(Link(Previous, "prev").With(Markup.Icon(ViewContext, "arrow-left"), Markup.Text(PreviousLabel ?? Words.PreviousPage)));
        if (Next is not null)
            output.Content.AppendHtml(Link(Next, "next").With(Markup.Text(NextLabel ?? Words.NextPage), Markup.Icon(ViewContext, "arrow-right")));
    }

    static TagBuilder Link(string href, string rel) => Markup.Tag("a", "btn btn-outline-primary btn-sm").With("href", href).With("rel", rel);
}

/// <summary>
/// A heading of a table that sorts it on the server: <c>&lt;v-sort href="?sort=sent" sorted="descending"&gt;Envoyé&lt;/v-sort&gt;</c>.
/// </summary>
[HtmlTargetElement("v-sort")]
public sealed class SortTagHelper : TagHelper
{
    public string Href { get; set; } = "";

    /// <summary><c>ascending</c>, <c>descending</c>, or nothing where the table is sorted by another column.</summary>
    public string? Sorted { get; set => field = value.OrNull(); }

    /// <summary>The link alone, within a heading that sorts in two ways and says <c>aria-sort</c> itself.</summary>
    public bool Within { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var content = await output.GetChildContentAsync();
        output.TagName = Within ? null : "th";
        if (!Within) output.Attributes.SetAttribute("scope", "col");
        if (Sorted is not null && !Within) output.Attributes.SetAttribute("aria-sort", Sorted);
        var arrow = Sorted switch { "ascending" => " ▲", "descending" => " ▼", _ => null };
        output.Content.SetHtmlContent(Markup.Tag("a").With("href", Href)
            .With(content, arrow is null ? null : Markup.Tag("span", text: arrow).With("aria-hidden", "true")));
    }
}

/// <summary>
/// An act with consequences: the first button opens what it does and the button that does it; works without script.
/// Put it into a form; attributes it does not know (<c>name</c>, <c>value</c>, <c>formaction</c>) go to that last button.
/// </summary>
[HtmlTargetElement("v-confirm")]
public sealed class ConfirmTagHelper : TagHelper
{
    /// <summary>On the first button: « Supprimer le brouillon ».</summary>
    public string Label { get; set; } = "";

    /// <summary>On the button that does it; the label when it is left out.</summary>
    public string? Act { get; set => field = value.OrNull(); }

    public string? Icon { get; set => field = value.OrNull(); }

    /// <summary>False for an act that harms nothing but deserves a second look.</summary>
    public bool Danger { get; set; } = true;

    /// <summary>True where it is what the page is for: the first button is filled.</summary>
    public bool Strong { get; set; }

    /// <summary>Where the box opens: <c>start</c> (towards the right), <c>up</c>, or nothing (towards the left).</summary>
    public string? Opens { get; set => field = value.OrNull(); }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var consequence = await output.GetChildContentAsync();
        var button = Markup.Tag("button", Danger ? "btn btn-danger" : "btn btn-primary", Act ?? Label).With("type", "submit");
        foreach (var attribute in output.Attributes) button.MergeAttribute(attribute.Name, attribute.Value?.ToString() ?? "");
        output.Attributes.Clear();
        output.TagName = "details";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", Opens is null ? "confirm" : $"confirm confirm-{Opens}");
        output.Attributes.SetAttribute("data-confirm", "");
        output.Content.AppendHtml(Markup.Tag("summary", Danger ? "btn btn-outline-danger" : Strong ? "btn btn-primary" : "btn btn-outline-primary")
            .With(Icon is null ? null : Markup.Icon(ViewContext, Icon), Markup.Text(Label)));
        output.Content.AppendHtml(Markup.Tag("div", "confirm-body").With(Markup.Tag("div").With(consequence), button));
    }
}
